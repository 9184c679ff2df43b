import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A folder of a bounded size, so that it can be full; what is mounted goes with the claimed folder around it. */
export class Disk {
  readonly folder: string;
  readonly isBounded: boolean;

  /** Where nobody may mount it is a folder like any other, and never full. */
  constructor(folder: string, megabytes: number) {
    this.folder = folder;
    const options = `size=${megabytes}m,mode=755`;
    this.isBounded = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status === 0;
  }

  /** Bytes. */
  get free(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Leaves so many bytes. */
  fill(leave: number): void {
    const block = Buffer.alloc(65_536);
    const file = openSync(join(this.folder, "ballast"), "w", 0o600);
    try {
      for (let rest = this.free - leave; rest > 0; rest -= block.length)
        writeSync(file, block, 0, Math.min(rest, block.length));
    } catch {
      // it is full already: others write there too
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(join(this.folder, "ballast"), { force: true });
  }
}
