import * as z from "zod";
import { keyOf, page, pageOf, pageQuery, textQuery, totalOf, totalQuery } from "../access/paging.ts";
import { refuse } from "../access/refusal.ts";
import { environmentsOf, mayUse } from "../access/role.ts";
import { defineRoute, type Route, serviceKey } from "../access/route.ts";
import type { Instant } from "../kernel/instant.ts";
import { type JournalReport, reportPeriods } from "../platform/journal-report.ts";
import { Anchor, anchorOf, type Signer } from "./anchor.ts";
import { canonicalJson } from "./canonical.ts";
import { lineOf } from "./entry.ts";
import { entryAsMarkdown } from "./markdown.ts";
import { reportOn } from "./report.ts";
import { entriesAfter, findEntry, headOf, listEntries, totalEntries } from "./store.ts";

/** What the server's main gives the journal's routes. */
export interface JournalService {
  /** undefined: no signing key is configured. */
  readonly signer: Signer | undefined;
  /** A report as a page: `journalReportAsHtml` of `src/reports`. */
  reportAsHtml(report: JournalReport): string;
}

export const journalService = serviceKey<JournalService>("journal");

const kinds = [
  "run",
  "approval",
  "change",
  "attestation",
  "incident",
  "duty",
  "work-order",
  "override",
  "access",
  "answer",
  "note",
] as const;

const Moment = z.iso.datetime();
const Entry = z.object({
  schema: z.literal("millwright/journal/1"),
  sequence: z.int(),
  previous: z.string(),
  at: Moment,
  kind: z.enum(kinds),
  actor: z.object({ kind: z.enum(["person", "token", "system"]), id: z.string(), name: z.string() }),
  task: z.string(),
  environment: z.string().optional(),
  durationSeconds: z.number().optional(),
  issues: z.array(z.string()).readonly(),
  nextActions: z.array(z.string()).readonly(),
  links: z.record(z.string(), z.string()),
  evidence: z.record(z.string(), z.unknown()),
  redacted: z.array(z.string()).readonly().optional(),
  hash: z.string(),
});

const list = defineRoute({
  method: "GET",
  path: "/journal/entries",
  cli: "journal list",
  summary: "Entries of the maintenance log, newest first",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    kind: z.enum(kinds).optional(),
    without: z.enum(kinds).optional().describe("Leave this kind out; the reply says how many that were"),
    environment: z.string().max(100).optional(),
    from: Moment.optional().describe("Not earlier"),
    until: Moment.optional().describe("Earlier than this"),
    link: z
      .string()
      .max(300)
      .regex(/^\w{1,40}=./, "name=id, such as incident=12")
      .optional()
      .describe("What it belongs to: incident=12"),
    ...textQuery,
    ...totalQuery,
  }),
  reply: page(Entry).extend({ leftOut: z.int().optional().describe("Entries of the kind that was left out") }),
  async handle({ query }, { store, principal }) {
    const [before] = keyOf(query.cursor, z.tuple([z.int().min(1)])) ?? [];
    const [, name = "", id = ""] = /^(\w+)=(.+)$/s.exec(query.link ?? "") ?? [];
    const wanted = {
      kind: query.kind,
      without: query.without,
      environment: query.environment,
      environments: environmentsOf(principal, "viewer"),
      from: query.from as Instant | undefined,
      until: query.until as Instant | undefined,
      link: name === "" ? undefined : ([name, id] as const),
      text: query.text,
      before,
      limit: query.limit + 1,
    };
    const found = pageOf(await listEntries(store, wanted), query.limit, ({ sequence }) => [sequence]);
    const counted = await totalOf(query.total, () => totalEntries(store, wanted));
    // Told once, on the first page.
    if (query.without === undefined || query.kind !== undefined || before !== undefined)
      return { ...found, ...counted };
    const leftOut = await totalEntries(store, { ...wanted, kind: query.without, without: undefined });
    return { ...found, ...counted, leftOut };
  },
});

const show = defineRoute({
  method: "GET",
  path: "/journal/entries/{sequence}",
  cli: "journal show <sequence>",
  summary: "One entry of the maintenance log",
  role: "viewer",
  effect: "none",
  environment: "any",
  params: z.object({ sequence: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
  reply: Entry,
  async handle({ params }, { store, principal }) {
    const entry = await findEntry(store, params.sequence);
    if (entry === undefined || !mayUse(principal, "viewer", entry.environment))
      return refuse(
        404,
        `There is no entry ${params.sequence} that you may see.`,
        "List what is there: millwright journal list",
      );
    return entry;
  },
});

const exported = defineRoute({
  method: "GET",
  path: "/journal/export",
  cli: "journal export",
  summary: "The whole log, to be verified anywhere: JSON Lines, or Markdown to read",
  role: "viewer",
  effect: "none",
  query: z.object({
    format: z.enum(["jsonl", "markdown"]).default("jsonl"),
    after: z.coerce.number().int().min(0).default(0).describe("Begin after this entry; join the parts to verify them"),
    limit: z.coerce.number().int().min(1).max(100_000).default(100_000).describe("How many at most"),
  }),
  reply: z.string(),
  media: "application/x-ndjson",
  async handle({ query }, { store }) {
    const parts: string[] = [];
    const until = query.after + query.limit;
    for (let after = query.after; after < until; ) {
      const entries = await entriesAfter(store, after, Math.min(1000, until - after));
      parts.push(
        ...entries.map((entry) => (query.format === "jsonl" ? `${lineOf(entry)}\n` : `${entryAsMarkdown(entry)}\n`)),
      );
      if (entries.length < 1000) break;
      after = entries.at(-1)?.sequence ?? until;
    }
    return parts.join("");
  },
});

const anchor = defineRoute({
  method: "GET",
  path: "/journal/anchor",
  cli: "journal anchor",
  summary: "Where the log ends, signed: keep it where the server's operator cannot change it",
  role: "viewer",
  effect: "none",
  reply: Anchor,
  async handle(_, { store, services }) {
    const head = await headOf(store);
    const last = await findEntry(store, head.sequence);
    return anchorOf({ ...head, at: last?.at }, services.need(journalService).signer);
  },
});

const Count = z.record(z.string(), z.int());
const Reported = z.object({
  sequence: z.int(),
  at: Moment,
  kind: z.enum(kinds),
  task: z.string(),
  maintainer: z.string(),
  environment: z.string().optional(),
  durationSeconds: z.number().optional(),
});
const Line = z.object({ sequence: z.int(), text: z.string() });
const Report = z.object({
  schema: z.literal("millwright/journal-report/1"),
  period: z.enum(reportPeriods),
  from: Moment,
  until: Moment.describe("Not included"),
  entries: z.int(),
  byKind: Count,
  byEnvironment: Count,
  byMaintainer: Count,
  workedSeconds: z.number().describe("The sum of what was measured"),
  work: z.array(Reported).describe("Runs, changes, work orders, incidents and overrides, oldest first"),
  issues: z.array(Line),
  nextActions: z.array(Line),
  withoutChangeRequest: z.array(Reported).describe("Changes of the platform that name no change request"),
  head: z.object({ sequence: z.int(), hash: z.string() }).optional().describe("Where the log stood at the end"),
});

const reportQuery = z.object({
  period: z.enum(reportPeriods).default("week"),
  on: z.iso.date().optional().describe("A day in the period; today when left out"),
});

const report = defineRoute({
  method: "GET",
  path: "/journal/report",
  cli: "journal report",
  summary: "What a week, a month or a quarter brought: work, issues, what is left to do",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: reportQuery,
  reply: Report,
  async handle({ query }, { store, now, principal }) {
    const made = await reportOn(store, query.period, dayOf(query.on, now), environmentsOf(principal, "viewer"));
    return JSON.parse(canonicalJson(made)) as z.input<typeof Report>;
  },
});

const reportPage = defineRoute({
  method: "GET",
  path: "/journal/report.html",
  cli: "journal report-page",
  summary: "The same as one self-contained page",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: reportQuery,
  reply: z.string(),
  media: "text/html",
  async handle({ query }, { store, now, principal, services }) {
    const made = await reportOn(store, query.period, dayOf(query.on, now), environmentsOf(principal, "viewer"));
    return services.need(journalService).reportAsHtml(made);
  },
});

function dayOf(on: string | undefined, now: Instant): Instant {
  return on === undefined ? now : (`${on}T00:00:00.000Z` as Instant);
}

const note = defineRoute({
  method: "POST",
  path: "/journal/entries",
  cli: "journal note <task>",
  summary: "Write down work that was done by hand",
  role: "operator",
  effect: "own",
  environment: ({ body }) => body.environment,
  body: z.strictObject({
    task: z.string().trim().min(3).max(200).describe("What was done"),
    environment: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "an environment's name")
      .optional(),
    durationMinutes: z.number().min(0).max(100_000).optional(),
    issues: z.array(z.string().max(2000)).max(50).default([]).describe("What went wrong"),
    nextActions: z.array(z.string().max(2000)).max(50).default([]).describe("What is left to do"),
    changeRequest: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional()
      .describe("Address of the issue or merge request"),
  }),
  reply: z.object({ task: z.string() }),
  status: 201,
  async handle({ body }, { store, now, principal, record }) {
    const { task, environment, durationMinutes, issues, nextActions, changeRequest } = body;
    await record(store, {
      at: now,
      kind: "note",
      actor: principal.actor,
      task,
      environment,
      durationSeconds: durationMinutes === undefined ? undefined : Math.round(durationMinutes * 60),
      issues,
      nextActions,
      ...(changeRequest === undefined ? {} : { links: { changeRequest } }),
    });
    return { task };
  },
});

/** The maintenance log: `src/journal`. `journal verify` needs no server and is the command line's own. */
export const journalRoutes: readonly Route[] = [list, exported, anchor, report, reportPage, show, note];
