import { messageOf } from "../kernel/errors.ts";
import type { Store } from "../store/store.ts";
import { type ObserveOptions, observe, timedOut } from "./observe.ts";
import { Schedule, type Timers, type Turn } from "./schedule.ts";
import { type ProbeLook, recordLooks, type StateChange } from "./store.ts";
import type { Target } from "./target.ts";

export interface WatchOptions extends ObserveOptions {
  readonly store: Store;
  readonly timers: Timers;
  readonly atOnce: number;
  readonly log: (line: { readonly level: "info" | "error"; readonly message: string }) => void;
  /** Told after they are kept; for rules, notices and the event stream. */
  changed?(changes: readonly StateChange[]): Promise<void>;
}

/** So many looks wait at most while the database is away; the oldest go first. */
const maxWaiting = 5000;
const writeEveryMillis = 1000;

interface ScheduledTarget {
  readonly id: string;
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
  readonly target: Target;
}

/** Runs probes for ever, and keeps what they say. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #schedule: Schedule<ScheduledTarget>;
  #waiting: ProbeLook[] = [];
  #failures = 0;
  #lost = 0;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#schedule = new Schedule({
      timers: options.timers,
      atOnce: options.atOnce,
      run: (scheduled, signal) => this.#look(scheduled.target, signal),
      ended: (turn) => this.#ended(turn),
    });
  }

  /** Begins, or goes on with other targets. */
  set(targets: readonly Target[]): void {
    this.#schedule.set(
      targets.map((target) => ({
        id: target.id,
        everySeconds: target.probe.everySeconds,
        timeoutSeconds: target.probe.timeoutSeconds + 1,
        target,
      })),
    );
    if (this.#cancel === undefined && !this.#stopped) this.#writeLater();
  }

  /** Ends; what was seen until now is kept. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#schedule.stop();
    this.#cancel?.();
    await this.#writing;
    await this.#write();
  }

  async #look(target: Target, signal: AbortSignal): Promise<void> {
    const observations = await observe(target, this.#options, signal);
    if (!signal.aborted) this.#keep({ observations, everySeconds: target.probe.everySeconds });
  }

  #ended({ target: { target }, outcome, error }: Turn<ScheduledTarget>): void {
    if (outcome === "failed")
      this.#options.log({ level: "error", message: `${target.id} broke, which is our mistake: ${messageOf(error)}` });
    if (outcome === "timed-out")
      this.#keep({ observations: [timedOut(target, this.#options.now())], everySeconds: target.probe.everySeconds });
  }

  #keep(look: ProbeLook): void {
    this.#waiting.push(look);
    if (this.#waiting.length <= maxWaiting) return;
    this.#waiting.shift();
    this.#lost += 1;
  }

  #writeLater(): void {
    this.#cancel = this.#options.timers.after(writeEveryMillis, () => {
      this.#writing = this.#write().finally(() => {
        if (!this.#stopped) this.#writeLater();
      });
    });
  }

  async #write(): Promise<void> {
    const looks = this.#waiting;
    if (looks.length === 0) return;
    this.#waiting = [];
    try {
      const { changes, samples } = await recordLooks(this.#options.store, looks);
      this.#tellBack(samples.refused);
      if (changes.length > 0) await this.#options.changed?.(changes);
    } catch (thrown) {
      // They wait for the database; in order, before what comes meanwhile.
      this.#waiting = [...looks, ...this.#waiting].slice(-maxWaiting);
      this.#failures += 1;
      if (this.#failures === 1)
        this.#options.log({ level: "error", message: `observations wait for the database: ${messageOf(thrown)}` });
    }
  }

  #tellBack(refused: number): void {
    const { log } = this.#options;
    if (this.#failures > 0)
      log({
        level: "info",
        message: `observations are kept again${this.#lost === 0 ? "" : `; ${this.#lost} looks were lost`}`,
      });
    if (refused > 0)
      log({
        level: "error",
        message: `${refused} measurements were not kept: their metric has as many series as it may have`,
      });
    this.#failures = 0;
    this.#lost = 0;
  }
}
