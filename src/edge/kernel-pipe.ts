import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, constants, existsSync, lstatSync, openSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import { codeOf } from "./folder-entries.ts";

export interface KernelPipe {
  /** To be handed to the program that reads, and closed here. */
  readonly reader: number;
  /** To be handed to the program that writes. The reader sees an end only when it is closed here too. */
  readonly writer: number;
}

/** Whatever is opened must be open on both sides; a reader alone, or a writer alone, would wait for the other (fifo(7)). */
const both = constants.O_RDWR;

/**
 * A pipe between two programs. Node has none to give: between itself and a child it puts a socket, which takes more of a processor.
 * Throws `InputError` where `mkfifo` is not on this machine.
 */
export function kernelPipe(): KernelPipe {
  const folder = memoryFolder();
  removeAbandoned(folder);
  const name = join(folder, `millwright-${randomBytes(16).toString("hex")}`);
  make(name);
  try {
    const held = openSync(name, both);
    try {
      return { reader: openSync(name, constants.O_RDONLY), writer: openSync(name, constants.O_WRONLY) };
    } finally {
      closeSync(held);
    }
  } finally {
    unlinkSync(name);
  }
}

function make(name: string): void {
  try {
    execFileSync("mkfifo", ["-m", "600", name], { stdio: "pipe", env: { PATH: process.env["PATH"], LC_ALL: "C" } });
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") throw new InputError("mkfifo is not on this machine", { cause });
    throw new SystemError(`no pipe can be made: ${messageOf(cause)}`, "stop", { cause });
  }
}

/** A pipe has its name for a moment; whoever is killed in it leaves that, and nothing else. */
const mostMillisOfAName = 60_000;

/** Names of our own user that are older than that. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/^millwright-[0-9a-f]{32}$/.test(name)) continue;
    const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stats?.isFIFO() !== true || stats.uid !== process.getuid?.()) continue;
    if (Date.now() - stats.mtimeMs > mostMillisOfAName) rmSync(join(folder, name), { force: true });
  }
}

/** For files without a name; in memory where the machine has such a folder. */
export function memoryFolder(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}
