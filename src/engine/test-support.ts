import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { JournalDraft, NoticeDraft } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import type { AnyAction, Outcome, Registry } from "./action.ts";
import { registryOf } from "./action.ts";
import type { Leg } from "./advance.ts";
import type { Deciding } from "./decisions.ts";
import type { LegPorts } from "./going.ts";
import { runLeg } from "./leg.ts";
import { defineProcedure, Plan, type PlanDraft } from "./plan.ts";
import type { Run } from "./run.ts";
import { type EnginePolicy, startRun } from "./start-run.ts";
import { findRun } from "./store.ts";
import { beatWorker, sweepRuns, type WorkerSelf } from "./sweep.ts";

export const ada: Actor = { kind: "person", id: "ada", name: "Ada" };
export const ben: Actor = { kind: "person", id: "ben", name: "Ben" };

/** A procedure whose plan is its argument, as written. */
export const asWritten = defineProcedure({
  id: "as-written",
  version: 1,
  title: "As written",
  arguments: Plan,
  plan: (plan) => plan,
});

const self: WorkerSelf = { id: "worker-1", version: "1", environments: undefined, deadAfterSeconds: 20 };

/** A target that counts what reaches it. */
export interface Target {
  readonly effects: string[];
  /** What the next calls of an action answer, before it does anything. */
  readonly answers: Map<string, Outcome[]>;
}

/** A worker without a queue: legs are run one after the other, when the test says so. */
export interface Bench {
  readonly store: Store;
  readonly target: Target;
  readonly journal: JournalDraft[];
  readonly notices: NoticeDraft[];
  ports: LegPorts;
  policy: EnginePolicy;
  at: Instant;
  start(steps: PlanDraft["steps"], more?: { environment?: string; key?: string }): Promise<Run>;
  /** Sweeps and runs legs until nothing more can go on now. */
  settle(): Promise<void>;
  sweep(): Promise<readonly Leg[]>;
  later(seconds: number): void;
  deciding(actor: Actor, seen?: string): Deciding;
  show(id: string): Promise<Run>;
}

export async function openBench(actions: readonly AnyAction[] = []): Promise<Bench> {
  const store = await testStore();
  const target: Target = { effects: [], answers: new Map() };
  const journal: JournalDraft[] = [];
  const notices: NoticeDraft[] = [];
  const registry: Registry = registryOf([...targetActions(target), ...actions]);
  const bench: Bench = {
    store,
    target,
    journal,
    notices,
    at: instantOf(Date.UTC(2026, 10, 20)),
    policy: {
      mode: "act",
      procedures: [asWritten],
      environments: () => ["staging", "production"],
      approval: (environment) => environment === "production",
      secondPerson: (environment) => environment === "production",
    },
    ports: {
      store,
      worker: self.id,
      registry: () => registry,
      knows: () => true,
      window: async () => ({ kind: "open" }),
      stopped: () => undefined,
      redact: (text) => text.replaceAll("hunter2", "***"),
      record: async (_, draft) => void journal.push(draft),
      notify: async (_, draft) => void notices.push(draft),
      now: () => bench.at,
      retryMs: 1000,
      signal: new AbortController().signal,
    },
    ...verbs(() => bench),
  };
  return bench;
}

type Verbs = Pick<Bench, "start" | "sweep" | "settle" | "later" | "deciding" | "show">;

function verbs(the: () => Bench): Verbs {
  const sweep = async (): Promise<readonly Leg[]> => {
    const { store, at } = the();
    await beatWorker(store, self, at);
    const dispatch = async (): Promise<void> => undefined;
    return sweepRuns(store, self, { now: at, busy: new Set(), lostAfterSeconds: 60, inQueue: sql`true`, dispatch });
  };
  return {
    sweep,
    start(steps, { environment = "staging", key } = {}) {
      const { store, at, policy, ports } = the();
      const wanted = { procedure: "as-written", arguments: { steps }, environment, requestedBy: ada, key };
      return startRun(store, at, policy, wanted, ports.record);
    },
    async settle() {
      for (let legs = await sweep(); legs.length > 0; legs = await sweep())
        for (const leg of legs) await runLeg(the().ports, leg);
    },
    later(seconds) {
      the().at = instantOf(Date.parse(the().at) + seconds * 1000);
    },
    deciding(actor, seen) {
      const { store, at, ports } = the();
      return { store, now: at, actor, record: ports.record, seen };
    },
    async show(id) {
      const run = await findRun(the().store, id);
      if (run === undefined) throw new Error(`no run ${id}`);
      return run;
    },
  };
}

/** `effect`: leaves its mark once; `ask`: answers; both do what `answers` says first. */
function targetActions(target: Target): readonly AnyAction[] {
  const said = (id: string): Outcome | undefined => target.answers.get(id)?.shift();
  return [
    {
      id: "effect",
      alreadyDone: async ({ mark }) => (target.effects.includes(mark) ? { mark } : undefined),
      async run({ mark, log }) {
        const answer = said(mark.split("/")[1] ?? "");
        if (answer !== undefined) return answer;
        log("password is hunter2");
        target.effects.push(mark);
        return { kind: "done", message: "landed with hunter2", evidence: { mark, with: ["hunter2"] } };
      },
      async undo({ mark }) {
        target.effects.push(`undo ${mark}`);
        return { kind: "done", message: "taken back" };
      },
      describe: (input) => `would leave ${JSON.stringify(input)}`,
    },
    {
      id: "ask",
      run: async ({ mark }) => said(mark.split("/")[1] ?? "") ?? { kind: "done", message: "yes" },
    },
  ];
}

export const act = (name: string, more: object = {}) =>
  ({ name, title: name, kind: "act", action: "effect", effect: { reversible: "it is removed" }, ...more }) as const;

export const check = (name: string, more: object = {}) =>
  ({ name, title: name, kind: "check", action: "ask", ...more }) as const;
