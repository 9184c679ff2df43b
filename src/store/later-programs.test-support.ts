import { cpSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { barrierFor, carriedPrograms, type Programs, serverUser } from "./programs.ts";

/**
 * The programs of a PostgreSQL later than Debian's, which npm brings to a checkout: initdb and the server alone. In `within`, a folder
 * that every user may pass, where the server's user may not enter the checkout.
 */
export function laterPrograms(within: string): Programs {
  const name = `postgresql-18-${platform()}-${arch()}`;
  const [programs] = carriedPrograms(name);
  if (programs === undefined) throw new Error(`there is no package ${name}: npm ci brings it (tools/postgresql)`);
  const { folder, major } = programs;
  if (barrierFor(folder, serverUser()) === undefined) return programs;
  const copy = join(within, "native");
  cpSync(join(folder, ".."), copy, { recursive: true, verbatimSymlinks: true });
  return { folder: join(copy, "bin"), major };
}
