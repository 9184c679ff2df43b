import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { InputError } from "../../src/kernel/errors.ts";
import { seededRandom } from "../databases/random.ts";
import type { Platform } from "../platform.ts";
import type { Fault } from "./fault.ts";
import { faults } from "./index.ts";

/** A fault that was done and stands. */
export interface Applied {
  readonly fault: string;
  readonly target: string;
  readonly seed: number;
  readonly at: string;
  /** Which of several things it was on this machine. */
  readonly note?: string;
}

/** The faults of a running lab. What outlasts the lab's process is written down, so that it can be mended after a restart. */
export class Faults {
  readonly #platform: Platform;
  readonly #file: string;
  #applied: readonly Applied[];

  constructor(platform: Platform, file: string) {
    this.#platform = platform;
    this.#file = file;
    const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Applied[]) : [];
    this.#applied = known.filter(({ fault }) => faults.find(({ id }) => id === fault)?.endsWithLab === false);
  }

  applied(): readonly Applied[] {
    return this.#applied.filter(({ fault, target }) => {
      const known = faults.find(({ id }) => id === fault);
      return known?.isOver?.(this.#platform, target) !== true;
    });
  }

  /** Throws `InputError` for a fault or a target that is none. */
  async apply(id: string, target: string | undefined, seed: number, at: string): Promise<Applied> {
    const { fault, at: place } = this.#find(id, target);
    await fault.apply(this.#platform, place, seededRandom(seed));
    const note = fault.here?.();
    const applied = { fault: id, target: place, seed, at, ...(note === undefined ? {} : { note }) };
    this.#keep([...this.#others(id, place), applied]);
    this.#platform.ledger.add(place, "fault", {
      fault: id,
      seed: String(seed),
      ...(note === undefined ? {} : { note }),
    });
    return applied;
  }

  async mend(id: string, target: string | undefined): Promise<string> {
    const { fault, at } = this.#find(id, target);
    await fault.mend(this.#platform, at);
    this.#keep(this.#others(id, at));
    this.#platform.ledger.add(at, "mended", { fault: id });
    return at;
  }

  #others(id: string, target: string): readonly Applied[] {
    return this.#applied.filter((one) => one.fault !== id || one.target !== target);
  }

  #keep(applied: readonly Applied[]): void {
    this.#applied = applied;
    writeFileSync(`${this.#file}.new`, JSON.stringify(applied), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }

  #find(id: string, target: string | undefined): { readonly fault: Fault; readonly at: string } {
    const fault = faults.find((one) => one.id === id);
    if (fault === undefined)
      throw new InputError(`There is no fault ${id}. There are: ${faults.map((one) => one.id).join(", ")}.`);
    const targets = fault.targets(this.#platform);
    const at = target ?? targets[0];
    if (at !== undefined && targets.includes(at)) return { fault, at };
    throw new InputError(
      targets.length === 0
        ? `${id} can be done to nothing yet: what it is done to is still being put there. Try again in half a minute.`
        : `${id} cannot be done to ${at ?? "anything here"}. It can be done to: ${targets.join(", ")}.`,
    );
  }
}
