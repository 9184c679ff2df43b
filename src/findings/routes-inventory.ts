import * as z from "zod";
import { keyOf, page, pageOf, pageQuery, textQuery, totalOf, totalQuery } from "../access/paging.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { listComponents, listPins, listSources, totalComponents } from "./store-inventory.ts";

const Short = z.string().max(300).optional();

const components = defineRoute({
  method: "GET",
  path: "/components",
  cli: "component list",
  summary: "What runs, as each source declares it",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ ...pageQuery, environment: Short, system: Short, source: Short, ...textQuery, ...totalQuery }),
  reply: page(
    z.object({
      name: z.string(),
      environment: z.string().nullable(),
      system: z.string().nullable(),
      namespace: z.string().nullable(),
      version: z.string().nullable(),
      source: z.string(),
      pins: z.array(z.string()),
    }),
  ),
  async handle({ query: { cursor, limit, total, ...rest } }, { store, principal }) {
    const after = keyOf(cursor, z.tuple([z.string(), z.string(), z.string()]));
    const filter = { ...rest, visible: environmentsOf(principal, "viewer") };
    const rows = await listComponents(store, filter, { after, limit });
    const { items, ...next } = pageOf(rows, limit, (row) => [row.name, row.environment, row.source]);
    return {
      items: items.map((row) => ({ ...row, environment: row.environment || null, pins: [...row.pins] })),
      ...next,
      ...(await totalOf(total, () => totalComponents(store, filter))),
    };
  },
});

const PinReply = z.looseObject({
  id: z.string(),
  file: z.string(),
  line: z.number(),
  kind: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  state: z.string(),
});

const inventory = defineRoute({
  method: "GET",
  path: "/inventory",
  cli: "pin list",
  summary: "Every place that fixes a version, or ought to",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    environment: Short,
    state: z.enum(["pinned", "range", "moving", "missing", "unknown"]).optional(),
    kind: z.enum(["chart", "image", "git", "module", "provider", "tool", "package", "action"]).optional(),
    name: Short,
    source: Short,
  }),
  reply: page(z.object({ source: z.string(), pin: PinReply })),
  async handle({ query: { cursor, limit, ...filter } }, { store, principal }) {
    const after = keyOf(cursor, z.tuple([z.string(), z.string()]));
    const visible = environmentsOf(principal, "viewer");
    const rows = await listPins(store, { ...filter, visible }, { after, limit });
    const { items, ...next } = pageOf(rows, limit, (row) => [row.id, row.source]);
    return { items: items.map(({ source, pin }) => ({ source, pin: { ...pin } })), ...next };
  },
});

const sources = defineRoute({
  method: "GET",
  path: "/sources",
  cli: "source list",
  summary: "What is looked at, when it was last, and what could not be understood",
  role: "viewer",
  effect: "none",
  reply: z.object({
    sources: z.array(
      z.object({
        source: z.string(),
        at: z.string(),
        revision: z.string().nullable(),
        findings: z.number().int(),
        suppressed: z.number().int(),
        unknown: z.number().int(),
        rules: z.number().int(),
        problems: z.array(z.string()),
      }),
    ),
  }),
  async handle(_input, { store }) {
    const rows = await listSources(store);
    return {
      sources: rows.map(({ source, at, revision, summary }) => ({
        source,
        at,
        revision,
        ...summary,
        problems: [...summary.problems],
      })),
    };
  },
});

export const routesOfInventory = [components, inventory, sources];
