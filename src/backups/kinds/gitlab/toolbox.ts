import { stripVTControlCharacters } from "node:util";
import { SystemError } from "../../../kernel/errors.ts";
import { type Pod, printedBy, saidBy } from "../pod.ts";
import type { Weight } from "./room.ts";

/*
 * backup-utility in the toolbox's pod (gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4). It makes its parts and the tar of them
 * below /srv/gitlab/tmp, deletes what lies there when it begins, and whatever it says, only what lies in the bucket afterwards counts.
 */

const scratchFolder = "/srv/gitlab/tmp";

/** Two runs in one pod delete each other's work. A run whose connection was cut goes on. */
export async function refuseSecondRun(pod: Pod): Promise<void> {
  const lines = await processesOf(pod);
  const runs = lines.filter((line) =>
    line
      .trim()
      .split(/\s+/)
      .slice(0, 2)
      .some((word) => word.split("/").at(-1) === "backup-utility"),
  );
  if (runs.length > 0)
    throw new SystemError(
      `backup-utility runs in ${pod.label} already; two of them destroy each other's work`,
      "retry",
    );
}

/** Where an image has no ps, the kernel tells. */
const fromKernel = 'for file in /proc/[0-9]*/cmdline; do tr "\\000" " " < "$file" 2>/dev/null; echo; done';

async function processesOf(pod: Pod): Promise<readonly string[]> {
  const said = await saidBy(pod, ["ps", "-eo", "args"]).catch((thrown: unknown) => {
    if (thrown instanceof SystemError && thrown.remedy === "stop") return undefined;
    throw thrown;
  });
  return (said ?? (await saidBy(pod, ["sh", "-c", fromKernel, "list-processes"]))).split("\n");
}

/** The parts and the tar of them lie there at once. */
const roomFactor = 2.2;
const leastBytes = 1_000_000_000;

/** Throws where the pod's disk has not the room for what the database and the buckets weigh or, where one does not tell, the last tar. */
export async function refuseFullDisk(
  pod: Pod,
  weight: Weight,
  lastTar: number | undefined,
  what = "a backup",
): Promise<void> {
  const said = await saidBy(pod, ["df", "-Pk", scratchFolder]);
  const free = Number(said.trim().split("\n").at(-1)?.trim().split(/\s+/)[3] ?? Number.NaN) * 1024;
  if (!Number.isFinite(free))
    throw new SystemError(`df in ${pod.label} does not say how much room ${scratchFolder} has`, "stop");
  const last = weight.notTold.length === 0 ? 0 : (lastTar ?? 0);
  const needed = Math.max(leastBytes, Math.max(weight.bytes, last) * roomFactor);
  if (free < needed)
    throw new SystemError(
      `${scratchFolder} in ${pod.label} has ${gigabytes(free)} free, and ${what} needs about ${gigabytes(needed)}${reasons(weight, last)}: give the toolbox a larger volume, or leave buckets to stores of the kind objects (coveredBy)`,
      "stop",
    );
}

function reasons({ told, bytes, notTold }: Weight, last: number): string {
  const sizes =
    last > bytes ? [`the last tar had ${gigabytes(last)}`] : told.map(([what, one]) => `${what} ${gigabytes(one)}`);
  const all = [...sizes, ...(notTold.length === 0 ? [] : [`not told: ${notTold.join(", ")}`])];
  return all.length === 0 ? "" : ` (${all.join(", ")})`;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Runs it, and gives the parts whose bucket it did not find. A bad end throws; a good one proves nothing. */
export async function runUtility(
  pod: Pod,
  { name, skip, signal, progress }: UtilityOptions,
): Promise<readonly string[]> {
  const command = ["backup-utility", "-t", name, ...skip.flatMap((part) => ["--skip", part])];
  const notFound: string[] = [];
  for await (const line of saidLines(printedBy(pod, command, { signal }))) {
    const missing = /Bucket not found: \S+\. Skipping backup of (\w+)/.exec(line)?.[1];
    if (missing !== undefined) notFound.push(missing);
    if (/Dumping|Packing/.test(line)) progress(line.trim().slice(0, 120));
  }
  return notFound;
}

/** Without the colours that it writes for a terminal. Of a line that has no end, the last letters alone are held. */
async function* saidLines(printed: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of printed) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(-4000);
    yield* lines.map(stripVTControlCharacters);
  }
}

/**
 * Has a tar of the bucket restored. What an earlier run left unpacked would be restored with it and goes first; every question is
 * answered with yes (lib/gitlab/task_helpers.rb), that after errors in the schema too. `--skip` is not used: of several only the first
 * counts. A good end proves nothing here either.
 */
export async function restoreByUtility(
  pod: Pod,
  { name, signal, progress }: Omit<UtilityOptions, "skip">,
): Promise<void> {
  await saidBy(pod, ["backup-utility", "--cleanup"], { signal });
  const command = ["env", "GITLAB_ASSUME_YES=1", "backup-utility", "--restore", "-t", name];
  for await (const line of saidLines(printedBy(pod, command, { signal })))
    if (/Restoring|Unpacking/.test(line)) progress(line.trim().slice(0, 120));
}

/** `17.8.7-ee`: what runs there says version and edition, whatever its image is called. */
export async function runningVersion(pod: Pod, signal: AbortSignal): Promise<string> {
  return (await saidBy(pod, ["cat", "/srv/gitlab/VERSION"], { signal })).trim();
}

interface UtilityOptions {
  readonly name: string;
  readonly skip: readonly string[];
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}
