import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import type { BackupStore } from "../platform/backup-stores.ts";
import { below, commands, follow, lacking, whole } from "./by-hand.test-support.ts";
import { testPods } from "./kinds/pod.test-support.ts";
import { databaseWith, folder, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";

test("the page on restoring by hand leads to every row, with restic and PostgreSQL's tools alone", {
  skip: lacking("psql", "pg_restore"),
}, async () => {
  const url = await databaseWith(
    `${mlflowTables}${mlflowRows} create table "Odd ""name" (id int); insert into "Odd ""name" values (1)`,
  );
  const repository = await TestRepository.make();
  await repository.backUp(url);
  const target = Object.assign(new URL(url), { pathname: "/restored" }).href;

  const { said } = await follow(whole, repository, "mlflow/database", { TARGET_SERVER: url, TARGET_DATABASE: target });

  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("drop database if exists restored with (force)");
  await client.end();
  assert.match(said, /dump\.pgdump: OK/);
  assert.match(said, /every table has its rows/);
});

test("by hand a part comes from the second repository too, and one that is not whole or another is told", {
  skip: lacking(),
}, async () => {
  const first = await TestRepository.make();
  await first.backUp(await databaseWith(mlflowTables));
  const copy = new TestRepository(join(folder(), "second"));
  await copy.open().initLike(first.open());
  const { backups } = await first.catalogue();
  const ids = backups.flatMap(({ parts, manifest }) => [...parts, manifest]);
  await copy.open().copyFrom(first.open(), ids, new AbortController().signal);
  const [before = "", after] = whole.split("part dump.pgdump\n");
  assert.ok(after !== undefined);
  const second = `${before}\n${commands(["## From the second repository"])}`;

  const { said } = await follow(`${second}\npart dump.pgdump`, copy, "mlflow/database", {});
  assert.match(said, /dump\.pgdump: OK/);

  for (const broken of ["jq '.parts[0].tree = \"f\"' manifest.json", "jq '.parts[0].file = \"gone\"' manifest.json"]) {
    const script = `${second}\n${broken} > other.json && mv other.json manifest.json
      name=$(jq -r .parts[0].file manifest.json)
      if part "$name"; then echo "it is taken for whole"; fi`;
    const told = await follow(script, copy, "mlflow/database", {});
    assert.match(told.said, /^(?:dump\.pgdump|gone): FAILED$/m);
    assert.doesNotMatch(told.said, /: OK|taken for whole/);
  }
});

/** Backs a store up in a pod of this machine, and follows the page below its heading. */
async function byHand(
  store: BackupStore,
  heading: string,
  programs: Readonly<Record<string, readonly string[]>>,
  target: Readonly<Record<string, string>>,
): Promise<string> {
  const pods = await testPods();
  pods.add("app-0", { programs });
  const repository = await TestRepository.make();
  await repository.backUpStore(store, { cluster: async () => pods.cluster });
  return (await follow(below(heading), repository, `${store.component}/${store.store}`, target)).said;
}

const pod = { namespace: "default", labels: "app=app-0" };

test("files come back by hand, every one by its digest", { skip: lacking() }, async () => {
  const data = folder();
  mkdirSync(join(data, "in ner"));
  writeFileSync(join(data, "in ner", "größe"), "content");
  const target = folder();
  const store: BackupStore = { component: "grafana", store: "files", kind: "files", pod, paths: [data] };

  const said = await byHand(store, "### Files", {}, { TARGET_FOLDER: target });

  assert.match(said, /every file is as it was/);
  assert.equal(readFileSync(join(target, data, "in ner", "größe"), "utf8"), "content");
});

test("SQLite comes back by hand, without the log of the file that was there", {
  skip: lacking("sqlite3"),
}, async () => {
  const path = join(folder(), "runs.db");
  const sql = 'create table "o""dd" (n int); create table runs (n int); insert into runs values (1), (2);';
  assert.equal(spawnSync("sqlite3", [path, sql]).status, 0);
  const target = join(folder(), "back.db");
  writeFileSync(`${target}-wal`, "of another");
  const store: BackupStore = { component: "mlflow", store: "runs", kind: "sqlite", pod, path };

  const said = await byHand(store, "### SQLite", {}, { TARGET_FILE: target });

  assert.match(said, /^ +2 1$/m);
  const rows = spawnSync("sqlite3", [target, "select count(*) from runs"], { encoding: "utf8" });
  assert.equal(rows.stdout.trim(), "2");
});

test("Redis comes back by hand, and is there when it starts with its append-only file", {
  skip: lacking("redis-server"),
}, async () => {
  const dir = folder();
  const socket = join(dir, "s");
  const serve = (at: string, ...more: readonly string[]) =>
    spawnSync(
      "sh",
      [
        "-c",
        'redis-server --port 0 --daemonize yes --save "" "$@" && until redis-cli -s "$0" ping | grep -q PONG; do sleep 0.1; done',
        join(at, "s"),
        "--unixsocket",
        join(at, "s"),
        "--dir",
        at,
        ...more,
      ],
      { encoding: "utf8" },
    );
  const ask = (at: string, ...args: readonly string[]) =>
    spawnSync("redis-cli", ["-s", join(at, "s"), ...args], { encoding: "utf8" }).stdout.trim();
  assert.equal(serve(dir, "--repl-diskless-sync-delay", "0").status, 0);
  ask(dir, "set", "a", "1");
  ask(dir, "-n", "2", "rpush", "queue", "x", "y");
  const target = folder();
  const store: BackupStore = { component: "gitlab", store: "data", kind: "redis", pod };

  const said = await byHand(
    store,
    "### Redis",
    { "redis-cli": ["redis-cli", "-s", socket] },
    { TARGET_FOLDER: target },
  );

  ask(dir, "shutdown", "nosave");
  assert.match(said, /db2:keys=1/);
  assert.equal(serve(target, "--appendonly", "yes").status, 0);
  const back = [ask(target, "get", "a"), ask(target, "-n", "2", "llen", "queue")];
  ask(target, "shutdown", "nosave");
  assert.deepEqual(back, ["1", "2"]);
});
