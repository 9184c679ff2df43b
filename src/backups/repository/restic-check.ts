import type { Running } from "../../kernel/backup-ports.ts";
import { linesOf } from "../lines.ts";
import { complaintsIn } from "./restic-ends.ts";
import type { Heard } from "./restic-text.ts";

/*
 * What `restic check` prints. How far it is it says to no terminal only where RESTIC_PROGRESS_FPS is set (restic.readthedocs.io,
 * "Environment Variables"), in lines like `[0:01] 22.50%  9 / 40 packs`.
 */

export const tellsEachSecond = { RESTIC_PROGRESS_FPS: "1" };

const far = /^\[[\d:]+\]\s+(\d+(?:\.\d+)?)%\s.*?\b(\w+)\s*$/;

/** What it complains of; `reached` hears how much of the packs it has read, in percent. */
export async function complaintsOf(
  running: Running,
  reached: (percent: number) => void = () => undefined,
): Promise<readonly string[]> {
  const said: string[] = [];
  for await (const line of linesOf(running.output)) {
    const [, percent, what] = far.exec(line) ?? [];
    if (percent === undefined) said.push(line);
    else if (what === "packs") reached(Number(percent));
  }
  return complaintsIn(said.join("\n").trim(), await running.ended);
}

/**
 * What `check` complains of. It locks nothing, and so misses what a prune puts away meanwhile after it wrote it anew: no prune leaves an
 * index that was there before it, and where one of them went it is checked again. `indexes` lists them; one that cannot is no reason
 * to doubt the complaints.
 */
export async function checked(
  indexes: () => Promise<Heard>,
  check: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  for (;;) {
    const before = namesIn(await indexes());
    const complaints = await check();
    if (complaints.length === 0 || before.length === 0) return complaints;
    const { ended, text } = await indexes();
    const now = new Set(namesIn({ ended, text }));
    if (ended.status !== 0 || before.every((name) => now.has(name))) return complaints;
  }
}

function namesIn({ text, ended }: Heard): readonly string[] {
  return ended.status === 0 ? text.split("\n").filter((line) => line !== "") : [];
}
