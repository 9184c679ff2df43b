// oxlint-disable no-restricted-imports -- tests damage what lies in a repository
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** As restic names what it keeps (restic.readthedocs.io/en/stable/100_references.html, Repository Layout). */
const classes = ["config", "keys", "index", "snapshots", "data"] as const;

/**
 * Flips a byte of the largest file of each class in a repository's folder, and cuts it; `look` is called in between, each time with
 * what was done, and all is whole again after it.
 */
export async function hurtEach(folder: string, look: (what: string) => Promise<void>): Promise<void> {
  for (const part of classes) {
    const [file = ""] = filesOf(join(folder, part)).toSorted((a, b) => statSync(b).size - statSync(a).size);
    const whole = readFileSync(file);
    const middle = Math.floor(whole.length / 2);
    const flipped = Buffer.from(whole);
    flipped[middle] = (flipped[middle] ?? 0) ^ 0x20;
    chmodSync(file, 0o600);
    for (const [what, bytes] of [
      ["flipped", flipped],
      ["cut", whole.subarray(0, middle)],
    ] as const) {
      writeFileSync(file, bytes);
      await look(`${what} ${part}`);
      writeFileSync(file, whole);
    }
  }
}

/** Flips bytes of all that a repository's folder stores, so that nothing comes back; what it gives mends it again. */
export function hurtPacks(folder: string): () => void {
  const packs = filesOf(join(folder, "data")).map((pack) => [pack, readFileSync(pack)] as const);
  for (const [pack, whole] of packs) {
    chmodSync(pack, 0o600);
    writeFileSync(pack, Buffer.from(whole.map((byte, at) => (at % 64 === 0 ? 255 - byte : byte))));
  }
  return () => {
    for (const [pack, whole] of packs) writeFileSync(pack, whole);
  };
}

function filesOf(at: string): readonly string[] {
  if (statSync(at).isFile()) return [at];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
