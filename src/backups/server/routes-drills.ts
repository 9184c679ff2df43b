import * as z from "zod";
import { refuse } from "../../access/refusal.ts";
import { defineRoute, type Route } from "../../access/route.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import { DrillReport, DrillSignature, type SignedReport } from "../drill/report.ts";
import { componentTimes, type RestoreTime } from "../schedule/restore-times.ts";
import { rtoMinutesOf, storeNames } from "./config.ts";
import { knownDrills } from "./drills.ts";
import { withNulls } from "./nulls.ts";
import { knownBackups } from "./read.ts";
import { EnvironmentName } from "./replies.ts";
import { measuredIn, Past, seenDeclared, seenNames } from "./seen.ts";
import { backupsKey } from "./service.ts";
import type { DrillRow } from "./tables.ts";

const Moment = z.iso.datetime();
const reading = { method: "GET", role: "viewer", effect: "none" } as const;
const DrillId = z.string().regex(/^drill-[\w-]{1,200}$/, "a drill's id");
const params = z.object({ id: DrillId });

const list = defineRoute({
  ...reading,
  environment: "any",
  path: "/backups/drills",
  cli: "backup drills",
  summary:
    "Drills, the newest first: what they tried, how long it took, and whether it was as agreed; and when the next ones come",
  query: z.object({
    environment: EnvironmentName.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({
    items: z.array(
      z.object({
        id: z.string(),
        environment: z.string(),
        at: Moment.describe("When it ended"),
        verdict: z.string().describe("passed, failed, incomplete"),
        why: z.array(z.string()),
        run: z.string().nullable().describe("null: somebody by the command line"),
        report: z
          .object({
            scope: z.enum(["everything", "some"]),
            from: z.enum(["first", "second"]),
            seconds: z.number().describe("From its beginning to its end"),
            signed: z.boolean(),
            components: z.array(
              z.object({
                component: z.string(),
                restoreSeconds: z.number(),
                ageSeconds: z.number(),
                met: z.boolean().describe("Whether both are as agreed"),
              }),
            ),
            open: z.array(z.string()).describe("Of a rebuild from nothing, what nobody did or attests"),
          })
          .nullable()
          .describe("null: not read from the repository yet"),
      }),
    ),
    schedule: z.array(
      z.object({
        environment: z.string(),
        scope: z.enum(["one", "everything"]),
        from: z.enum(["first", "second"]),
        next: Moment,
        passedAt: Moment.nullable(),
      }),
    ),
  }),
  async handle({ query: asked }, context) {
    const { store, now, services } = context;
    const rows = await knownDrills(store, { environments: seenNames(context, asked.environment), most: asked.limit });
    const service = services.need(backupsKey);
    const schedule = [];
    for (const { environment } of seenDeclared(context, asked.environment)) {
      const drills = (await service.state(store, environment, now))?.drills ?? [];
      for (const { scope, from, nextAt, passedAt } of drills)
        schedule.push({ environment, scope, from, next: nextAt, passedAt: passedAt ?? null });
    }
    return { items: rows.map(listed), schedule };
  },
});

function listed({ id, environment, at, verdict, run, signed }: DrillRow) {
  const base = { id, environment, at, verdict, run };
  if (signed === null) return { ...base, why: [], report: null };
  const { report, signature } = signed;
  return {
    ...base,
    why: [...report.why],
    report: {
      scope: report.scope,
      from: report.from,
      seconds: Math.round((Date.parse(report.endedAt) - Date.parse(report.beganAt)) / 1000),
      signed: signature !== undefined,
      components: report.components.map((one) => ({ ...one })),
      open: report.continuity.filter(({ how }) => how === "open").map(({ title }) => title),
    },
  };
}

async function environmentOf(store: Store, id: string) {
  const [found] = await knownDrills(store, { id, most: 1 });
  return found?.environment ?? refuse(404, `There is no drill ${id}.`, "List what is there: millwright backup drills");
}

/** As it was signed; undefined where its report was not read yet. */
async function signedOf(store: Store, id: string): Promise<SignedReport | undefined> {
  const [found] = await knownDrills(store, { id, most: 1 });
  const signed = found?.signed ?? undefined;
  return signed === undefined ? undefined : { report: signed.report, signature: signed.signature };
}

function notRead(id: string) {
  return refuse(
    409,
    `The report of ${id} was not read from the repository yet.`,
    `It is within some minutes of an answer; or: millwright backup drill --show ${id}`,
  );
}

const report = defineRoute({
  ...reading,
  path: "/backups/drills/{id}/report",
  cli: "backup drill-report <id>",
  summary: "The report of a drill with its signature: what an auditor verifies by millwright backup drill --verify",
  params,
  environment: ({ params: { id } }, { store }) => environmentOf(store, id),
  reply: z.object({ report: DrillReport, signature: DrillSignature.optional() }),
  async handle({ params: { id } }, { store }) {
    const signed = await signedOf(store, id);
    if (signed === undefined) return notRead(id);
    const { signature } = signed;
    return { report: signed.report, ...(signature === undefined ? {} : { signature }) };
  },
});

const reportPage = defineRoute({
  ...reading,
  path: "/backups/drills/{id}/report.html",
  cli: "backup drill-page <id>",
  summary: "The same as one self-contained page",
  params,
  environment: ({ params: { id } }, { store }) => environmentOf(store, id),
  reply: z.string(),
  media: "text/html",
  async handle({ params: { id } }, { store, services }) {
    const signed = await signedOf(store, id);
    return signed === undefined ? notRead(id) : services.need(backupsKey).drillAsHtml(signed);
  },
});

const Component = z.object({
  environment: z.string(),
  component: z.string(),
  stores: z.array(z.string()),
  rtoMinutes: z.number().describe("Agreed for the store that has to be back first"),
  unknown: z.array(z.string()).describe("Stores that were never restored"),
  measured: z
    .array(z.object({ at: Moment, seconds: z.number(), drill: z.boolean().describe("Otherwise a proof") }))
    .describe("The last times of its stores one after the other, the oldest first"),
  perDaySeconds: z.number().nullable().describe("By which it grows in a day"),
  inMonthSeconds: z.number().nullable(),
  exceedsAt: Moment.nullable().describe("When it takes longer than agreed if it goes on so; null: not within a year"),
});

/** Of one environment; more is no chart. */
const mostProofs = 5000;

const times = defineRoute({
  ...reading,
  environment: "any",
  path: "/backups/restore-times",
  cli: "backup restore-times",
  summary: "How long each component took to be restored and compared, in proofs and drills, and where that leads",
  query: Past,
  reply: z.object({ items: z.array(Component) }),
  handle: ({ query }, context) =>
    measuredIn(query, context, async (declared, since) => {
      const { store, now } = context;
      const stores = storeNames(declared).map((name) => ({ store: name, rtoMinutes: rtoMinutesOf(declared, name) }));
      const times = await restoreTimes(store, declared.environment, since);
      return componentTimes(stores, times, now).map(({ stores: names, unknown, measured, ...one }) => ({
        ...withNulls(one),
        stores: [...names],
        unknown: [...unknown],
        measured: measured.map((each) => ({ ...each })),
      }));
    }),
});

/** A drill proves what it restores: where both are known of one backup, the drill is meant. */
async function restoreTimes(store: Store, environment: string, since: Instant): Promise<readonly RestoreTime[]> {
  const [backups, drills] = await Promise.all([
    knownBackups(store, { environments: [environment], gone: true }),
    knownDrills(store, { environments: [environment], since, most: 500 }),
  ]);
  const drilled = drills.flatMap(({ id, at, signed }): readonly RestoreTime[] =>
    (signed?.report.stores ?? [])
      .filter(({ verdict }) => verdict === "proven")
      .map(({ store: of, restoreSeconds: seconds }) => ({ store: of, at, seconds, by: "drill", id })),
  );
  const during = drills.flatMap(({ at, signed }) => (signed === null ? [] : [[signed.report.beganAt, at] as const]));
  const proven = backups.flatMap(({ row, proofs }) =>
    proofs.flatMap(({ provenAt: at, verdict, millis }): readonly RestoreTime[] =>
      verdict !== "proven" || millis === undefined || at < since || during.some(([from, to]) => at >= from && at <= to)
        ? []
        : [{ store: row.store, at, seconds: millis / 1000, by: "proof", id: row.id }],
    ),
  );
  return [...drilled, ...proven.slice(0, mostProofs)];
}

/** What drills found, and how long bringing back takes. */
export const drillRoutes: readonly Route[] = [list, times, report, reportPage];
