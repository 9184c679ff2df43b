import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { connectionOf, type RakeWorld, repositoriesIn, run, stampOf } from "./backup-world.ts";

/*
 * What `gitlab-rake gitlab:backup:db:create` and `…:repo:create` leave. Database: gitlabhq/gitlabhq lib/backup/targets/database.rb
 * @0441cbd4. Repositories: a bundle, its refs and a manifest for each (gitaly v18 internal/gitaly/backup: locator and manifest).
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
    const place = join("default", path, id);
    mkdirSync(join(folder, place), { recursive: true });
    await run("git", [
      "-C",
      join(world.repositories, path),
      "bundle",
      "create",
      "--quiet",
      join(folder, place, "001.bundle"),
      "--all",
    ]);
    const refs = await run("git", ["-C", join(world.repositories, path), "show-ref", "--head"]);
    writeFileSync(join(folder, place, "001.refs"), refs);
    const manifest = `object_format = 'sha1'\nhead_reference = 'refs/heads/main'\n\n[[steps]]\nbundle_path = '${place}/001.bundle'\nref_path = '${place}/001.refs'\ncustom_hooks_path = '${place}/001.custom_hooks.tar'\n`;
    for (const called of [id, "+latest"]) {
      const file = join(folder, "manifests", "default", path, `${called}.toml`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, manifest);
    }
    say(` * ${path} ... [DONE]`);
  }
  say(`${stampOf(world)} -- Dumping repositories ... done`);
}
