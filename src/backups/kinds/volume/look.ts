import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { PodSelector } from "../../../platform/backup-stores.ts";
import type { Restoring } from "../../restore/contract.ts";
import { findPod, type Pod, saidBy } from "../pod.ts";
import { volumesOf } from "./workload.ts";

/** What a plan can say of files in a pod, while the application may still be up. */
export interface Looked {
  /** Undefined where none is ready: what is there is not known then. */
  readonly pod: Pod | undefined;
  readonly refuses: readonly string[];
  readonly notes: readonly string[];
}

/** Whether the files can be had while the application is down, and a pod to look at them in now. Changes nothing. */
export async function look(selector: PodSelector, paths: readonly string[], restoring: Restoring): Promise<Looked> {
  const cluster = await restoring.cluster();
  const refuses: string[] = [];
  try {
    const { workload } = await volumesOf(selector, paths, cluster, "write");
    if (!(restoring.down ?? []).includes(workload))
      refuses.push(`the ${workload} has to be down meanwhile: name it under fence.scaleDown`);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    refuses.push(thrown.message);
  }
  try {
    return { pod: await findPod(selector, cluster), refuses, notes: [] };
  } catch (thrown) {
    if (!(thrown instanceof SystemError) || thrown.remedy !== "retry") throw thrown;
    const notes = [
      `no pod of ${selector.labels} is ready: what is there, and the room, are looked at when it begins, before anything is changed`,
    ];
    return { pod: undefined, refuses, notes };
  }
}

/** The nearest folder that is there. `df` as POSIX has it: a line for the volume, in blocks of 1024 bytes. */
export const roomScript = 'p=$1; while [ ! -d "$p" ]; do p=$(dirname "$p"); done; df -Pk "$p"';

/** Why a path's volume has no room for so many bytes more; undefined: it has. */
export async function lackOfRoom(
  pod: Pod,
  path: string,
  bytes: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const said = await saidBy(pod, ["sh", "-c", roomScript, "df", path], { signal });
  const free = Number(said.trim().split("\n").at(-1)?.split(/\s+/)[3]) * 1024;
  if (!Number.isFinite(free)) throw new SystemError(`df in ${pod.label} does not tell the room of ${path}`, "stop");
  if (free >= bytes) return undefined;
  return `the volume of ${path} has ${megabytes(free)} MB free, and ${megabytes(bytes)} MB are needed`;
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

/** As programs say it; GNU tar tells a write that was cut short by its length (paxutils, write_error_details). */
const fullWords = /No space left on device|Disk quota exceeded|Wrote only \d+ of \d+ bytes/i;

/** A program in the pod that writes; a volume that is full is told as such. */
export async function writeIn(
  pod: Pod,
  command: readonly string[],
  options: NonNullable<Parameters<typeof saidBy>[2]>,
): Promise<string> {
  try {
    return await saidBy(pod, command, options);
  } catch (thrown) {
    if (!(thrown instanceof SystemError) || !fullWords.test(thrown.message)) throw thrown;
    throw new SystemError(`the volume became full: ${thrown.message}`, "stop", { cause: thrown });
  }
}
