import { sql } from "kysely";
import * as z from "zod";
import { patternOf } from "../access/paging.ts";
import { environmentsOf, mayUse } from "../access/role.ts";
import { defineRoute, type RouteContext } from "../access/route.ts";
import { calendarKey } from "../calendar/service.ts";
import { guideLines } from "../guides/index.ts";
import type { Store } from "../store/store.ts";
import { command, place } from "./line.ts";

const kinds = ["component", "finding", "run", "work", "duty", "incident", "guide"] as const;

const Hit = z.object({
  kind: z.enum(kinds),
  id: z.string(),
  title: z.string(),
  says: z.string().describe("Its state, in a word or two"),
  environment: z.string().nullable(),
  route: z.string().describe("A page of the console"),
  cli: z.string(),
});
type Hit = z.infer<typeof Hit>;

type Found = Pick<Hit, "kind" | "id" | "title" | "says" | "environment">;

/** What is kept in the database and holds the text; of each kind the likeliest first. */
async function kept(
  store: Store,
  visible: readonly string[] | undefined,
  text: string,
  most: number,
): Promise<readonly Found[]> {
  const pattern = patternOf(text);
  const seen = visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;
  const { rows } = await sql<Found>`
    (select 'component' as kind, name as id, name as title,
        concat_ws(' ', min(system), string_agg(distinct version, ', ')) as says, null as environment
      from observed_component where ${seen} and (name ilike ${pattern} or system ilike ${pattern})
      group by name order by (lower(name) <> lower(${text})), name limit ${most})
    union all (select 'finding', id, title || ': ' || subject, state || ', ' || severity, environment
      from finding where ${seen} and (title ilike ${pattern} or subject ilike ${pattern} or rule ilike ${pattern} or id = ${text})
      order by (state <> 'open'), urgency, id limit ${most})
    union all (select 'run', id, title, state, environment from runs
      where ${seen} and (title ilike ${pattern} or procedure ilike ${pattern} or id = ${text})
      order by created_at desc, id limit ${most})
    union all (select 'work', id, title, state, environment from work_orders
      where ${seen} and (title ilike ${pattern} or component ilike ${pattern} or id = ${text})
      order by (state in ('done', 'cancelled')), created_at desc, id limit ${most})
    union all (select 'incident', id::text, title, state, environment from incidents
      where ${seen} and (title ilike ${pattern} or component ilike ${pattern} or id::text = ${text})
      order by (state = 'closed'), id desc limit ${most})`.execute(store.tables());
  return rows;
}

function dutiesWith(text: string, { services, now, principal }: RouteContext): readonly Found[] {
  return services
    .need(calendarKey)
    .compiled(now)
    .duties.filter(({ environment }) => environment === undefined || mayUse(principal, "viewer", environment))
    .filter(({ id, title, steps }) => `${id} ${title} ${steps.join(" ")}`.toLowerCase().includes(text))
    .map(({ id, title, every, environment }) => ({
      kind: "duty" as const,
      id,
      title,
      says: `each ${every}`,
      environment: environment ?? null,
    }));
}

function linesWith(text: string): readonly Found[] {
  return guideLines
    .filter(({ id, says, section, today }) => `${id} ${says} ${section} ${today}`.toLowerCase().includes(text))
    .map(({ id, says, section }) => ({ kind: "guide", id, title: `${id} ${says}`, says: section, environment: null }));
}

const pages: Readonly<Record<(typeof kinds)[number], readonly [page: string, verb: string]>> = {
  component: ["/components", "component show"],
  finding: ["/findings", "finding show"],
  run: ["/runs", "run show"],
  work: ["/work", "work show"],
  duty: ["/work/duties", "duty show"],
  incident: ["/incidents", "incident show"],
  guide: ["/guides", "guide show"],
};

function hitOf(found: Found): Hit {
  const [page, verb] = pages[found.kind];
  return {
    ...found,
    route: place(`${page}/${encodeURIComponent(found.id)}`),
    cli: command(`${verb} ${found.id}`),
  };
}

export const search = defineRoute({
  method: "GET",
  path: "/search",
  cli: "search <q>",
  summary: "Components, findings, runs, work, duties, incidents and lines of the guides that hold a text",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    q: z.string().trim().min(1).max(200).describe("A word, a part of one, or an id"),
    kind: z.enum(kinds).optional(),
    limit: z.coerce.number().int().min(1).max(50).default(8).describe("How many of each kind at most"),
  }),
  reply: z.object({ items: z.array(Hit) }),
  async handle({ query: { q, kind, limit } }, context) {
    const visible = environmentsOf(context.principal, "viewer");
    const text = q.toLowerCase();
    const found = [
      ...(await kept(context.store, visible, q, limit)),
      ...dutiesWith(text, context).slice(0, limit),
      ...linesWith(text).slice(0, limit),
    ];
    return { items: found.filter((one) => kind === undefined || one.kind === kind).map(hitOf) };
  },
});
