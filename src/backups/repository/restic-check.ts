import type { Running } from "../../kernel/backup-ports.ts";
import { linesOf } from "../lines.ts";
import { complaintsIn } from "./restic-ends.ts";

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
