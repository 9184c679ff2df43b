import { join } from "node:path";
import type { BackupPorts, Spill } from "../kernel/backup-ports.ts";

/** For as long as the work takes, a file for rows in a folder of its own below `parent`; what killed runs left there goes first. */
export async function withSpill<T>(
  parent: string,
  ports: Pick<BackupPorts, "scratch" | "openSpill">,
  work: (spill: Spill) => Promise<T>,
): Promise<T> {
  const { scratch } = await ports.scratch.make(parent, undefined);
  try {
    const spill = ports.openSpill(join(scratch.folder, "rows.sqlite"));
    try {
      return await work(spill);
    } finally {
      spill.close();
    }
  } finally {
    await scratch.remove();
  }
}
