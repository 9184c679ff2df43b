import { existsSync, mkdirSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BucketComponent } from "../stores/buckets.ts";
import { bucketComponents } from "../stores/buckets.ts";
import { type BackupOptions, optionsOf, usage } from "./backup-options.ts";
import { restore } from "./backup-restore.ts";
import { type BackupWorld, momentOf, placesOf, run } from "./backup-world.ts";
import { bundleAll, dumpDatabase } from "./rake-create.ts";
import type { Answering } from "./rake-restore.ts";

/*
 * The toolbox's `backup-utility`, with what it really does and what goes wrong with it unseen: tachyons/gitlab-pages
 * gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4 (one older version of GitLab's own images; `npm run contract -- toolbox` holds
 * this against it). An unknown S3 tool ends it at the first bucket, and where all buckets are skipped it is only spoken of: that ends
 * well with [DONE] and nothing stored. `--skip` takes part of a name; a bucket that is not there is left out; two runs in one pod
 * delete each other's work.
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
  if (!isSkipped("repositories")) await bundleAll(world, join(parts, "repositories"), momentOf(world), say);
  for (const component of bucketComponents)
    if (!isSkipped(component)) {
      if (!isKnown(options)) throw new Error("no implicit conversion of nil into String (TypeError)");
      await packBucket(world, component, join(parts, `${component}.tar.gz`), say);
    }
  await writeInformation(world, parts);
  say("Packing up backup tar");
  const tar = join(tars, `${name}.tar`);
  await run("tar", ["-cf", tar, "-C", parts, "."]);
  await upload(world, options, tar, `${name}.tar`, say);
}

function nameOf(world: BackupWorld, { timestamp }: BackupOptions): string {
  return `${timestamp ?? momentOf(world)}_gitlab_backup`;
}

function isKnown({ s3Tool }: BackupOptions): boolean {
  return s3Tool === "s3cmd" || s3Tool === "awscli";
}

async function upload(
  world: BackupWorld,
  options: BackupOptions,
  tar: string,
  key: string,
  say: (line: string) => void,
): Promise<void> {
  const bucket = world.bucket("backups");
  if (!isKnown(options)) say(`Unknown S3 tool: ${options.s3Tool}`);
  else {
    if (world.s3 === undefined) throw new Error("ERROR: [Errno 111] Connection refused");
    await world.s3.put(bucket, key, await openAsBlob(tar));
    world.count("backup stored", { bucket, key });
  }
  say(`[DONE] Backup can be found at s3://${bucket}/${key}`);
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
  if (keys === undefined) return say(blue(`Bucket not found: ${name}. Skipping backup of ${component} ...`));
  say(blue(`Dumping ${component} ...`));
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

/** As the real one colours it, whether or not a terminal reads it. */
const blue = (text: string): string => `\u001b[34m${text}\u001b[0m`;

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

/** By s3cmd every object counts: its `ls --rinclude` leaves nothing out without an `--exclude`. By the AWS one's list those of its own names do. */
async function cleanUp(world: BackupWorld, options: BackupOptions, say: (line: string) => void): Promise<void> {
  const { maximum, s3Tool } = options;
  for (const place of Object.values(placesOf(world))) rmSync(place, { recursive: true, force: true });
  if (maximum === undefined) return;
  if (!isKnown(options)) throw new Error(`Unknown S3 tool: ${s3Tool}`);
  if (world.s3 === undefined) throw new Error("ERROR: [Errno 111] Connection refused");
  const bucket = world.bucket("backups");
  const existing = ((await world.s3.list(bucket)) ?? [])
    .filter((key) => s3Tool === "s3cmd" || ownName.test(key))
    .sort();
  say(`Found ${existing.length} existing backups. Maximum allowed is ${maximum}`);
  for (const key of existing.slice(0, Math.max(0, existing.length - maximum))) {
    say(`Deleting old backup s3://${bucket}/${key}`);
    await world.s3.delete(bucket, key);
    world.count("backup deleted", { bucket, key });
  }
  say("[DONE] Finished pruning old backups");
}
