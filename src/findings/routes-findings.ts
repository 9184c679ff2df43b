import * as z from "zod";
import { keyOf, page, pageOf, pageQuery, textQuery, totalOf, totalQuery } from "../access/paging.ts";
import { refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { platformFile } from "../platform/config.ts";
import {
  countFindings,
  type FindingHistory,
  type FindingRow,
  findingOrders,
  listFindings,
  readFinding,
  totalFindings,
  whereFinding,
} from "./store-read.ts";
import { openWorkFor } from "./work.ts";

const Severity = z.enum(["critical", "high", "medium", "low"]);
const State = z.enum(["open", "suppressed", "closed"]);
const Place = z.object({ file: z.string(), line: z.number(), column: z.number() });

const FindingReply = z.object({
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  group: z.string(),
  severity: Severity,
  state: State,
  subject: z.string(),
  environment: z.string().optional(),
  message: z.string(),
  fix: z.string(),
  places: z.array(Place),
  suppression: z.object({ reason: z.string(), until: z.string() }).optional(),
  firstSeenAt: z.string(),
  stateSince: z.string().describe("When it entered its state"),
  closedBy: z.string().optional(),
  version: z.number().int(),
});

const FindingDetail = FindingReply.extend({
  sources: z.array(
    z.object({
      source: z.string(),
      shows: z.enum(["yes", "suppressed", "no"]),
      firstSeenAt: z.string(),
      lastSeenAt: z.string(),
      cannotTell: z.string().optional().describe("Why the last look could not tell"),
    }),
  ),
  work: z
    .object({ id: z.string(), title: z.string(), state: z.enum(["proposed", "planned", "running"]) })
    .optional()
    .describe("The open work order that mends it, alone or with others"),
  history: z.array(z.object({ at: z.string(), kind: z.string(), source: z.string(), detail: z.string() })),
});

const Keys = {
  worst: z.tuple([z.number().int(), z.string()]),
  newest: z.tuple([z.iso.datetime(), z.string()]),
  oldest: z.tuple([z.iso.datetime(), z.string()]),
} as const;

const list = defineRoute({
  method: "GET",
  path: "/findings",
  cli: "finding list",
  summary: "What is wrong, worst first",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    state: z.enum(["open", "suppressed", "closed", "all"]).default("open"),
    severity: Severity.optional(),
    environment: z.string().max(100).optional(),
    rule: z.string().max(2000).optional().describe("One, or several with commas between"),
    group: z.string().max(100).optional(),
    source: z.string().max(200).optional().describe("Shown at the last look at this source"),
    component: z.string().min(1).max(200).optional().describe("Whose subject names it"),
    ...textQuery,
    sort: z.enum(findingOrders).default("worst"),
    ...totalQuery,
  }),
  reply: page(FindingReply),
  async handle({ query: { cursor, limit, state, sort, total, ...rest } }, { store, principal }) {
    const visible = environmentsOf(principal, "viewer");
    const filter = { ...rest, state: state === "all" ? undefined : state, visible };
    const after = keyOf<[number | string, string]>(cursor, Keys[sort]);
    const rows = await listFindings(store, filter, { after, sort, limit });
    const { items, ...next } = pageOf(rows, limit, (row) => [
      sort === "worst" ? row.urgency : row.first_seen_at,
      row.id,
    ]);
    return { items: items.map(replyOf), ...next, ...(await totalOf(total, () => totalFindings(store, filter))) };
  },
});

const counts = defineRoute({
  method: "GET",
  path: "/finding-counts",
  cli: "finding count",
  summary: "How many findings there are, by environment, severity and state",
  role: "viewer",
  effect: "none",
  environment: "any",
  reply: z.object({
    counts: z.array(
      z.object({ environment: z.string().optional(), severity: Severity, state: State, count: z.number().int() }),
    ),
  }),
  async handle(_input, { store, principal }) {
    const rows = await countFindings(store, environmentsOf(principal, "viewer"));
    return {
      counts: rows.map(({ environment, ...row }) => ({ ...optional({ environment: environment || null }), ...row })),
    };
  },
});

const Id = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits") });

const show = defineRoute({
  method: "GET",
  path: "/findings/{id}",
  cli: "finding show <id>",
  summary: "One finding: where, since when, and what became of it",
  role: "viewer",
  effect: "none",
  environment: async ({ params }, { store }) => {
    const found = await whereFinding(store, params.id);
    return found === undefined ? missing(params.id) : (found.environment ?? undefined);
  },
  params: Id,
  reply: FindingDetail,
  async handle({ params }, { store }) {
    const found = await readFinding(store, params.id);
    if (found === undefined) return missing(params.id);
    const work = await openWorkFor(store, found.row);
    return { ...detailOf(found), ...(work === undefined ? {} : { work: { ...work } }) };
  },
});

const suppression = defineRoute({
  method: "GET",
  path: "/findings/{id}/suppression",
  cli: "finding suppress <id>",
  summary: "What to add to millwright.yaml, in a merge request, to live with a finding until a day",
  role: "viewer",
  effect: "none",
  environment: async ({ params }, { store }) => {
    const found = await whereFinding(store, params.id);
    return found === undefined ? missing(params.id) : (found.environment ?? undefined);
  },
  params: Id,
  query: z.object({ reason: z.string().min(10).max(500), until: z.iso.date() }),
  reply: z.object({ file: z.string(), add: z.string().describe("YAML, to stand under suppress"), why: z.string() }),
  async handle({ params, query }, { store, now }) {
    const found = await readFinding(store, params.id);
    if (found === undefined) return missing(params.id);
    if (query.until < now.slice(0, 10)) return refuse(422, `${query.until} is over.`, "Name a day to come.");
    const { id, rule, subject } = found.row;
    return {
      file: platformFile,
      add: `suppress:\n  - finding: "${id}" # ${rule}, ${oneLine(subject)}\n    reason: ${JSON.stringify(query.reason)}\n    until: ${query.until}\n`,
      why: "A suppression is a decision about the platform, so it is reviewed where the platform is.",
    };
  },
});

export const routesOfFindings = [list, counts, show, suppression];

function missing(id: string) {
  return refuse(404, `There is no finding ${id}.`, "Look for it with `millwright finding list --state all`.");
}

function replyOf(row: FindingRow) {
  const { id, rule, title, severity, state, subject, message, fix, version } = row;
  const { suppression: suppressed } = row;
  return {
    id,
    rule,
    title,
    group: row.rule_group,
    severity,
    state,
    subject,
    message,
    fix,
    version,
    places: [...row.places],
    firstSeenAt: row.first_seen_at,
    stateSince: row.state_since,
    ...optional({ environment: row.environment, closedBy: row.closed_by }),
    ...(suppressed === null || state !== "suppressed"
      ? {}
      : { suppression: { reason: suppressed.reason, until: suppressed.until } }),
  };
}

function detailOf({ row, sightings, events }: FindingHistory) {
  return {
    ...replyOf(row),
    sources: sightings.map((sighting) => ({
      source: sighting.source,
      shows: sighting.holds,
      firstSeenAt: sighting.first_seen_at,
      lastSeenAt: sighting.last_seen_at,
      ...optional({ cannotTell: sighting.unknown_why }),
    })),
    history: events.map(({ at, kind, source, detail }) => ({ at, kind, source, detail })),
  };
}

/** The fields that are there. */
function optional<K extends string>(fields: Readonly<Record<K, string | null>>): { [P in K]?: string } {
  const there: { [P in K]?: string } = {};
  for (const key of Object.keys(fields) as K[]) {
    const value = fields[key];
    if (value !== null) there[key] = value;
  }
  return there;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
