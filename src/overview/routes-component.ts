import * as z from "zod";
import { refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { healthOf } from "../health/components.ts";
import { healthService } from "../health/routes.ts";
import { listEntries } from "../journal/store.ts";
import { standings } from "../observations/store-read.ts";
import { affectedBy } from "../upgrades/graph.ts";
import { findingsOf, pinsWithFreshness, runsOfComponent, workOfComponent } from "./component-parts.ts";
import { type Instance, runningStates } from "./components.ts";
import { knownKey } from "./known.ts";
import type { GraphView } from "./platform-views.ts";

const Trouble = z.object({ probe: z.string(), subject: z.string(), since: z.string(), evidence: z.string() });
const Text = z.string().nullable();

const ComponentReply = z.object({
  name: z.string(),
  system: Text,
  instances: z.array(
    z.object({
      environment: Text,
      namespace: Text,
      declared: Text,
      live: Text.describe("The version that runs, as seen in the cluster; `running` says why there is none"),
      running: z
        .enum(runningStates)
        .describe("What runs against what is declared; absent: its cluster shows nothing of it"),
      runningWhy: Text.describe("Why it is not known"),
      sources: z.array(z.string()),
      health: z.enum(["healthy", "unhealthy", "affected", "unknown"]).optional().describe("Missing: nothing is asked"),
      causes: z.array(z.string()),
      trouble: z.array(Trouble),
    }),
  ),
  pins: z.array(
    z.object({
      id: z.string(),
      source: z.string(),
      environment: Text,
      kind: z.string(),
      name: z.string(),
      state: z.string(),
      file: z.string(),
      line: z.number().int(),
      version: Text,
      freshness: Text,
      newest: Text,
      next: Text.describe("The next version allowed"),
      behind: z.number().int().nullable().describe("Releases between, the newest included"),
    }),
  ),
  findings: z.array(
    z.object({
      id: z.string(),
      rule: z.string(),
      title: z.string(),
      severity: z.enum(["critical", "high", "medium", "low"]),
      environment: Text,
      subject: z.string(),
      message: z.string(),
      since: z.string(),
    }),
  ),
  needs: z.array(z.object({ id: z.string(), title: z.string(), why: z.string() })),
  affects: z
    .array(z.object({ id: z.string(), title: z.string(), distance: z.number().int() }))
    .describe("Blast radius"),
  work: z.array(
    z.object({ id: z.string(), title: z.string(), environment: Text, state: z.string(), createdAt: z.string() }),
  ),
  runs: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      environment: z.string(),
      state: z.string(),
      createdAt: z.string(),
      endedAt: Text,
    }),
  ),
  journal: z.array(
    z.object({ sequence: z.number().int(), at: z.string(), kind: z.string(), task: z.string(), actor: z.string() }),
  ),
});

export const componentShow = defineRoute({
  method: "GET",
  path: "/components/{name}",
  cli: "component show <name>",
  summary:
    "One component: versions by environment, pins, how far behind, health, findings, who needs it, work and runs",
  role: "viewer",
  effect: "none",
  environment: "any",
  params: z.object({ name: z.string().min(1).max(200) }),
  reply: ComponentReply,
  async handle({ params: { name } }, { store, now, principal, services }) {
    const visible = environmentsOf(principal, "viewer");
    const view = await services.need(knownKey).view(store, visible);
    const health = healthOf(
      await standings(store, now, { environments: visible }),
      services.need(healthService).needs,
    ).filter(({ component }) => component === name);
    const own = view.instances.filter((one) => one.name === name);
    if (own.length === 0 && health.length === 0)
      return refuse(
        404,
        `There is no component ${name} that you may see.`,
        "List what is there: millwright component list",
      );
    const pins = await pinsWithFreshness(
      store,
      own.flatMap((one) => one.pins),
    );
    const names = [...new Set([name, ...pins.map((pin) => pin.name)])];
    const [findings, work, runs, journal] = await Promise.all([
      findingsOf(store, visible, names),
      workOfComponent(store, visible, name),
      runsOfComponent(store, visible, name),
      listEntries(store, { environments: visible, link: ["component", name], limit: 10 }),
    ]);
    const [first] = own;
    return {
      name,
      system: first?.system ?? health[0]?.system ?? null,
      instances: instanceReplies(own, health),
      pins: pins.map((pin) => ({ ...pin, environment: pin.environment || null })),
      findings: findings.map((found) => ({ ...found })),
      ...placeInGraph(name, view.graph(undefined, false)),
      work: work.map(({ at, ...rest }) => ({ ...rest, createdAt: at })),
      runs: runs.map(({ created_at, ended_at, ...rest }) => ({ ...rest, createdAt: created_at, endedAt: ended_at })),
      journal: journal.map(({ sequence, at, kind, task, actor }) => ({ sequence, at, kind, task, actor: actor.name })),
    };
  },
});

const nothingDeclared = {
  namespace: null,
  declared: null,
  live: null,
  running: "unknown",
  runningWhy: "no source that was read declares it here",
  sources: [],
} as const;

/** Also environments in which it is asked how it is and no source declares it. */
function instanceReplies(own: readonly Instance[], health: ReturnType<typeof healthOf>) {
  const undeclared = health
    .filter(({ environment }) => own.every((one) => one.environment !== environment))
    .map(({ environment }) => ({ ...nothingDeclared, environment }));
  return [...own, ...undeclared].map(({ environment, namespace, declared, live, running, runningWhy, sources }) => {
    const found = health.find((one) => one.environment === environment);
    return {
      environment,
      namespace,
      declared,
      live,
      running,
      runningWhy,
      sources: [...sources],
      ...(found === undefined ? {} : { health: found.health.kind }),
      causes: found?.health.kind === "affected" ? [...found.health.causes] : [],
      trouble: (found?.trouble ?? []).map(({ probe, subject, since, evidence }) => ({
        probe,
        subject,
        since,
        evidence,
      })),
    };
  });
}

function placeInGraph(name: string, { graph, byNode }: GraphView) {
  const [id] = [...byNode].find(([, instances]) => instances.some((one) => one.name === name)) ?? [];
  const node = graph.nodes.find((one) => one.id === id);
  if (node === undefined) return { needs: [], affects: [] };
  const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
  return {
    needs: graph.edges
      .filter(({ from }) => from === node.id)
      .map(({ to, why }) => ({ id: to, title: titles.get(to) ?? to, why })),
    affects: affectedBy(graph, [node.id]).map(({ id, distance }) => ({ id, distance, title: titles.get(id) ?? id })),
  };
}
