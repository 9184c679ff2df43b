import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { BucketComponent } from "../stores/buckets.ts";
import { bucketComponents } from "../stores/buckets.ts";
import { type BackupOptions, optionsOf, usage } from "./backup-options.ts";
import { type Answering, restore } from "./backup-restore.ts";
import { type BackupWorld, connectionOf, placesOf, repositoriesIn, run, stampOf } from "./backup-world.ts";

/*
 * The toolbox's `backup-utility`, with what it really does and what goes wrong with it unseen: tachyons/gitlab-pages
 * gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4 (one older version of GitLab's own images). An unknown S3 tool is only spoken
 * of, and it ends well with [DONE] and nothing stored; `--skip` takes part of a name; a bucket that is not there is left out; two
 * runs in one pod delete each other's work. Database: gitlabhq/gitlabhq lib/backup/targets/database.rb @0441cbd4. Repositories: a
 * bundle, its refs and a manifest for each (gitaly v18 internal/gitaly/backup: locator and manifest).
 */

export interface Outcome {
  readonly exitCode: number;
}

/** Runs it, saying line by line what it does. */
export async function runBackupUtility(
  world: BackupWorld,
  argv: readonly string[],
  say: (line: string) => void,
  answering: Answering = { assumesYes: false },
): Promise<Outcome> {
  const options = optionsOf(argv);
  if (options.kind === "help") return said(say, usage, 0);
  if (options.kind === "refused") return said(say, `${usage}\n${options.message}`, 1);
  try {
    if (options.action === "backup") await backup(world, options, say);
    if (options.action === "restore") await restore(world, options, answering, say);
    await cleanUp(world, options, say);
    return { exitCode: 0 };
  } catch (thrown) {
    // `set -e`: what fails ends it, and the scratch stays as it is.
    return said(say, thrown instanceof Error ? thrown.message : String(thrown), 1);
  }
}

function said(say: (line: string) => void, text: string, exitCode: number): Outcome {
  say(text);
  return { exitCode };
}

async function backup(world: BackupWorld, options: BackupOptions, say: (line: string) => void): Promise<void> {
  const { parts, tars } = placesOf(world);
  const name = nameOf(world, options);
  for (const place of [parts, tars]) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true, mode: 0o700 });
  }
  const isSkipped = (item: string): boolean => options.skip.join(" ").includes(item);
  if (!isSkipped("db")) await dumpDatabase(world, join(parts, "db"), say);
  if (!isSkipped("repositories"))
    await bundleAll(world, join(parts, "repositories"), name.replace(/_gitlab_backup$/, ""), say);
  for (const component of bucketComponents)
    if (!isSkipped(component)) await packBucket(world, component, join(parts, `${component}.tar.gz`), say);
  await writeInformation(world, parts);
  say("Packing up backup tar");
  const tar = join(tars, `${name}.tar`);
  await run("tar", ["-cf", tar, "-C", parts, "."]);
  await upload(world, options, tar, `${name}.tar`, say);
}

function nameOf({ now, version }: BackupWorld, { timestamp }: BackupOptions): string {
  if (timestamp !== undefined) return `${timestamp}_gitlab_backup`;
  const day = now().toISOString().slice(0, 10).replaceAll("-", "_");
  return `${Math.floor(now().getTime() / 1000)}_${day}_${version()}_gitlab_backup`;
}

async function upload(
  world: BackupWorld,
  { s3Tool }: BackupOptions,
  tar: string,
  key: string,
  say: (line: string) => void,
): Promise<void> {
  const bucket = world.bucket("backups");
  if (s3Tool !== "s3cmd" && s3Tool !== "awscli") say(`Unknown S3 tool: ${s3Tool}`);
  else {
    if (world.s3 === undefined) throw new Error("ERROR: [Errno 111] Connection refused");
    await world.s3.put(bucket, key, await openAsBlob(tar));
    world.count("backup stored", { bucket, key });
  }
  say(`[DONE] Backup can be found at s3://${bucket}/${key}`);
}

async function dumpDatabase(world: BackupWorld, folder: string, say: (line: string) => void): Promise<void> {
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

async function bundleAll(world: BackupWorld, folder: string, id: string, say: (line: string) => void): Promise<void> {
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

async function packBucket(
  { s3, scratch, bucket }: BackupWorld,
  component: BucketComponent,
  file: string,
  say: (line: string) => void,
): Promise<void> {
  if (s3 === undefined) throw new Error("ERROR: [Errno 111] Connection refused");
  const name = bucket(component);
  const keys = await s3.list(name);
  if (keys === undefined) return say(`Bucket not found: ${name}. Skipping backup of ${component} ...`);
  say(`Dumping ${component} ...`);
  if (keys.length === 0) return say("empty");
  const folder = join(scratch, component);
  rmSync(folder, { recursive: true, force: true });
  for (const key of keys) {
    const content = await s3.get(name, key);
    // Deleted since it was listed: the tool passes over it.
    if (content === undefined || key.split("/").includes("..")) continue;
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), content);
  }
  await run("tar", ["-czf", file, "-C", folder, "."]);
  rmSync(folder, { recursive: true, force: true });
  say("done");
}

/** Ruby's symbols in YAML; what has no file is skipped, whoever wanted it so. */
async function writeInformation(world: BackupWorld, parts: string): Promise<void> {
  const all = [
    "builds.tar.gz",
    "db",
    "repositories",
    "pages.tar.gz",
    ...bucketComponents.map((name) => `${name}.tar.gz`),
  ];
  const skipped = all.filter((item) => !existsSync(join(parts, item))).map((item) => item.replace(/\.tar\.gz$/, ""));
  const tar = (await run("tar", ["--version"])).split("\n")[0] ?? "";
  const lines = [
    `:db_version: ${await world.schemaHead()}`,
    `:backup_created_at: ${world.now().toISOString().slice(0, 19).replace("T", " ")} +0000`,
    `:gitlab_version: ${world.version()}`,
    `:tar_version: ${tar}`,
    ":installation_type: gitlab-helm-chart",
    `:skipped: ${skipped.join(",")}`,
  ];
  writeFileSync(join(parts, "backup_information.yml"), `${lines.join("\n")}\n`);
}

const ownName = /^\d{10}_\d{4}_\d{2}_\d{2}_.+_gitlab_backup\.tar$/;

async function cleanUp(
  world: BackupWorld,
  { maximum, s3Tool }: BackupOptions,
  say: (line: string) => void,
): Promise<void> {
  for (const place of Object.values(placesOf(world))) rmSync(place, { recursive: true, force: true });
  if (maximum === undefined) return;
  if (s3Tool !== "s3cmd" && s3Tool !== "awscli") throw new Error(`Unknown S3 tool: ${s3Tool}`);
  if (world.s3 === undefined) throw new Error("ERROR: [Errno 111] Connection refused");
  const bucket = world.bucket("backups");
  const existing = ((await world.s3.list(bucket)) ?? []).filter((key) => ownName.test(key)).sort();
  say(`Found ${existing.length} existing backups. Maximum allowed is ${maximum}`);
  for (const key of existing.slice(0, Math.max(0, existing.length - maximum))) {
    say(`Deleting old backup s3://${bucket}/${key}`);
    await world.s3.delete(bucket, key);
    world.count("backup deleted", { bucket, key });
  }
  say("[DONE] Finished pruning old backups");
}
