import { spawnSync } from "node:child_process";
import { statfsSync } from "node:fs";

/** A folder of a bounded size, so that it can be full; what is mounted goes with the claimed folder around it. */
export class Disk {
  readonly folder: string;
  readonly isBounded: boolean;
  readonly #bytes: number;

  /** Where nobody may mount it is a folder like any other, and never full. */
  constructor(folder: string, megabytes: number) {
    this.folder = folder;
    this.#bytes = megabytes * 1_048_576;
    const options = `size=${this.#bytes},mode=755`;
    this.isBounded = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status === 0;
  }

  /** Bytes. */
  get free(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Bytes. */
  get used(): number {
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    return (blocks - bfree) * bsize;
  }

  /** Leaves so many bytes, in whole pages. Who writes there meanwhile may have more than it would be: then it is asked again. */
  fill(leave: number): void {
    const { bsize } = statfsSync(this.folder);
    for (let tries = 0; !this.#resize(this.used + Math.floor(leave / bsize) * bsize); tries += 1)
      if (tries === 100) throw new Error(`${this.folder} cannot be made smaller`);
  }

  empty(): void {
    this.#resize(this.#bytes);
  }

  /** A size of 0 would be none. */
  #resize(bytes: number): boolean {
    const options = `remount,size=${Math.max(bytes, 1)}`;
    return spawnSync("mount", ["-o", options, this.folder]).status === 0;
  }
}
