import * as z from "zod";
import { keyOf, page, pageOf, pageQuery } from "../access/paging.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { listFreshness } from "./watch-store.ts";

const Short = z.string().max(300).optional();
const State = z.enum(["end-of-life", "behind", "unknown", "current"]);
const Kind = z.enum(["chart", "image", "git", "module", "provider", "tool", "package", "action"]);

const Dated = z.looseObject({ kind: z.enum(["known", "absent", "unknown"]) });

const Outdated = z.object({
  source: z.string(),
  environment: z.string().nullable(),
  pin: z.string(),
  file: z.string(),
  line: z.number().int(),
  kind: Kind,
  name: z.string(),
  state: State,
  stateSince: z.string(),
  current: z.string().nullable(),
  newest: z.string().nullable(),
  next: z.string().nullable().describe("The next version allowed; null when there is none, or it is not known"),
  nextDigest: z.string().optional(),
  behind: z.number().int().nullable().describe("Releases between, the newest included"),
  ageDays: z.number().int().nullable(),
  endOfLife: Dated,
  askedAt: z.string().describe("When upstreams were last asked about it"),
  answeredAt: z
    .string()
    .nullable()
    .describe("When the upstream said so; earlier than askedAt where it did not answer since"),
  upstream: z.string().nullable(),
  why: z.string().optional(),
  howToLearn: z.string().optional(),
});

/** `GET /outdated` */
export const versionRoutes = [
  defineRoute({
    method: "GET",
    path: "/outdated",
    cli: "release list",
    summary: "How each pin stands to its upstream's releases, end of life first",
    role: "viewer",
    effect: "none",
    environment: "any",
    query: z.object({
      ...pageQuery,
      state: State.optional(),
      environment: Short,
      kind: Kind.optional(),
      source: Short,
    }),
    reply: page(Outdated),
    async handle({ query: { cursor, limit, ...filter } }, { store, principal }) {
      const after = keyOf(cursor, z.tuple([z.number().int(), z.string(), z.string(), z.string()]));
      const visible = environmentsOf(principal, "viewer");
      const rows = await listFreshness(store, { ...filter, visible }, { after, limit });
      const { items, ...next } = pageOf(rows, limit, (row) => [row.urgency, row.name, row.pin_id, row.source]);
      return {
        items: items.map(({ answer, ...row }) => {
          const { source: upstream, answerAgeHours: _age, endOfLife, ...rest } = answer;
          return {
            ...rest,
            endOfLife: { ...endOfLife },
            upstream,
            source: row.source,
            environment: row.environment || null,
            stateSince: row.state_since,
            askedAt: row.asked_at,
          };
        }),
        ...next,
      };
    },
  }),
];
