import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { connectionOf, type RakeWorld, repositoriesIn, stampOf } from "./backup-world.ts";
import { backUpRepository } from "./repository-backup.ts";

/*
 * What `gitlab-rake gitlab:backup:db:create` and `…:repo:create` leave. Database: gitlabhq/gitlabhq lib/backup/targets/database.rb
 * @0441cbd4. Repositories: as gitaly-backup leaves them (repository-backup.ts).
 */

/** Throws with its last words where it does not end well. */
export async function dumpDatabase(world: RakeWorld, folder: string, say: (line: string) => void): Promise<void> {
  const { database, env } = connectionOf(world);
  mkdirSync(folder, { recursive: true });
  say(`${stampOf(world)} -- Dumping database ... `);
  say(`Dumping PostgreSQL database ${database} ... `);
  const dump = spawn("pg_dump", ["--clean", "--if-exists", database], { env, stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  dump.stderr.on("data", (chunk: Buffer) => void (words += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    dump.once("error", () => resolve(null));
    dump.once("close", resolve);
  });
  await pipeline(
    dump.stdout,
    createGzip({ level: 1 }),
    createWriteStream(join(folder, "database.sql.gz"), { mode: 0o600 }),
  );
  if ((await ended) !== 0)
    throw new Error(
      `${words.trim()}\n[FAILED]\nrake aborted!\nBackup::DatabaseBackupError: Failed to create compressed file`,
    );
  say("[DONE]");
  say(`${stampOf(world)} -- Dumping database ... done`);
}

/** `id` names the backup in the paths. */
export async function bundleAll(
  world: RakeWorld,
  folder: string,
  id: string,
  say: (line: string) => void,
): Promise<void> {
  say(`${stampOf(world)} -- Dumping repositories ... `);
  mkdirSync(folder, { recursive: true });
  for (const path of repositoriesIn(world.repositories)) {
    await backUpRepository(world.repositories, path, folder, id);
    say(` * ${path} ... [DONE]`);
  }
  say(`${stampOf(world)} -- Dumping repositories ... done`);
}
