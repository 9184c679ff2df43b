// oxlint-disable no-restricted-imports -- tests make the programs that a pod has
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import { databaseWith, folder } from "../../others/prove.test-support.ts";
import { testPods } from "../pod.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { taken } from "../taking.test-support.ts";
import { postgresql } from "./index.ts";
import { restore } from "./restore.ts";
import { sqlOn } from "./sql.test-support.ts";

const url = new URL(
  await databaseWith(`create table experiments (id bigserial primary key, name text);
    insert into experiments (name) select repeat(md5(g::text), 3) from generate_series(1, 20000) g;
    create table alembic_version (version_num varchar(32)); insert into alembic_version values ('acf3f17fdcc7');`),
);
const database = url.pathname.slice(1);
const user = decodeURIComponent(url.username);
const canary = decodeURIComponent(url.password) || "canary-88c0";
const env = {
  PGHOST: url.hostname || (url.searchParams.get("host") ?? ""),
  PGPORT: url.port,
  POSTGRES_PASSWORD: canary,
};
const pods = await testPods();
pods.lab.seed([
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "mlflow-postgres", namespace: "default" },
    spec: { selector: { app: "postgresql" } },
  },
]);
pods.add("postgresql-0", { env, labels: { app: "postgresql" } });
pods.add("mlflow-0", { labels: { app: "mlflow" }, programs: { cat: ["sh", "-c", "exit 127"] } });

const config: PostgresqlStore = {
  component: "mlflow",
  store: "database",
  kind: "postgresql",
  pod: { namespace: "default", labels: "app=postgresql" },
  database,
  user,
};
const { sealed, stored } = await taken(postgresql, config, { cluster: pods.cluster });
const inPlace = { kind: "in-place" } as const;
const lent = { stored, cluster: pods.cluster };

const sql = sqlOn(url.href);
const count = async (of = database): Promise<unknown> =>
  (await sql("select count(*)::int as count from experiments", of))[0]?.["count"];
const beside = async (what: string): Promise<readonly string[]> =>
  (
    await sql(`select datname::text as name from pg_database where datname like '${database}\\_${what}%'`, "postgres")
  ).map(({ name }) => String(name));

/** A pod of the same server, one of whose programs is another. */
function podWith(
  name: string,
  programs: Readonly<Record<string, readonly string[]>>,
  variables: Readonly<Record<string, string>> = env,
): PostgresqlStore {
  pods.add(name, { env: variables, labels: { is: name }, programs });
  return { ...config, pod: { namespace: "default", labels: `is=${name}` } };
}

test("in a pod, a database comes back in place while somebody uses it, and is taken back", async () => {
  await sql("delete from experiments where id > 5; create table later (id int)");
  const client = new Client({ connectionString: url.href });
  client.on("error", () => undefined);
  await client.connect();
  const restoring = restoringOf(lent);

  const plan = await restore.plan(sealed, config, inPlace, restoring);
  const done = await restore.run(sealed, config, inPlace, restoring);

  assert.deepEqual(plan.refuses, []);
  assert.match(plan.loses.join("; "), /public\.experiments: 5 rows now, 20000 in the backup/);
  assert.match(plan.loses.join("; "), /public\.later: it is not in the backup/);
  assert.match(plan.notes.join("; "), /connected now: 1 connection .*they are ended/);
  assert.deepEqual(done.differences, []);
  await assert.rejects(client.query("select 1"));
  assert.equal(await count(), 20_000);
  const [kept = ""] = await beside("before");
  assert.equal(await count(kept), 5);
  assert.ok(!JSON.stringify(pods.commands).includes(canary), "no password is in a command line");

  const [words] = (await restore.undo?.(config, undefined, restoring)) ?? [];
  assert.match(words ?? "", /is what it was before/);
  assert.equal(await count(), 5);
});

test("a database that is gone comes back in its pod", async () => {
  await sql(`drop database ${database} with (force)`, "postgres");

  const done = await restore.run(sealed, config, inPlace, restoringOf(lent));

  assert.deepEqual(done.differences, []);
  assert.equal(await count(), 20_000);
});

test("an exec that is cut in the middle changes nothing, leaves nothing beside, and the next attempt comes to the end", async () => {
  await sql("delete from experiments where id <= 7");
  const restoring = restoringOf(lent);
  pods.cutUpAfter(200_000);
  await assert.rejects(
    restore.run(sealed, config, inPlace, restoring),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "retry",
  );
  pods.cutUpAfter(undefined);
  assert.equal(await count(), 19_993);

  const done = await restore.run(sealed, config, inPlace, restoring);

  assert.deepEqual(done.differences, []);
  assert.equal(await count(), 20_000);
  assert.deepEqual(await beside("restoring"), []);
});

test("a pg_restore that is killed, runs out of room or reads half changes nothing", async () => {
  const before = await count();
  const ends: readonly (readonly [string, string, RegExp])[] = [
    ["killed", "kill -9 $$", /pg_restore was killed/],
    ["full", "echo 'pg_restore: error: could not extend file: No space left on device' >&2; exit 1", /has no room/],
    ["half", 'head -c 20000 | pg_restore "$@"', /did not end well|not as it was/],
  ];
  for (const [name, script, why] of ends) {
    const other = podWith(name, { pg_restore: ["sh", "-c", script, "pg_restore"] });
    await assert.rejects(restore.run(sealed, other, inPlace, restoringOf(lent)), why);
  }
  assert.equal(await count(), before);
  assert.deepEqual(await beside("restoring"), []);
});

test("a part whose bytes are others never gets the name", async () => {
  const [part] = sealed.parts;
  const bytes = Buffer.from(stored.get(part?.file ?? "") ?? "");
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 2000) ^ 1, bytes.length - 2000);
  const before = await count();
  const damaged = restoringOf({ ...lent, stored: new Map([[part?.file ?? "", bytes]]) });

  await assert.rejects(
    restore.run(sealed, config, inPlace, damaged),
    /not those that the manifest names|did not end well/,
  );
  assert.equal(await count(), before);
  assert.deepEqual(await beside("restoring"), []);
});

test("a wrong password is said at the plan, and stands in no message", async () => {
  const place = folder();
  const refusing = '#!/bin/sh\necho "psql: error: FATAL:  password authentication failed for user" >&2; exit 2\n';
  writeFileSync(join(place, "psql"), refusing, { mode: 0o755 });
  const wrong = { ...env, PATH: `${place}:${process.env["PATH"]}` };
  const other = podWith("closed", {}, wrong);

  await assert.rejects(restore.plan(sealed, other, inPlace, restoringOf(lent)), (thrown) => {
    assert.ok(thrown instanceof SystemError);
    assert.match(thrown.message, /password authentication failed/);
    assert.ok(!thrown.message.includes(canary));
    return true;
  });
});

test("two restores of one database at once: the second is refused, and comes after", async () => {
  const first = restore.run(sealed, config, inPlace, restoringOf(lent));
  const second = restore.run(sealed, config, inPlace, restoringOf(lent));
  const ends = await Promise.allSettled([first, second]);

  const refused = ends.filter((end) => end.status === "rejected");
  assert.equal(refused.length, 1);
  assert.match(String(refused[0]?.reason), /another restore of .* is under way/);
  assert.equal(await count(), 20_000);
});

test("a new database beside is made by the same pod, and one that is not empty is refused", async () => {
  const name = `${database}_copy`;
  const target = { kind: "database", name } as const;
  const done = await restore.run(sealed, config, target, restoringOf(lent));
  assert.deepEqual(done.differences, []);
  assert.equal(await count(name), 20_000);

  const plan = await restore.plan(sealed, config, target, restoringOf(lent));
  assert.match(plan.refuses.join(), /is not empty: it has 2 tables/);
  await assert.rejects(restore.run(sealed, config, target, restoringOf(lent)), InputError);
});
