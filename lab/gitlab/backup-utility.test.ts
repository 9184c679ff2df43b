import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { freePort } from "../../src/store/postmaster.ts";
import { fillGitlab } from "../databases/gitlab.ts";
import { startPostgresql } from "../servers/postgresql.ts";
import { bucketOf, fillBuckets } from "../stores/buckets.ts";
import { addEncryptedRows, lfsObjectsOf } from "../stores/encrypted-rows.ts";
import { databaseKeyOf, newRailsSecrets } from "../stores/rails-secrets.ts";
import { fillRepositories } from "../stores/repositories.ts";
import type { S3 } from "../stores/s3.ts";
import { type BackupWorld, runBackupUtility } from "./backup-utility.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-toolbox-"));
chmodSync(folder, 0o755);
const postgresql = await startPostgresql({
  name: "toolbox",
  folder: join(folder, "postgresql"),
  port: await freePort(),
  passwords: { owner: "owner", observer: "observer" },
  register: () => undefined,
});
after(async () => {
  await postgresql.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
const now = new Date("2026-11-20T01:00:00Z");
const databaseUrl = postgresql.ownerUrl("gitlabhq_production");
const lfs = lfsObjectsOf(7, 3);
await fillGitlab(databaseUrl, { version: "17.8.7", seed: 7, size: 5, now });
await addEncryptedRows(databaseUrl, { databaseKey: databaseKeyOf(newRailsSecrets()), lfs, now });
await fillRepositories(join(folder, "repositories"), lfs, now);

let buckets: Map<string, Map<string, Buffer>>;
const s3: S3 = {
  async put(bucket, key, content) {
    const bytes = content instanceof Blob ? Buffer.from(await content.arrayBuffer()) : content;
    const objects = buckets.get(bucket);
    if (objects === undefined) throw new Error("S3 error: 404 (NoSuchBucket)");
    objects.set(key, bytes);
  },
  get: async (bucket, key) => buckets.get(bucket)?.get(key),
  async list(bucket) {
    const objects = buckets.get(bucket);
    return objects === undefined ? undefined : [...objects.keys()].sort();
  },
  delete: async (bucket, key) => void buckets.get(bucket)?.delete(key),
};

const world: BackupWorld = {
  version: () => "17.8.7",
  now: () => now,
  scratch: join(folder, "scratch"),
  databaseUrl,
  schemaHead: async () => "20250201000000",
  repositories: join(folder, "repositories"),
  s3,
  bucket: (component) => bucketOf("production", component),
  count: () => undefined,
};

beforeEach(async () => {
  buckets = new Map(["gitlab-lfs", "registry", "gitlab-uploads", "gitlab-backups"].map((name) => [name, new Map()]));
  await fillBuckets(s3, "production", lfs);
});

async function run(...argv: readonly string[]) {
  const lines: string[] = [];
  const { exitCode } = await runBackupUtility(world, argv, (line) => void lines.push(line));
  return { exitCode, said: lines.join("\n") };
}

const stored = (): readonly string[] => [...(buckets.get("gitlab-backups")?.keys() ?? [])];

/** The parts of the one backup that is stored. */
function unpacked(): string {
  const [key = ""] = stored();
  const place = mkdtempSync(join(folder, "unpacked-"));
  const tar = join(place, "whole.tar");
  writeFileSync(tar, buckets.get("gitlab-backups")?.get(key) ?? "");
  execFileSync("tar", ["-xf", tar, "-C", place]);
  return place;
}

test("a backup is a tar of the database, the repositories and the buckets, in the bucket under its name", async () => {
  const { exitCode, said } = await run();

  assert.equal(exitCode, 0, said);
  assert.deepEqual(stored(), [
    "1763600400_2026_11_20_17.8.7_gitlab_backup.tar".replace("1763600400", String(now.getTime() / 1000)),
  ]);
  assert.match(
    said,
    /\[DONE\] Backup can be found at s3:\/\/gitlab-backups\/\d{10}_2026_11_20_17\.8\.7_gitlab_backup\.tar/,
  );
  const place = unpacked();
  const sql = gunzipSync(readFileSync(join(place, "db", "database.sql.gz"))).toString();
  assert.match(sql, /COPY public\.ci_variables[\s\S]*REGISTRY_TOKEN/);
  const information = readFileSync(join(place, "backup_information.yml"), "utf8");
  assert.match(information, /^:gitlab_version: 17\.8\.7$/m);
  assert.match(information, /^:skipped: builds,pages,uploads,artifacts,packages,/m);
  const files = execFileSync("tar", ["-tzf", join(place, "lfs.tar.gz")], { encoding: "utf8" });
  for (const { key } of lfs) assert.ok(files.includes(`./${key}\n`));
  const bundles = execFileSync("find", [join(place, "repositories"), "-name", "001.bundle"], { encoding: "utf8" });
  assert.equal(bundles.trim().split("\n").length, 3);
  execFileSync("git", ["bundle", "list-heads", bundles.trim().split("\n")[0] ?? ""], { cwd: folder });
  assert.equal(existsSync(join(world.scratch, "backups")), false);
});

test("with a tool for S3 that it does not know, it says [DONE], ends well and stores nothing", async () => {
  const { exitCode, said } = await run("--s3tool", "s4cmd", "--skip", "repositories");

  assert.equal(exitCode, 0);
  assert.match(said, /Unknown S3 tool: s4cmd\n\[DONE\] Backup can be found at/);
  assert.deepEqual(stored(), []);
});

test("--skip leaves out every component whose name it holds", async () => {
  await run("--skip", "lfs_and_db", "-t", "before");

  assert.deepEqual(stored(), ["before_gitlab_backup.tar"]);
  const place = unpacked();
  assert.equal(existsSync(join(place, "lfs.tar.gz")), false);
  assert.equal(existsSync(join(place, "db")), false);
  assert.match(readFileSync(join(place, "backup_information.yml"), "utf8"), /^:skipped: builds,db,/m);
});

test("--maximum-backups deletes the oldest, and never one with a name of its own", async () => {
  const old = ["1700000000_2023_11_14_16.5.0_gitlab_backup.tar", "1710000000_2024_03_09_16.9.0_gitlab_backup.tar"];
  for (const key of [...old, "mine_gitlab_backup.tar"]) buckets.get("gitlab-backups")?.set(key, Buffer.from("x"));

  const { exitCode, said } = await run("--cleanup", "--maximum-backups", "1");

  assert.equal(exitCode, 0, said);
  assert.deepEqual(stored(), [old[1], "mine_gitlab_backup.tar"]);
});

test("a database that is away, an option that it does not know and a store that is not there end it with 1", async () => {
  const gone = { ...world, databaseUrl: databaseUrl.replace(/:\d+\//, ":1/") };
  const lines: string[] = [];

  const away = await runBackupUtility(gone, [], (line) => void lines.push(line));

  assert.equal(away.exitCode, 1);
  assert.match(lines.join("\n"), /\[FAILED\]/);
  assert.equal((await run("--rails-secrets")).exitCode, 1);
  buckets.delete("gitlab-backups");
  assert.match((await run("--skip", "repositories")).said, /NoSuchBucket/);
});

test("a run that begins while another one works deletes what that one has", async () => {
  let second: Awaited<ReturnType<typeof run>> | undefined;
  const interrupted: BackupWorld = {
    ...world,
    async schemaHead() {
      second = await run("-t", "second", "--skip", "repositories");
      return "20250201000000";
    },
  };
  const lines: string[] = [];

  const first = await runBackupUtility(interrupted, ["-t", "first"], (line) => void lines.push(line));

  assert.equal(second?.exitCode, 0);
  assert.equal(first.exitCode, 1, lines.join("\n"));
  assert.deepEqual(stored(), ["second_gitlab_backup.tar"]);
});
