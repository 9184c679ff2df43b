// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { openLogRepository, withCredential } from "../../edge/log-repository.ts";
import { openProbeHttp } from "../../edge/probe-http.ts";
import { type AnyAction, registryOf } from "../../engine/action.ts";
import { procedures } from "../../engine/procedures/index.ts";
import type { Run } from "../../engine/run.ts";
import { startRun } from "../../engine/start-run.ts";
import { attemptsOf } from "../../engine/store.ts";
import { ada, type Bench, ben, openBench } from "../../engine/test-support.ts";
import { canaryActions } from "../../health/canary/actions.ts";
import type { OpenCanary } from "../../health/canary/ports.ts";
import { type Development, startDevelopment } from "./development.test-support.ts";

/** What is asked by reading has its own tests. */
const asks: AnyAction = { id: "suite/ask", run: async () => ({ kind: "done", message: "as it should be" }) };

/** The tests in development as a run, on a platform as the lab has one. */
export interface Journeys {
  readonly platform: Development;
  readonly bench: Bench;
  start(open?: OpenCanary): Promise<string>;
  /** Goes on until the run ends or waits for a person; a leg that was lost is taken up by the next sweep. */
  rested(id: string): Promise<Run>;
  deciding(): ReturnType<Bench["deciding"]>;
  /** How often each effect reached a target since a moment; each is counted where it lands. */
  effectsSince(from: number): Readonly<Record<string, number>>;
  /** All that was written down of a run, as text. */
  written(id: string): Promise<string>;
  close(): Promise<void>;
}

/** Real connections and real Git. */
const openers = {
  http: openProbeHttp({ userAgent: "millwright/test" }),
  openLog: openLogRepository,
  withGitCredential: withCredential,
};

export async function openJourneys(version?: string): Promise<Journeys> {
  const platform = await startDevelopment(openers, version);
  const bench = await openBench();
  bench.policy = { ...bench.policy, procedures, environments: () => ["development"] };
  return {
    platform,
    bench,
    async start(open = platform.open()) {
      const actions = registryOf([asks, ...canaryActions(open)]);
      bench.ports = { ...bench.ports, registry: () => actions };
      const wanted = { procedure: "test-development", arguments: {}, environment: "development", requestedBy: ada };
      return (await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record)).id;
    },
    async rested(id) {
      for (let tries = 0; tries < 20; tries += 1) {
        await bench.settle();
        const run = await bench.show(id);
        if (run.endedAt !== null || run.waitsFor === "decision") return run;
        bench.later(60);
      }
      throw new Error("the run neither ends nor waits");
    },
    deciding: () => bench.deciding(ben),
    effectsSince(from) {
      const counts: Record<string, number> = {};
      for (const { effect } of platform.ledger.entries().slice(from)) counts[effect] = (counts[effect] ?? 0) + 1;
      return counts;
    },
    written: async (id) => JSON.stringify([await bench.show(id), await attemptsOf(bench.store, id), bench.journal]),
    async close() {
      await bench.store.close();
      await platform.close();
    },
  };
}

/** What one whole run does, each counted where it lands. */
export const once = {
  "project made": 1,
  pushed: 1,
  "experiment created": 1,
  "run created": 1,
  "artifact written": 2,
  "model registered": 1,
  "model version created": 1,
  "model deleted": 1,
  "artifact deleted": 1,
  "run deleted": 1,
  "experiment deleted": 1,
  "project deleted": 1,
};
