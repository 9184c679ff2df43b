import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processStart } from "../../src/edge/process-start.ts";
import { send, workingWith } from "./processes.ts";

/*
 * Folders of rehearsals, with all that is mounted in them and works in them. They go with their owner when it ends or is told to;
 * those of one that was killed go at the next start.
 */

const parent = "/tmp";
const prefix = "mw-chaos-";
const ours = new Set<string>();

/** Makes a folder that goes when this process ends, and when it is killed at the next start. */
export function claimFolder(purpose: string): string {
  if (ours.size === 0) leaveInOrder();
  const folder = mkdtempSync(join(parent, `${prefix}${purpose}-`));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "owner"), `${process.pid} ${processStart(process.pid) ?? ""}`);
  ours.add(folder);
  return folder;
}

/** Ends what works in it, unmounts what is mounted there, and removes it. */
export function releaseFolder(folder: string): void {
  for (const { pid } of workingWith(folder)) send(pid, "SIGKILL");
  for (const place of mountedBelow(folder)) spawnSync("umount", ["-l", place]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  ours.delete(folder);
}

/** Releases what was claimed by processes that are no more; which folders these were. */
export function releaseAbandoned(): readonly string[] {
  const abandoned = readdirSync(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(parent, name))
    .filter((folder) => !isOwned(folder));
  for (const folder of abandoned) releaseFolder(folder);
  return abandoned;
}

/** By its number and the moment at which it was started: numbers come again. One that is only just being made has no owner yet. */
function isOwned(folder: string): boolean {
  const [pid = "", start] = ownerOf(folder).split(" ");
  if (pid === "") return Date.now() - statSync(folder).mtimeMs < 60_000;
  return processStart(Number(pid)) === start;
}

function ownerOf(folder: string): string {
  try {
    return readFileSync(join(folder, "owner"), "utf8");
  } catch {
    return "";
  }
}

/** The deepest first (proc(5), mountinfo: the fifth is the place). */
function mountedBelow(folder: string): readonly string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .filter((place) => place.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length);
}

function leaveInOrder(): void {
  process.once("exit", () => {
    for (const folder of ours) releaseFolder(folder);
  });
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)
    process.once(signal, () => process.exit(status));
}
