import * as z from "zod";
import { keyOf, page, pageOf, pageQuery } from "../access/paging.ts";
import { refuse } from "../access/refusal.ts";
import { environmentsOf, mayUse } from "../access/role.ts";
import { defineRoute, type Route } from "../access/route.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { chartOf } from "./chart.ts";
import { findSeries, hoursOf, listSeries, samplesOf, standings, stateChanges } from "./store-read.ts";

const State = z.enum(["healthy", "unhealthy", "absent", "unknown"]);
const Component = z.string().max(200).optional();
const Environment = z.string().max(100).optional();

const StandingReply = z.object({
  environment: z.string(),
  component: z.string(),
  system: z.string(),
  tells: z
    .enum(["own", "whole", "upkeep"])
    .describe("Whether trouble here is its own, its own or of what it needs, or something to be done"),
  probe: z.string(),
  subject: z.string(),
  state: State,
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  evidence: z.string(),
  howToLearn: z.string().optional(),
  at: z.string(),
  since: z.string().describe("When it entered its state"),
  knownAt: z.string().optional().describe("When it was last known"),
});

/** The environments a caller sees, narrowed to one if they name it; undefined means all. */
function seen(allowed: readonly string[] | undefined, wanted: string | undefined): readonly string[] | undefined {
  if (wanted === undefined) return allowed;
  return allowed === undefined || allowed.includes(wanted) ? [wanted] : [];
}

const list = defineRoute({
  method: "GET",
  path: "/observations",
  cli: "observation list",
  summary: "What the probes say: healthy, unhealthy, absent or unknown, and since when",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ ...pageQuery, environment: Environment, component: Component, state: State.optional() }),
  reply: page(StandingReply),
  async handle({ query: { cursor, limit, environment, component, state } }, { store, now, principal }) {
    const after = keyOf(cursor, z.tuple([z.string(), z.string(), z.string(), z.string()]));
    const environments = seen(environmentsOf(principal, "viewer"), environment);
    const rows = await standings(store, now, { environments, component, state, after, limit: limit + 1 });
    return pageOf(rows, limit, (row) => [row.environment, row.component, row.probe, row.subject]);
  },
});

const ChangeReply = z.object({
  number: z.number().int(),
  environment: z.string(),
  component: z.string(),
  probe: z.string(),
  subject: z.string(),
  at: z.string(),
  before: State.optional(),
  after: z.union([State, z.literal("gone")]),
  evidence: z.string(),
});

const changes = defineRoute({
  method: "GET",
  path: "/observation-changes",
  cli: "observation history",
  summary: "When something entered another state, the newest first",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ ...pageQuery, environment: Environment, component: Component }),
  reply: page(ChangeReply),
  async handle({ query: { cursor, limit, environment, component } }, { store, principal }) {
    const [before] = keyOf(cursor, z.tuple([z.number().int()])) ?? [];
    const environments = seen(environmentsOf(principal, "viewer"), environment);
    const rows = await stateChanges(store, { environments, component, before, limit: limit + 1 });
    return pageOf(rows, limit, ({ number }) => [number]);
  },
});

const SeriesReply = z.object({
  id: z.number().int(),
  name: z.string(),
  environment: z.string(),
  component: z.string(),
  labels: z.record(z.string(), z.string()),
});

const series = defineRoute({
  method: "GET",
  path: "/series",
  cli: "series list",
  summary: "What is measured",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    environment: Environment,
    component: Component,
    name: z.string().max(200).optional(),
  }),
  reply: page(SeriesReply),
  async handle({ query: { cursor, limit, environment, component, name } }, { store, principal }) {
    const [afterId] = keyOf(cursor, z.tuple([z.number().int()])) ?? [];
    const environments = seen(environmentsOf(principal, "viewer"), environment);
    const rows = await listSeries(store, { environments, component, name, afterId, limit: limit + 1 });
    return pageOf(
      rows.map((row) => ({ ...row, labels: { ...row.labels } })),
      limit,
      ({ id }) => [id],
    );
  },
});

const Id = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const Moment = z.iso.datetime().optional();

const span = {
  from: Moment.describe("A day before `to` when left out"),
  to: Moment.describe("Now when left out"),
};

function spanOf(
  given: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: Instant,
  cursor: string | undefined,
) {
  const to = given.to === undefined ? now : instantOf(Date.parse(given.to));
  const from = given.from === undefined ? instantOf(Date.parse(to) - 86_400_000) : instantOf(Date.parse(given.from));
  const [last] = keyOf(cursor, z.tuple([z.number()])) ?? [];
  return { from: last === undefined ? from : instantOf(last + 1), to };
}

function noSeries(id: number) {
  return refuse(404, `There is no series ${id}.`, "List what is there: millwright series list");
}

const samples = defineRoute({
  method: "GET",
  path: "/series/{id}/samples",
  cli: "series samples <id>",
  summary: "Single measurements, oldest first",
  role: "viewer",
  effect: "none",
  environment: "any",
  params: z.object({ id: Id }),
  query: z.object({ ...pageQuery, ...span }),
  reply: page(z.object({ at: z.string(), value: z.number() })),
  async handle({ params: { id }, query }, { store, now, principal }) {
    const found = await findSeries(store, id);
    if (found === undefined || !mayUse(principal, "viewer", found.environment)) return noSeries(id);
    const rows = await samplesOf(store, id, { ...spanOf(query, now, query.cursor), limit: query.limit + 1 });
    return pageOf(rows, query.limit, ({ at }) => [Date.parse(at)]);
  },
});

const hours = defineRoute({
  method: "GET",
  path: "/series/{id}/hours",
  cli: "series hours <id>",
  summary: "Measurements by the hour, oldest first",
  role: "viewer",
  effect: "none",
  environment: "any",
  params: z.object({ id: Id }),
  query: z.object({ ...pageQuery, ...span }),
  reply: page(
    z.object({ at: z.string(), count: z.number().int(), mean: z.number(), least: z.number(), most: z.number() }),
  ),
  async handle({ params: { id }, query }, { store, now, principal }) {
    const found = await findSeries(store, id);
    if (found === undefined || !mayUse(principal, "viewer", found.environment)) return noSeries(id);
    const rows = await hoursOf(store, id, { ...spanOf(query, now, query.cursor), limit: query.limit + 1 });
    return pageOf(rows, query.limit, ({ at }) => [Date.parse(at)]);
  },
});

function fromHours(
  { hours, to }: { readonly hours?: number | undefined; readonly to?: string | undefined },
  now: Instant,
): string | undefined {
  return hours === undefined ? undefined : instantOf(Date.parse(to ?? now) - hours * 3_600_000);
}

const longestChart = 800 * 86_400_000;

const chart = defineRoute({
  method: "GET",
  path: "/series/{id}/chart",
  cli: "series chart <id>",
  summary: "Measurements of a span in so many points as a chart has room for, oldest first",
  role: "viewer",
  effect: "none",
  environment: "any",
  params: z.object({ id: Id }),
  query: z.object({
    ...span,
    hours: z.coerce
      .number()
      .int()
      .min(1)
      .max(19_200)
      .optional()
      .describe("So many before `to`, where `from` is left out"),
    points: z.coerce.number().int().min(10).max(1000).default(300).describe("How many at most"),
  }),
  reply: z.object({
    series: SeriesReply,
    from: z.string(),
    to: z.string(),
    points: z.array(
      z.object({ at: z.string(), mean: z.number(), least: z.number(), most: z.number(), count: z.number().int() }),
    ),
  }),
  async handle({ params: { id }, query }, { store, now, principal }) {
    const found = await findSeries(store, id);
    if (found === undefined || !mayUse(principal, "viewer", found.environment)) return noSeries(id);
    const { from, to } = spanOf({ ...query, from: query.from ?? fromHours(query, now) }, now, undefined);
    const millis = Date.parse(to) - Date.parse(from);
    if (millis <= 0 || millis > longestChart)
      return refuse(422, "`to` is not later than `from`, or more than 800 days later.", "Give two moments in order.");
    const points = await chartOf(store, id, { from, to, points: query.points });
    return { series: { ...found, labels: { ...found.labels } }, from, to, points: [...points] };
  },
});

/** What probes say and what was measured: `src/observations`. */
export const observationRoutes: readonly Route[] = [list, changes, series, samples, hours, chart];
