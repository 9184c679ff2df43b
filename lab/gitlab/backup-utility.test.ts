import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ask } from "../servers/postgresql.ts";
import { bucketComponents, bucketOf, fillBuckets } from "../stores/buckets.ts";
import { lfsObjectsOf } from "../stores/encrypted-rows.ts";
import { fillRepositories } from "../stores/repositories.ts";
import type { S3 } from "../stores/s3.ts";
import { runBackupUtility } from "./backup-utility.ts";
import type { BackupWorld } from "./backup-world.ts";
import { toolboxPostgresql } from "./toolbox-postgresql.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-toolbox-"));
chmodSync(folder, 0o755);
const now = new Date("2026-11-20T01:00:00Z");
const lfs = lfsObjectsOf(7, 3);
const postgresql = await toolboxPostgresql(folder, lfs, now);
after(async () => {
  await postgresql.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
const databaseUrl = postgresql.ownerUrl("gitlabhq_production");
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
  buckets = new Map(
    ["gitlab-lfs", "registry", "gitlab-uploads", "gitlab-backups", "gitlab-backups-tmp"].map((name) => [
      name,
      new Map(),
    ]),
  );
  await fillBuckets(s3, "production", lfs);
});

async function run(...argv: readonly string[]) {
  const lines: string[] = [];
  const { exitCode } = await runBackupUtility(world, argv, (line) => void lines.push(line));
  return { exitCode, said: lines.join("\n") };
}

/** With every question answered by yes. */
async function restore(...argv: readonly string[]) {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const { exitCode } = await runBackupUtility(world, ["--restore", ...argv], say, { assumesYes: true });
  return { exitCode, said: lines.join("\n") };
}

const asked = (statement: string) => ask(databaseUrl, [statement]);
/** Each repository with all its refs. */
function refs(): readonly string[] {
  const of = (place: string): string =>
    execFileSync("git", ["-C", place, "show-ref", "--head"], { encoding: "utf8", cwd: folder });
  return globSync("**/*.git", { cwd: world.repositories })
    .toSorted()
    .map((path) => `${path} ${of(join(world.repositories, path))}`);
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

test("with a tool for S3 that it does not know it ends at the first bucket; where all are skipped it says [DONE], ends well and stores nothing", async () => {
  const first = await run("--s3tool", "s4cmd", "--skip", "repositories");
  const { exitCode, said } = await run("--s3tool", "s4cmd", "--skip", bucketComponents.join());

  assert.equal(first.exitCode, 1);
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

test("--maximum-backups deletes the first by name: with s3cmd every object counts, with the AWS one's tool those that it named itself", async () => {
  const old = ["1700000000_2023_11_14_16.5.0_gitlab_backup.tar", "1710000000_2024_03_09_16.9.0_gitlab_backup.tar"];
  const fill = (): void => {
    for (const key of [...old, "mine_gitlab_backup.tar"]) buckets.get("gitlab-backups")?.set(key, Buffer.from("x"));
  };
  const cleaned = async (...tool: readonly string[]): Promise<readonly string[]> => {
    fill();
    const { exitCode, said } = await run("--cleanup", "--maximum-backups", "1", ...tool);
    assert.equal(exitCode, 0, said);
    return stored();
  };

  assert.deepEqual(await cleaned("--s3tool", "awscli"), [old[1], "mine_gitlab_backup.tar"]);
  assert.deepEqual(await cleaned(), ["mine_gitlab_backup.tar"]);
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

test("a restore replaces database, repositories and buckets by the archive's, and keeps what the buckets had", async () => {
  const rows = () => asked("select id, path from projects order by id");
  const [rowsBefore, refsBefore] = [await rows(), refs()];
  await run("-t", "mine");
  const [lost = ""] = globSync("**/*.git", { cwd: world.repositories });
  rmSync(join(world.repositories, lost), { recursive: true });
  execFileSync("git", ["init", "--quiet", "--bare", join(world.repositories, "77.git")]);
  await asked("delete from project_topics");
  await asked("update projects set path = 'spoiled'");
  await asked("create table later (id int)");
  const [first] = lfs;
  buckets.get("gitlab-lfs")?.delete(first?.key ?? "");
  buckets.get("gitlab-lfs")?.set("ab/later", Buffer.from("later"));

  const { exitCode, said } = await restore("-t", "mine");

  assert.equal(exitCode, 0, said);
  assert.match(said, /Unpacking backup[\s\S]*Restoring PostgreSQL database[\s\S]*\[DONE\][\s\S]*Restoring lfs/);
  assert.deepEqual(await rows(), rowsBefore);
  assert.deepEqual(await asked("select to_regclass('later')::text as later"), [{ later: null }]);
  assert.deepEqual(refs(), refsBefore);
  assert.deepEqual([...(buckets.get("gitlab-lfs")?.keys() ?? [])].toSorted(), lfs.map(({ key }) => key).toSorted());
  const kept = [...(buckets.get("gitlab-backups-tmp")?.keys() ?? [])];
  assert.ok(kept.includes(`lfs.${now.getTime() / 1000}/ab/later`), kept.join());
  assert.equal(existsSync(join(world.scratch, "backups", "db")), false);
});

test("a restore that nobody answers for, and one of a backup that is not there, replace nothing", async () => {
  const paths = "select count(distinct path)::int as n from projects";
  const before = await asked(paths);
  await run("-t", "mine", "--skip", "repositories");
  await asked("update projects set path = 'since'");

  const missing = await restore("-t", "yours");
  const unanswered = await run("--restore", "-t", "mine");

  assert.deepEqual([missing.exitCode, unanswered.exitCode], [1, 1]);
  assert.match(missing.said, /0_gitlab_backup\.tar not found/);
  assert.match(unanswered.said, /Do you want to continue \(yes\/no\)\?/);
  assert.deepEqual(await asked(paths), [{ n: 1 }]);
  // What that one had fetched lies there yet, and is taken for the one that is missing.
  assert.equal((await restore("-t", "yours")).exitCode, 0);
  assert.deepEqual(await asked(paths), before);
  assert.equal((await restore()).exitCode, 1);
  assert.match((await restore("--cleanup", "-t", "mine")).said, /Only one action at a time/);
});

test("of several --skip a restore knows the first alone; without the temporary bucket it ends half way", async () => {
  await run("-t", "mine", "--skip", "repositories");
  await asked("update projects set path = 'since'");

  const skipped = await restore("-t", "mine", "--skip", "db", "--skip", "lfs");
  buckets.delete("gitlab-backups-tmp");
  const broken = await restore("-t", "mine", "--skip", "db");

  assert.equal(skipped.exitCode, 0, skipped.said);
  assert.match(skipped.said, /Restoring lfs/);
  assert.deepEqual(await asked("select distinct path from projects"), [{ path: "since" }]);
  assert.equal(broken.exitCode, 1);
  assert.match(broken.said, /NoSuchBucket/);
});
