import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { KeyPair } from "./certificates.ts";
import type { FateRule } from "./fate.ts";
import type { User } from "./rbac.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

/** What of a cluster outlives its process. */
export interface Kept {
  readonly version: number;
  readonly objects: readonly Stored[];
  readonly ca: KeyPair;
  readonly server: KeyPair;
  readonly tokens: readonly (readonly [string, User])[];
  readonly fates: readonly FateRule[];
  readonly logs: readonly (readonly [string, string])[];
}

type Line = { readonly version: number } & ({ readonly put: Stored } | { readonly gone: string });

/** The change file is folded into the whole file when it has this many lines. */
const foldAt = 2000;

/**
 * A whole file, replaced at once by renaming, and beside it a file of the changes since: a change is in it before the client has
 * its answer, so `kill -9` loses nothing that was answered. A last line cut in the middle was never answered and is dropped.
 */
export class StateFile {
  readonly #file: string;
  #lines = 0;

  constructor(file: string) {
    this.#file = file;
  }

  read(): Kept | undefined {
    if (!existsSync(this.#file)) return undefined;
    const whole = JSON.parse(readFileSync(this.#file, "utf8")) as Kept;
    const objects = new Map(whole.objects.map((object) => [keyOf(object), object]));
    let { version } = whole;
    for (const line of linesOf(this.#changes())) {
      if (line.version <= whole.version) continue;
      version = line.version;
      if ("put" in line) objects.set(keyOf(line.put), line.put);
      else objects.delete(line.gone);
    }
    return { ...whole, version, objects: [...objects.values()] };
  }

  write(kept: Kept): void {
    const draft = `${this.#file}.new`;
    const descriptor = openSync(draft, "w", 0o600);
    writeFileSync(descriptor, JSON.stringify(kept));
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(draft, this.#file);
    rmSync(`${this.#file}.changes`, { force: true });
    this.#lines = 0;
  }

  /** Follows the store; `whole` is asked for when the change file has grown long. */
  follow(store: ObjectStore, whole: () => Kept): () => void {
    return store.watch(({ version, type, object }) => {
      const line: Line = type === "DELETED" ? { version, gone: keyOf(object) } : { version, put: object };
      appendFileSync(`${this.#file}.changes`, `${JSON.stringify(line)}\n`, { mode: 0o600 });
      this.#lines += 1;
      if (this.#lines >= foldAt) this.write(whole());
    });
  }

  #changes(): string {
    const file = `${this.#file}.changes`;
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }
}

function linesOf(text: string): readonly Line[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** Two groups may have a kind of the same name (`Backup`). */
function keyOf({ apiVersion, kind, metadata }: Stored): string {
  return [apiVersion.replace("/", ":"), kind, metadata.namespace ?? "", metadata.name].join("/");
}
