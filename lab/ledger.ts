import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** One thing that somebody did to a target: what a run is judged by, since it counts at the target and not in our database. */
export interface Entry {
  /** When it happened: an instant in UTC. */
  readonly at: string;
  /** `production/gitlab`, `git`, … */
  readonly target: string;
  /** `migration`, `token revoked`, … */
  readonly effect: string;
  readonly detail?: Readonly<Record<string, string>>;
}

/** Effects as they arrive, one JSON text a line in a file, so that they are still known after a restart. In order of arrival. */
export class Ledger {
  readonly #file: string | undefined;
  readonly #now: () => string;
  readonly #entries: Entry[];

  /** Without a file it lasts as long as the process. */
  constructor(file?: string, now: () => string = () => new Date().toISOString()) {
    this.#file = file;
    this.#now = now;
    this.#entries = file === undefined ? [] : readLedger(file);
  }

  add(target: string, effect: string, detail?: Readonly<Record<string, string>>): void {
    const entry: Entry = { at: this.#now(), target, effect, ...(detail === undefined ? {} : { detail }) };
    this.#entries.push(entry);
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  }

  entries(): readonly Entry[] {
    return this.#entries;
  }

  count(target: string, effect: string): number {
    return this.#entries.filter((entry) => entry.target === target && entry.effect === effect).length;
  }
}

/** A last line that a kill cut off is dropped, in the file too: the next entry must begin on a line of its own. */
function readLedger(file: string): Entry[] {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    return [];
  }
  const text = readFileSync(file, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) writeFileSync(file, whole, { mode: 0o600 });
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Entry);
}
