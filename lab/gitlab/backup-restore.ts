import { existsSync, globSync, mkdirSync, openAsBlob, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BucketComponent, bucketComponents } from "../stores/buckets.ts";
import type { S3 } from "../stores/s3.ts";
import type { BackupOptions } from "./backup-options.ts";
import { type BackupWorld, placesOf, run } from "./backup-world.ts";
import { type Answering, restoreDatabase, restoreRepositories } from "./rake-restore.ts";

/*
 * `backup-utility --restore` as the tool of the same commit has it. It unpacks over whatever an earlier run left; what is skipped it
 * takes from the archive, and of `--skip` from the first one alone. Buckets: what is there goes to the temporary bucket, which nobody
 * clears (gitlab-toolbox/scripts/lib/object_storage_backup.rb).
 */

type Say = (line: string) => void;

/** Throws with its last words where it does not end well; what it has replaced by then stays so. */
export async function restore(
  world: BackupWorld,
  { timestamp, skip, s3Tool }: BackupOptions,
  { assumesYes }: Answering,
  say: Say,
): Promise<void> {
  if (timestamp === undefined) throw new Error("You need to set BACKUP_URL or BACKUP_TIMESTAMP variable");
  const { parts } = placesOf(world);
  await fetchArchive(world, `${timestamp}_gitlab_backup.tar`, s3Tool);
  await unpack(parts, say);
  const information = readFileSync(join(parts, "backup_information.yml"), "utf8");
  const skipped = [/^:skipped:(.*)$/m.exec(information)?.[1] ?? "", skip[0] ?? ""].join();
  const isSkipped = (item: string): boolean => skipped.includes(item);
  if (!isSkipped("db")) await restoreDatabase(world, join(parts, "db"), assumesYes, say);
  const repositories = join(parts, "repositories");
  if (existsSync(repositories) && !isSkipped("repositories")) await restoreRepositories(world, repositories, say);
  if (/^:installation_type: gitlab-helm-chart$/m.test(information)) await restoreBuckets(world, isSkipped, say);
  else say("Backup tarball not from a Helm chart based installation. Not processing files in object storage.");
  world.count("backup restored", { backup: timestamp });
}

const fetched = "0_gitlab_backup.tar";

/**
 * What fails here is not noticed: one that an earlier run left is then restored in its place. s3cmd writes over no file that is there
 * (s3cmd, cmd_object_get: "already exists. Use either of --force / --continue / --skip-existing").
 */
async function fetchArchive(world: BackupWorld, key: string, s3Tool: string): Promise<void> {
  const { parts } = placesOf(world);
  mkdirSync(parts, { recursive: true, mode: 0o700 });
  const isLeft = existsSync(join(parts, fetched));
  if (s3Tool === "s3cmd" ? isLeft : s3Tool !== "awscli") return;
  const content = await world.s3?.get(world.bucket("backups"), key);
  if (content !== undefined) writeFileSync(join(parts, fetched), content, { mode: 0o600 });
}

async function unpack(parts: string, say: Say): Promise<void> {
  const file = join(parts, fetched);
  say("Unpacking backup");
  if (!existsSync(file)) throw new Error(`/srv/gitlab/tmp/backups/${fetched} not found`);
  await run("tar", ["-xf", file, "-C", parts]);
}

async function restoreBuckets(world: BackupWorld, isSkipped: (item: string) => boolean, say: Say): Promise<void> {
  for (const component of bucketComponents) {
    const file = join(placesOf(world).parts, `${component}.tar.gz`);
    if (existsSync(file) && !isSkipped(component)) await restoreBucket(world, component, file, say);
  }
}

async function restoreBucket(world: BackupWorld, component: BucketComponent, file: string, say: Say): Promise<void> {
  const { s3, scratch, bucket, now } = world;
  if (s3 === undefined) throw new Error("ERROR: [Errno 111] Connection refused");
  say(`Restoring ${component} ...`);
  await moveAway(s3, bucket(component), bucket("backups-tmp"), `${component}.${Math.floor(now().getTime() / 1000)}`);
  const folder = join(scratch, component);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await run("tar", ["-xzf", file, "-C", folder]);
  // Folder by folder: a file that lies in none is passed over.
  for (const key of globSync("*/**", { cwd: folder, withFileTypes: true }).filter((one) => one.isFile())) {
    const path = join(key.parentPath, key.name);
    await s3.put(bucket(component), path.slice(folder.length + 1), await openAsBlob(path));
  }
  rmSync(folder, { recursive: true, force: true });
  say("done");
}

async function moveAway(s3: S3, from: string, to: string, prefix: string): Promise<void> {
  const keys = await s3.list(from);
  if (keys === undefined || (await s3.list(to)) === undefined)
    throw new Error(`[Error] ERROR: S3 error: 404 (NoSuchBucket)\nsync existing of ${from} failed`);
  for (const key of keys) {
    const content = await s3.get(from, key);
    if (content !== undefined) await s3.put(to, `${prefix}/${key}`, content);
  }
  for (const key of keys) await s3.delete(from, key);
}
