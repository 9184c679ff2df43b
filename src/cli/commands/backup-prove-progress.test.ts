// oxlint-disable no-restricted-imports -- tests make the backups that they read
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { databaseWith, dump, folder, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { ProgressLine } from "../../backups/progress/line.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { openBackups } from "../../edge/backups.ts";
import { bucketOf, chunksOf, gateway } from "../../edge/object-store.test-support.ts";
import { openBucket } from "../../edge/object-store.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";

/* Proving what others made says how far it is: of real dumps as files, in a restic repository, in a bucket. */

const dir = folder();
const url = await databaseWith(`${mlflowTables}${mlflowRows}
  create table logs (id int, words text);
  insert into logs select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 20000) g`);
const custom = dump(url, join(dir, "mlflow.dump"), "-Fc");
const packed = join(dir, "mlflow.sql.gz");
writeFileSync(packed, gzipSync(readFileSync(dump(url, join(dir, "mlflow.sql")))));
const archive = dump(url, join(dir, "archive"), "-Fd");
const archiveBytes = readdirSync(archive).reduce((sum, name) => sum + statSync(join(archive, name)).size, 0);
const sizeOf = (file: string): number => statSync(file).size;

let now = Date.UTC(2026, 10, 20, 9);
/** Each look at the clock finds it so much later, so that whatever goes by is told. */
const tick = 12_000;
const clock = { now: () => instantOf((now += tick)) };
const bound = (environment: Readonly<Record<string, string>>) => async () =>
  openBackups({ PATH: process.env["PATH"], ...environment });

const lines = ({ out }: Said): readonly ProgressLine[] =>
  out
    .trimEnd()
    .split("\n")
    .flatMap((line) => ProgressLine.safeParse(JSON.parse(line)).data ?? []);

/** What was told in numbers. */
async function told(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const said = await millwright(dir, ["backup", "prove", ...args, "-o", "jsonl"], {
    clock,
    backups: bound(environment),
  });
  const far = lines(said).filter(({ text }) => text === undefined);
  assert.ok(far.length > 0, said.out + said.err);
  return { code: said.code, far };
}

/** All of it went by, how fast and how much longer was told, and what followed had its name. */
function isTold(far: readonly ProgressLine[], store: string, bytes: number): void {
  const what = JSON.stringify(far);
  assert.ok(
    far.every((line) => line.what === "proof" && line.store === store),
    what,
  );
  const under = far.filter(({ done = 0 }) => done > 0 && done < bytes);
  assert.ok(under.length > 0 && under.every(({ total }) => total === bytes), what);
  const timed = under.filter(({ bytesPerSecond = 0 }) => bytesPerSecond > 0);
  assert.ok(timed.length > 0, what);
  for (const { remainingSeconds = 0, remainingOf } of timed)
    assert.ok(remainingSeconds > 0 && remainingOf === "bytes", what);
  assert.ok(
    far.some(({ phase }) => phase === "counting every table"),
    what,
  );
}

for (const [kind, file] of [
  ["an archive", custom],
  ["a packed dump", packed],
] as const)
  test(`of ${kind} in a file its bytes are told, and the time until they have gone by`, async () => {
    const { code, far } = await told([file]);

    assert.equal(code, 0);
    isTold(far, file.slice(dir.length + 1), sizeOf(file));
    const last = far.at(-1);
    assert.deepEqual([last?.done, last?.total, last?.remainingSeconds], [sizeOf(file), sizeOf(file), undefined]);
  });

test("one that is cut off tells how far it came", async () => {
  const cut = join(dir, "cut.sql.gz");
  writeFileSync(cut, readFileSync(packed).subarray(0, sizeOf(packed) * 0.7));

  const { code, far } = await told([cut]);

  assert.equal(code, 2);
  assert.equal(far.at(-1)?.done, sizeOf(cut));
  assert.ok(far.every(({ phase }) => phase !== "counting every table"));
});

test("of a folder, which pg_restore reads itself, what it makes of it is told, and no end is guessed", async () => {
  const { code, far } = await told([archive]);

  assert.equal(code, 0);
  assert.ok(
    far.every(({ done, total, remainingSeconds }) => [done, total, remainingSeconds].every((n) => n === undefined)),
  );
  assert.ok(far.some(({ phase = "" }) => /^restoring, \d+\.\d MB of SQL so far$/.test(phase)));
});

test("of a restic snapshot its bytes are told too, of a folder in it as well", async () => {
  const [repository, password] = [join(dir, "restic"), "canary-8d01"];
  const env = { PATH: process.env["PATH"], HOME: dir, RESTIC_PASSWORD: password, RESTIC_REPOSITORY: repository };
  const restic = (...args: readonly string[]) =>
    execFileSync("restic", ["--no-cache", ...args], { env, cwd: dir, stdio: "pipe" });
  restic("init");
  quickenKey(repository, password);
  writeFileSync(join(dir, "password"), password, { mode: 0o600 });
  const source = [repository, "--password-ref", `file:${join(dir, "password")}`];

  restic("backup", "mlflow.dump");
  const file = await told(source);
  assert.equal(file.code, 0);
  isTold(file.far, "/mlflow.dump", sizeOf(custom));

  restic("backup", "archive");
  const { code, far } = await told(source);
  assert.equal(code, 0);
  isTold(far, "/archive", archiveBytes);
  assert.doesNotMatch(JSON.stringify(far), /canary/);
});

const store = await gateway("backups");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;

test("of objects in a bucket their bytes are told", { skip }, async () => {
  assert.ok(store !== undefined);
  const bucket = openBucket(bucketOf(store, "backups"));
  await bucket.put("one/mlflow.dump", chunksOf(readFileSync(custom)));
  for (const name of readdirSync(archive))
    await bucket.put(`two/archive/${name}`, chunksOf(readFileSync(join(archive, name))));
  const keys = { AWS_ACCESS_KEY_ID: store.accessKey, AWS_SECRET_ACCESS_KEY: store.secretKey };

  const one = await told(["bucket:backups/one/", "--endpoint", store.url], keys);
  assert.equal(one.code, 0);
  isTold(one.far, "one/mlflow.dump", sizeOf(custom));
  const two = await told(["bucket:backups/two/", "--endpoint", store.url], keys);
  assert.equal(two.code, 0);
  isTold(two.far, "two/archive", archiveBytes);
});

test("a person is told in the same words as of our own; --quiet leaves them out", async () => {
  const { err } = await millwright(dir, ["backup", "prove", custom], { clock });
  assert.match(err, /^mlflow\.dump: [\d.]+ kB of [\d.]+ kB, [\d.]+ kB a second, the rest in some /m);
  assert.match(err, /^mlflow\.dump: all of [\d.]+ kB, .* so far; restoring, [\d.]+ MB of SQL so far$/m);
  assert.doesNotMatch(err, /\r/);

  assert.equal((await millwright(dir, ["backup", "prove", custom, "--quiet"], { clock })).err, "");
});
