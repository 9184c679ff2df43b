import type { Ended, Running } from "../../kernel/backup-ports.ts";
import { linesOf } from "../lines.ts";

/*
 * What `restic copy` prints (cmd/restic/cmd_copy.go): a snapshot that it begins with, packs as they go, and what became of it. One of
 * restic 0.18 begins with several before it copies their packs.
 */

/** How far the copy of a snapshot is, by the first letters of its id: 1 when it is there. */
export type Told = (snapshot: string, share: number) => void;

const begun = /^snapshot ([0-9a-f]{8,}) of /;
const far = /^\[[\d:]+\]\s+(\d+(?:\.\d+)?)%\s.*\bpacks copied\s*$/;
const there = /^(?:snapshot [0-9a-f]{8,} saved|skipping source snapshot )/;
const named = /source snapshot ([0-9a-f]{8,})/;

/** Listens until it has ended. */
export async function copied(running: Running, told: Told = () => undefined): Promise<Ended> {
  const waiting: string[] = [];
  for await (const line of linesOf(running.output)) {
    const [, next] = begun.exec(line) ?? [];
    if (next !== undefined) waiting.push(next);
    const [, percent] = far.exec(line) ?? [];
    if (percent !== undefined) for (const one of waiting) told(one, Number(percent) / 100);
    if (there.test(line)) for (const one of takenFrom(waiting, line)) told(one, 1);
  }
  return running.ended;
}

/** Before 0.18 it names the copy alone: it is of the one that it began with. */
function takenFrom(waiting: string[], line: string): readonly string[] {
  const [, snapshot = ""] = named.exec(line) ?? [];
  return waiting.splice(Math.max(0, waiting.indexOf(snapshot)), 1);
}
