import { SystemError } from "../../kernel/errors.ts";
import { failure, refusesRemoving } from "./restic-ends.ts";
import type { Heard } from "./restic-text.ts";

/*
 * Removing with restic: `forget` takes snapshots away, `prune` what no snapshot uses any more.
 */

/** What removing freed. */
export interface Freed {
  /** In bytes, as exact as restic says it: three digits behind the point. Undefined: it did not say. */
  readonly bytes: number | undefined;
  /** Bytes that nothing uses and that are there yet, as their files could not be removed. Undefined: it could not be looked for. */
  readonly stuck: number | undefined;
}

/** What forgetting would free; it locks nothing. */
export const wouldForget = ["forget", "--dry-run", "--no-lock", "--prune"] as const;

const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** What `prune` removes, with `--dry-run` what it would, in bytes (cmd/restic/cmd_prune.go, printPruneStats: "total prune"). */
export function prunedIn(text: string): number | undefined {
  const [, amount, unit = ""] = /^total prune:.*\/ +([\d.]+) (\w+)$/m.exec(text) ?? [];
  const power = units.indexOf(unit);
  return amount === undefined || power < 0 ? undefined : Math.round(Number(amount) * 1024 ** power);
}

type Ask = (args: readonly string[]) => Promise<Heard>;

/**
 * Removes what no snapshot uses. restic ends well too where it could not remove a file (cmd/restic/delete.go: it warns, and goes on;
 * rights, a lock), and is ended by us where the store refuses; a store may also say yes and keep it. So what is left is asked for.
 */
export async function pruned(ask: Ask): Promise<Freed> {
  const { text, ended } = await ask(["prune"]);
  if (ended.status !== 0 && !refusesRemoving.test(ended.errors)) throw failure("did not prune", ended);
  const bytes = prunedIn(text);
  if (bytes === 0) return { bytes, stuck: 0 };
  const stuck = await left(ask);
  return { bytes: bytes === undefined ? undefined : Math.max(0, bytes - (stuck ?? 0)), stuck };
}

/** A backup that began meanwhile keeps it from being asked. */
async function left(ask: Ask): Promise<number | undefined> {
  try {
    const { text, ended } = await ask(["prune", "--dry-run"]);
    return ended.status === 0 ? prunedIn(text) : undefined;
  } catch (thrown) {
    if (thrown instanceof SystemError) return undefined;
    throw thrown;
  }
}

/** Ids of 64 letters: a command line with its environment takes 2 MB (execve(2), ARG_MAX). */
export const mostNamed = 20_000;

/** One after the other, where they need not be named together. */
export function inLots(snapshots: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(snapshots.length / 500) }, (_, lot) =>
    snapshots.slice(lot * 500, lot * 500 + 500),
  );
}
