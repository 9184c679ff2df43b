import * as z from "zod";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { healthOf } from "../health/components.ts";
import { healthService } from "../health/routes.ts";
import { standings } from "../observations/store-read.ts";
import { affectedBy, nodesNamed } from "../upgrades/graph.ts";
import { matrixOf } from "../versions/matrix.ts";
import { runningStates } from "./components.ts";
import { knownKey } from "./known.ts";
import type { GraphView } from "./platform-views.ts";

const conventionalOrder = ["local", "development", "staging", "production"];

/** What was seen of health grows old. */
const ofTheMoment = { forSeconds: 10 };

const Instance = z.object({
  name: z.string(),
  environment: z.string().nullable(),
  version: z.string().nullable(),
  health: z.enum(["healthy", "unhealthy", "affected", "unknown"]).optional().describe("Missing: nothing is asked"),
});

const GraphReply = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      kind: z.string(),
      system: z.string().optional(),
      detail: z.string().optional().describe("What runs where"),
      outside: z.boolean().optional().describe("Something needs it, and nothing that was looked at deploys it"),
      components: z.array(Instance),
    }),
  ),
  edges: z.array(z.object({ from: z.string(), to: z.string(), why: z.string() })).describe("from needs to"),
  alone: z.number().int().describe("Components of no known dependencies; shown as nodes only with alone=true"),
  order: z.array(z.object({ members: z.array(z.string()), isCycle: z.boolean(), why: z.array(z.string()) })),
  of: z.array(z.string()).optional(),
  affected: z
    .array(z.looseObject({ id: z.string(), distance: z.number().int() }))
    .optional()
    .describe("What feels it when `of` is down or changed, near ones first"),
});

const graph = defineRoute({
  method: "GET",
  path: "/graph",
  cli: "component graph",
  summary: "Who needs whom, in which order to upgrade, and what one component takes with it",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    environment: z.string().max(100).optional().describe("Of this one; across all of them when left out"),
    of: z.string().max(200).optional().describe("Mark what is affected by this component, or any of this system"),
    platform: z.enum(["true", "false"]).default("false").describe("The guides' whole platform, deployed here or not"),
    alone: z
      .enum(["true", "false"])
      .default("false")
      .describe("true: also components that need nothing known and that nothing needs"),
  }),
  kept: ofTheMoment,
  reply: GraphReply,
  async handle({ query }, { store, now, principal, services }) {
    const visible = environmentsOf(principal, "viewer");
    const view = await services.need(knownKey).view(store, visible);
    const seen = await standings(store, now, { environments: visible });
    const health = healthByPlace(seen, services.need(healthService).needs);
    const made = view.graph(query.environment, query.platform === "true");
    const of = query.of === undefined ? undefined : focusOf(query.of, made);
    const linked = new Set([...made.graph.edges.flatMap(({ from, to }) => [from, to]), ...(of ?? [])]);
    const isShown = (id: string): boolean => query.alone === "true" || linked.has(id);
    const nodes = made.graph.nodes.filter(({ id }) => isShown(id));
    return {
      nodes: nodes.map((node) => ({
        ...node,
        components: (made.byNode.get(node.id) ?? []).map(({ name, environment, version }) => {
          const kind = health.get(`${name}\n${environment}`);
          return { name, environment, version, ...(kind === undefined ? {} : { health: kind }) };
        }),
      })),
      edges: made.graph.edges.map(({ from, to, why }) => ({ from, to, why })),
      alone: made.graph.nodes.filter(({ id }) => !linked.has(id)).length,
      order: made.order
        .filter(({ members }) => members.some(isShown))
        .map(({ members, isCycle, why }) => ({ members: [...members], isCycle, why: [...why] })),
      ...(of === undefined ? {} : { of: [...of], affected: affectedBy(made.graph, of).map((one) => ({ ...one })) }),
    };
  },
});

/** `component\nenvironment` → how it is; only what is asked. */
function healthByPlace(...of: Parameters<typeof healthOf>) {
  return new Map(
    healthOf(...of).map(({ component, environment, health }) => [`${component}\n${environment}`, health.kind]),
  );
}

/** The nodes that stand for a component of that name, or else those that are called so. */
function focusOf(of: string, { graph, byNode }: GraphView): readonly string[] {
  const nodes = [...byNode].filter(([, instances]) => instances.some(({ name }) => name === of)).map(([id]) => id);
  return nodes.length > 0 ? nodes : nodesNamed(of, graph);
}

const matrix = defineRoute({
  method: "GET",
  path: "/matrix",
  cli: "component matrix",
  summary: "Which version runs in which environment, and which combinations are known to work together",
  role: "viewer",
  effect: "none",
  environment: "any",
  kept: ofTheMoment,
  reply: z.object({
    environments: z.array(z.string()),
    rows: z.array(
      z.object({
        component: z.string(),
        system: z.string().nullable(),
        versions: z.array(z.string().nullable()).describe("In the order of environments; what runs, or is declared"),
        deployed: z.array(z.boolean()),
        live: z.array(z.boolean()).describe("Whether that version was seen in the cluster"),
        declared: z.array(z.string().nullable()).describe("What the repository declares"),
        running: z
          .array(z.enum(runningStates).nullable())
          .describe("What runs against what is declared; absent: its cluster shows nothing of it; null: not deployed"),
        health: z.array(Instance.shape.health.unwrap().nullable()).describe("null: nothing is asked"),
        differs: z.boolean(),
      }),
    ),
    verdicts: z.array(
      z.object({
        environment: z.string(),
        set: z.string().optional(),
        proven: z.boolean(),
        differences: z.array(z.string()),
      }),
    ),
    sets: z.array(z.object({ name: z.string(), released: z.string(), versions: z.record(z.string(), z.string()) })),
    factsOf: z.string(),
  }),
  async handle(_, { store, now, principal, services }) {
    const known = services.need(knownKey);
    const visible = environmentsOf(principal, "viewer");
    const { instances } = await known.view(store, visible);
    const seen = await standings(store, now, { environments: visible });
    const health = healthByPlace(seen, services.need(healthService).needs);
    const declared = known.platform().environments.map(({ name }) => name);
    const made = matrixOf(instances, known.proven, declared.length > 0 ? declared : conventionalOrder);
    const by = new Map(instances.map((one) => [`${one.name}\n${one.environment}`, one]));
    return {
      environments: [...made.environments],
      rows: made.rows.map((row) => {
        const here = made.environments.map((environment) => by.get(`${row.component}\n${environment}`));
        return {
          ...row,
          versions: [...row.versions],
          deployed: [...row.deployed],
          live: here.map((one) => one?.live !== undefined && one.live !== null),
          declared: here.map((one) => one?.declared ?? null),
          running: here.map((one) => one?.running ?? null),
          health: made.environments.map((environment) => health.get(`${row.component}\n${environment}`) ?? null),
        };
      }),
      verdicts: made.verdicts.map(({ set, differences, ...verdict }) => ({
        ...verdict,
        differences: [...differences],
        ...(set === undefined ? {} : { set }),
      })),
      sets: made.sets.map(({ name, released, versions }) => ({ name, released, versions })),
      factsOf: made.factsOf,
    };
  },
});

export const graphRoutes = [graph, matrix];
