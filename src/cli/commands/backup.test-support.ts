// oxlint-disable no-restricted-imports -- tests write the files that the command line reads
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../../backups/others/prove.test-support.ts";

export interface Declared {
  /** Lines before `backups:`, each with its end. */
  readonly head?: string;
  /** What the repository is opened by. */
  readonly key: string;
  readonly stores: readonly string[];
  /** Fields beside the stores. */
  readonly more?: readonly string[];
}

/** Where a command line stands: a folder with a configuration and its secrets as files, gone after the tests of the file. */
export interface Site {
  readonly dir: string;
  /** Writes one, and gives the reference to it. */
  readonly secret: (name: string, text: string) => string;
  /** The text that declares production alone, its repository in the folder. */
  readonly production: (declared: Declared) => string;
}

export function site(): Site {
  const dir = folder();
  const secret = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return `file:${join(dir, name)}`;
  };
  return {
    dir,
    secret,
    production({ head = "", key, stores, more = [] }) {
      const lines = [
        "backups:",
        "  environments:",
        "    - environment: production",
        `      repository: ${join(dir, "repository")}`,
        `      key: ${secret("key", key)}`,
        "      stores:",
        ...stores.map((store) => `        - ${store}`),
        ...more.map((field) => `      ${field}`),
      ];
      return `${head}${lines.join("\n")}\n`;
    },
  };
}

/** Flips a byte of the largest pack in the site's repository: of the store that has most bytes nothing can be read whole any more. */
export function flipLargestPack({ dir }: Pick<Site, "dir">): void {
  const folder = join(dir, "repository", "data");
  const packs = readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .map((name) => ({ name, bytes: readFileSync(name) }));
  const [largest] = packs.toSorted((a, b) => b.bytes.length - a.bytes.length);
  if (largest === undefined) throw new Error(`${folder} has no pack`);
  largest.bytes[100] = (largest.bytes[100] ?? 0) ^ 1;
  chmodSync(largest.name, 0o600);
  writeFileSync(largest.name, largest.bytes);
}
