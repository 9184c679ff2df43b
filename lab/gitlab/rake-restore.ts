import { spawn } from "node:child_process";
import { createReadStream, existsSync, globSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ask } from "../servers/postgresql.ts";
import { connectionOf, type RakeWorld, repositoriesIn, stampOf } from "./backup-world.ts";
import { makeRepositoryAnew } from "./repository-backup.ts";

/*
 * What `gitlab-rake gitlab:backup:db:restore` and `…:repo:restore` do. Questions end it where nobody answers them, unless
 * GITLAB_ASSUME_YES says yes (gitlabhq/gitlabhq lib/gitlab/task_helpers.rb @0286e4c6). The database: all tables and views are dropped,
 * then psql reads the dump and goes on after errors (lib/tasks/gitlab/db.rake @017a6c12, lib/backup/targets/database.rb @0441cbd4).
 */

/** Whether the toolbox's environment says yes to every question. */
export interface Answering {
  readonly assumesYes: boolean;
}

type Say = (line: string) => void;

const question = "Do you want to continue (yes/no)? ";

/** Throws with its last words where it does not end well. */
export async function restoreDatabase(world: RakeWorld, folder: string, assumesYes: boolean, say: Say): Promise<void> {
  const { database, env } = connectionOf(world);
  const asked = (): void => {
    if (!assumesYes) throw new Error(`${question}\nrake aborted!`);
  };
  say("Before restoring the database, all existing tables are removed.");
  asked();
  const dump = join(folder, "database.sql.gz");
  if (!existsSync(dump)) throw new Error(`Backup::Error: Source database file does not exist ${dump}`);
  say(`${stampOf(world)} -- Restoring database ... `);
  say("Cleaning the database ... ");
  await ask(world.databaseUrl, [dropAll]);
  say("done");
  say(`Restoring PostgreSQL database ${database} ... `);
  const { code, errors } = await read(dump, database, env);
  if (errors.length > 0) say(["------ BEGIN ERRORS -----", ...errors, "------ END ERRORS -------"].join("\n"));
  if (code !== 0) throw new Error("[FAILED]\nBackup::Error: Restore failed");
  say("[DONE]");
  say(`${stampOf(world)} -- Restoring database ... done`);
  if (errors.length > 0) asked();
}

/** Views and tables of the schema that it works in; `schema_migrations` is only emptied. */
const dropAll = `do $$
declare one record;
begin
  for one in select table_name as name from information_schema.views where table_schema = 'public'
  loop execute format('drop view if exists public.%I cascade', one.name); end loop;
  if to_regclass('public.schema_migrations') is not null then truncate public.schema_migrations; end if;
  for one in select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p') and c.relname <> 'schema_migrations'
  loop execute format('drop table if exists public.%I cascade', one.name); end loop;
end $$`;

const ignored = /WARNING:|does not exist$|must be owner of/;

async function read(
  dump: string,
  database: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly errors: readonly string[] }> {
  const psql = spawn("psql", [database], { env, stdio: ["pipe", "ignore", "pipe"] });
  let words = "";
  psql.stderr.on("data", (chunk: Buffer) => void (words += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    psql.once("error", () => resolve(null));
    psql.once("close", resolve);
  });
  const whole = await pipeline(createReadStream(dump), createGunzip(), psql.stdin).then(
    () => true,
    () => false,
  );
  const code = await ended;
  return {
    code: whole ? code : 1,
    errors: words.split("\n").filter((line) => line !== "" && !ignored.test(line)),
  };
}

/** As the archive has them and no others: all that are there are removed before. */
export async function restoreRepositories(world: RakeWorld, folder: string, say: Say): Promise<void> {
  const { repositories: storage } = world;
  say(`${stampOf(world)} -- Restoring repositories ... `);
  for (const path of repositoriesIn(storage)) rmSync(join(storage, path), { recursive: true, force: true });
  const manifests = join(folder, "manifests", "default");
  for (const manifest of globSync("**/+latest.toml", { cwd: manifests }).toSorted()) {
    const path = dirname(manifest);
    await makeRepositoryAnew(storage, path, folder);
    say(` * ${path} ... [DONE]`);
  }
  say(`${stampOf(world)} -- Restoring repositories ... done`);
}
