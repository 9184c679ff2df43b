import { sql } from "kysely";
import { systemClock } from "../src/edge/clock.ts";
import { answerApproval } from "../src/engine/approve.ts";
import { abortRun, attestStep, type Deciding, pauseRun, resumeRun, retryStep } from "../src/engine/decisions.ts";
import type { Run } from "../src/engine/run.ts";
import { type EnginePolicy, startRun } from "../src/engine/start-run.ts";
import { listRuns } from "../src/engine/store.ts";
import { SystemError } from "../src/kernel/errors.ts";
import type { JournalDraft } from "../src/platform/record.ts";
import type { Store } from "../src/store/store.ts";
import type { Random } from "./random.ts";
import type { Target } from "./target.ts";

const rules: EnginePolicy = {
  mode: "act",
  procedures: [],
  environments: () => ["chaos"],
  approval: () => false,
  secondPerson: () => true,
};

const operator = { kind: "person", id: "operator", name: "Operator" } as const;
const approver = { kind: "person", id: "approver", name: "Approver" } as const;

async function record(part: Store, draft: JournalDraft): Promise<void> {
  await sql`insert into chaos_journal (run_id, task) values (${draft.links?.["run"]}, ${draft.task})`.execute(
    part.tables(),
  );
}

/** A database that is away is asked again: what people do must not be lost, nor done twice. */
export async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || thrown.remedy !== "retry") throw thrown;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

/** The people of the rehearsal: they start runs, approve, attest, pause, resume, and now and then abort. */
export class People {
  readonly #store: Store;
  readonly #random: Random;
  readonly #target: Target;
  readonly #policy: EnginePolicy;
  readonly started: string[] = [];

  constructor(store: Store, random: Random, target: Target) {
    this.#store = store;
    this.#random = random;
    this.#target = target;
    this.#policy = { ...rules, procedures: [target.procedure] };
  }

  async start(): Promise<void> {
    const key = `run-${this.started.length}`;
    const shape = this.#target.shape(this.#random);
    const procedure = this.#target.procedure.id;
    this.started.push(key);
    const wanted = { procedure, arguments: shape, environment: "chaos", key, requestedBy: operator };
    await persist(() =>
      this.#store.transaction((part) => startRun(part, systemClock.now(), this.#policy, wanted, record)),
    );
  }

  /** Looks at every live run once, and does what it waits for. */
  async attend(calm: boolean): Promise<number> {
    const live = await persist(() => listRuns(this.#store, { environments: undefined, live: true, limit: 1000 }));
    for (const run of live) await this.#decide(run, calm);
    return live.length;
  }

  async #decide(run: Run, calm: boolean): Promise<void> {
    const answer = this.#answerTo(run, calm);
    if (answer === undefined) return;
    await persist(() =>
      this.#store.transaction((part) => answer({ store: part, now: systemClock.now(), actor: approver, record })),
    );
  }

  #answerTo(run: Run, calm: boolean): ((deciding: Deciding) => Promise<unknown>) | undefined {
    const given = { digest: run.digest, approved: true, reason: undefined };
    if (run.waitsFor === "approval") return (deciding) => answerApproval(deciding, this.#policy, run.id, given);
    if (run.waitsFor === "attestation")
      return (deciding) => attestStep(deciding, run.id, { outcome: "done", message: "seen", evidence: {} });
    if (run.waitsFor === "decision") return (deciding) => retryStep(deciding, run.id);
    if (run.state === "paused") return (deciding) => resumeRun(deciding, run.id);
    if (calm) return undefined;
    const luck = this.#random();
    if (luck < 0.01) return (deciding) => pauseRun(deciding, run.id);
    if (luck < 0.02) return (deciding) => abortRun(deciding, run.id, "rehearsed");
    return undefined;
  }
}
