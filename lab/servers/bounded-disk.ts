import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemError } from "../../src/kernel/errors.ts";

/*
 * A disk that can really be full: a tmpfs of bounded size, mounted over a folder with the folder's content in it. What lies below
 * stays as it was; `unmount` copies back what is on the disk. All of it while nobody uses the folder.
 */

const ballastName = "ballast";
/** Beside what is there, until the ballast takes it. */
const spareBytes = 64 * 1024 * 1024;

let mayMount: boolean | undefined;

/** Whether whoever runs the lab may mount: root with the right to, on Linux. Tried once. */
export function canMount(): boolean {
  mayMount ??= tryToMount();
  return mayMount;
}

function tryToMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const place = mkdtempSync(join(tmpdir(), "millwright-lab-mount-"));
  const worked = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]).status === 0;
  if (worked) spawnSync("umount", [place]);
  rmdirSync(place);
  return worked;
}

/** By the machine's own list, which outlives us. */
export function isMounted(folder: string): boolean {
  if (!existsSync("/proc/self/mounts")) return false;
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .some((line) => line.split(" ")[1]?.replaceAll("\\040", " ") === folder);
}

/** Moves the folder's content onto a disk of its own. Throws `SystemError` when that cannot be done. */
export function mountOver(folder: string): void {
  if (isMounted(folder)) return;
  const { uid, gid, mode } = statSync(folder);
  const copy = `${folder}.below`;
  const size = sizeOf(folder) + spareBytes;
  rmSync(copy, { recursive: true, force: true });
  copyTo(folder, copy);
  const options = `size=${size},mode=${(mode & 0o777).toString(8)},uid=${uid},gid=${gid}`;
  run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  copyTo(copy, folder);
  rmSync(copy, { recursive: true, force: true });
}

/** Writes until nothing more goes in. */
export function fillUp(folder: string): void {
  const file = openSync(join(folder, ballastName), "w", 0o600);
  try {
    for (const size of [1024 * 1024, 4096]) {
      const block = Buffer.alloc(size);
      while (writeSome(file, block));
    }
  } finally {
    closeSync(file);
  }
}

function writeSome(file: number, block: Buffer): boolean {
  try {
    return writeSync(file, block) === block.length;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw thrown;
  }
}

export function removeBallast(folder: string): void {
  rmSync(join(folder, ballastName), { force: true });
}

/** Takes the disk away; its content is in the folder then. */
export function unmount(folder: string): void {
  if (!isMounted(folder)) return;
  removeBallast(folder);
  const copy = `${folder}.above`;
  rmSync(copy, { recursive: true, force: true });
  copyTo(folder, copy);
  run("umount", [folder]);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  copyTo(copy, folder);
  rmSync(copy, { recursive: true, force: true });
}

/** With owners, modes and times, which `cp` keeps and Node does not. */
function copyTo(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  run("cp", ["-a", `${from}/.`, to]);
}

function sizeOf(folder: string): number {
  const { stdout } = run("du", ["-s", "--block-size=1", folder]);
  return Number(stdout.split("\t")[0]);
}

function run(program: string, args: readonly string[]): { readonly stdout: string } {
  const { status, stdout, stderr, error } = spawnSync(program, [...args], { encoding: "utf8" });
  if (status === 0) return { stdout };
  throw new SystemError(
    `${program} ${args.join(" ")}: ${stderr?.trim() || (error?.message ?? `exit code ${status}`)}`,
    "stop",
  );
}
