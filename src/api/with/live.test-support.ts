import assert from "node:assert/strict";
import { memoryTree } from "../../findings/examples.ts";
import { parseConfig } from "../../findings/platform-file.ts";
import { listFindings } from "../../findings/store-read.ts";
import { SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { readerOf } from "../../live/cluster.test-support.ts";
import { applicationYaml, deploymentYaml, gitDeployment } from "../../live/examples.ts";
import type { PlatformConfig } from "../../platform/config.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import type { Store } from "../../store/store.ts";
import { testStore } from "../../store/test-support.ts";
import { openServices } from "../services.ts";
import { testNow } from "../test-support.ts";
import type { Building } from "./capability.ts";
import { incidentsOf } from "./incidents.ts";
import { liveOf } from "./live.ts";

export const drifted = `${applicationYaml()}---\n${deploymentYaml(5, "kubectl-edit")}`;
export const fine = `${applicationYaml({ sync: "Synced" })}---\n${deploymentYaml(1, "argocd-controller")}`;

/** Its backups hold down the workload of `drifted`. */
const backups = {
  environments: [
    {
      environment: "production",
      repository: "/nowhere",
      key: "env:KEY",
      fence: { scaleDown: [{ namespace: "mlops", name: "mlflow" }] },
    },
  ],
};

/** A server that looks at clusters whose objects, and whose repository, are the texts of `world`. */
export async function bench(t: { after(work: () => unknown): void }, clusters = ["production"], given?: Store) {
  const store = given ?? (await testStore());
  if (given === undefined) t.after(() => store.close());
  const world = {
    text: fine,
    away: false,
    clusters,
    platform: "environments:\n  - { name: production }\n",
    git: gitDeployment,
    fenced: false,
    now: testNow,
  };
  const opened: string[] = [];
  const config = () =>
    ServerConfig.parse({
      clusters: world.clusters.map((environment) => ({ environment, kubeconfig: "env:KUBECONFIG" })),
      repositories: [{ name: "platform", url: "https://git.example.org/platform.git" }],
      ...(world.fenced ? { backups } : {}),
    });
  const building = buildingOf(store, world, opened, config);
  const incidents = incidentsOf(building);
  const { jobs: [job] = [], provided = [] } = liveOf(building, incidents.opened);
  assert.ok(job);
  const turn = (): Promise<void> => job.run({ store, now: world.now, signal: new AbortController().signal, missed: 0 });
  const found = async (state: "open" | "suppressed" = "open") =>
    (await listFindings(store, { state, visible: undefined }, { after: undefined, limit: 20 })).map(
      ({ rule, severity, environment }) => [rule, severity, environment],
    );
  return { store, world, turn, found, opened, services: openServices(provided) };
}

interface World {
  readonly text: string;
  readonly away: boolean;
  readonly platform: string;
  readonly git: string;
  readonly now: Instant;
}

function buildingOf(store: Store, world: World, opened: string[], config: () => ServerConfig): Building {
  const reader = readerOf(() => world.text);
  return {
    parts: {
      store,
      config,
      useSecret: async () => "text",
      clock: { now: () => world.now },
      log: () => undefined,
      dataFolder: "/none",
    },
    ports: {
      record: async () => undefined,
      notify: async () => undefined,
      openCluster(from: { readonly name: string }) {
        opened.push(from.name);
        if (world.away) throw new SystemError("connect ECONNREFUSED", "retry");
        return {
          ...reader,
          list: async (...all: Parameters<typeof reader.list>) => {
            if (world.away) throw new SystemError("connect ECONNREFUSED", "retry");
            return reader.list(...all);
          },
          discovery: async () => {
            if (world.away) throw new SystemError("connect ECONNREFUSED", "retry");
            return reader.discovery();
          },
        };
      },
      openRepository: async () => ({ tree: memoryTree({ "apps/mlflow.yaml": world.git }), revision: "1" }),
      probes: {
        edges: { tls: () => ({ inspect: async () => assert.fail("no host is asked") }) },
        systems: [],
        wait: () => new Promise(() => undefined),
      },
    },
    platform: (): PlatformConfig => parseConfig(world.platform, "millwright.yaml"),
    look: async () => undefined,
  } as unknown as Building;
}
