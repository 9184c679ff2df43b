import * as z from "zod";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { enginePolicy } from "../engine/routes.ts";
import { runningStates } from "./components.ts";
import { environmentSummaries } from "./environments.ts";
import { knownKey } from "./known.ts";
import { SummaryReply, summaryReply } from "./routes-overview.ts";

/** More than a person compares side by side. */
const most = 500;

const SetUp = z.object({
  state: z.enum(["configured", "not set up"]),
  how: z.string().optional().describe("How to set it up"),
});

const EnvironmentReply = SummaryReply.extend({
  kind: z.enum(["local", "development", "staging", "production", "other"]),
  ref: z.string().optional().describe("Git branch or tag that it follows"),
  kubernetes: z.string().optional(),
  selfHeal: z.boolean().optional().describe("Missing: nobody said"),
  secondPerson: z.boolean().describe("Somebody else than whoever asked must approve"),
  cluster: SetUp.extend({ changer: z.boolean().describe("A credential that may change it is named") }),
  endpoints: z.object({ state: SetUp.shape.state, count: z.number().int(), how: z.string().optional() }),
  versions: z.array(
    z.object({
      component: z.string(),
      system: z.string().nullable(),
      declared: z.string().nullable(),
      live: z.string().nullable(),
      running: z
        .enum(runningStates)
        .describe("What runs against what is declared; absent: its cluster shows nothing of it"),
    }),
  ),
  versionsLeft: z.number().int().describe("Components that are left out here; component list has all of them"),
});

function kindOf(name: string): z.infer<typeof EnvironmentReply>["kind"] {
  const known = (["local", "development", "staging", "production"] as const).find((kind) => kind === name);
  return known ?? "other";
}

export const environmentList = defineRoute({
  method: "GET",
  path: "/environments",
  cli: "environment list",
  summary: "The environments: health, findings, window, mode, what is set up, and which versions they run",
  role: "viewer",
  effect: "none",
  environment: "any",
  kept: { forSeconds: 10 },
  reply: z.object({ items: z.array(EnvironmentReply) }),
  async handle(_, context) {
    const { store, services, principal } = context;
    const known = services.need(knownKey);
    const { instances } = await known.view(store, environmentsOf(principal, "viewer"));
    const summaries = await environmentSummaries(context);
    const byEnvironment = Map.groupBy(instances, ({ environment }) => environment);
    const { clusters, endpoints } = known.server();
    const items = summaries.map((summary) => {
      const { name } = summary;
      const declared = known.platform().environments.find((one) => one.name === name);
      const own = (byEnvironment.get(name) ?? []).toSorted(
        (a, b) => Number(a.system === null) - Number(b.system === null),
      );
      const count = endpoints.filter(({ environment }) => environment === name).length;
      const cluster = clusters.find(({ environment }) => environment === name);
      return {
        ...summaryReply(summary),
        kind: kindOf(name),
        ...(declared?.ref === undefined ? {} : { ref: declared.ref }),
        ...(declared?.kubernetes === undefined ? {} : { kubernetes: declared.kubernetes }),
        ...(declared?.selfHeal === undefined ? {} : { selfHeal: declared.selfHeal }),
        secondPerson: services.need(enginePolicy).secondPerson(name),
        cluster: {
          ...setUp(cluster !== undefined, "name its kubeconfig under clusters of millwright.server.yaml"),
          changer: cluster?.write !== undefined,
        },
        endpoints: { ...setUp(count > 0, "name addresses under endpoints of millwright.server.yaml"), count },
        versions: own.slice(0, most).map((one) => ({
          component: one.name,
          system: one.system,
          declared: one.declared,
          live: one.live,
          running: one.running,
        })),
        versionsLeft: Math.max(0, own.length - most),
      };
    });
    return { items };
  },
});

function setUp(is: boolean, how: string): z.input<typeof SetUp> {
  return is ? { state: "configured" } : { state: "not set up", how };
}
