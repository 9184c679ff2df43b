import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import { databaseWith } from "../../others/prove.test-support.ts";
import type { SealedBody } from "../../store-kind.ts";
import { testPods } from "../pod.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { taken } from "../taking.test-support.ts";
import type { PostgresqlBody } from "./body.ts";
import { postgresql } from "./index.ts";
import { restore } from "./restore.ts";
import { sqlOn } from "./sql.test-support.ts";

const mark = randomBytes(4).toString("hex");
const [app, reader, restorer] = [`app_${mark}`, `reader_${mark}`, `restorer_${mark}`];
const url = new URL(
  await databaseWith(`create role ${app}; create role ${reader}; create role ${restorer} login createdb password 'canary-71';
    grant ${app}, ${reader} to ${restorer};
    create table runs (id serial primary key, name text); insert into runs (name) values ('a');
    alter table runs owner to ${app}; grant select on runs to ${reader};
    create function f() returns int language sql as 'select 1'; alter function f() owner to ${app}; revoke execute on function f() from public;`),
);
const database = url.pathname.slice(1);
const sql = sqlOn(url.href);
await sql(`alter database ${database} owner to ${app}`, "postgres");
const pods = await testPods();
const labels = { app: "postgresql" };
const metadata = { name: "mlflow-postgres", namespace: "default" };
pods.lab.seed([{ apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels } }]);
pods.add("postgresql-0", {
  env: {
    PGHOST: url.hostname || (url.searchParams.get("host") ?? ""),
    PGPORT: url.port,
    POSTGRES_PASSWORD: "canary-70",
  },
  labels,
});
pods.add("mlflow-0", { labels: { app: "mlflow" }, programs: { cat: ["sh", "-c", "exit 127"] } });

const byPod: PostgresqlStore = {
  component: "mlflow",
  store: "database",
  kind: "postgresql",
  pod: { namespace: "default", labels: "app=postgresql" },
  database,
  user: decodeURIComponent(url.username),
};
/** Restored by a role that may make databases, is a member of those that own something, and no superuser. */
const byMember: PostgresqlStore = { ...byPod, restoreUrl: { kind: "env", name: "RESTORER" } };
const asMember = Object.assign(new URL(url), { username: restorer, password: "canary-71" }).href;
const { sealed, stored } = await taken(postgresql, byPod, { cluster: pods.cluster });
const lent = { stored, cluster: pods.cluster, secrets: { "env:RESTORER": asMember } };

const owners = (of: string) =>
  sql(
    `select relname::text as name, relowner::regrole::text as owner, has_table_privilege('${reader}', oid, 'select') as read
      from pg_class where relname = 'runs'
      union all select datname, datdba::regrole::text, null from pg_database where datname = current_database() order by 3`,
    of,
  );

test("who is no superuser gives back what belonged to others, in a schema that lets only its owners make anything", async () => {
  const name = `made_${mark}`;

  const done = await restore.run(sealed, byMember, { kind: "database", name }, restoringOf(lent));

  assert.deepEqual(done.differences, []);
  assert.deepEqual(done.notes, []);
  assert.deepEqual(await owners(name), [
    { name: "runs", owner: app, read: true },
    { name, owner: app, read: null },
  ]);
});

test("in place each owner and grant is what it was", async () => {
  await sql(`alter table runs owner to ${reader}; revoke select on runs from ${reader}`);

  const done = await restore.run(sealed, byPod, { kind: "in-place" }, restoringOf(lent));

  assert.deepEqual(done.differences, []);
  assert.deepEqual((await owners(database))[0], { name: "runs", owner: app, read: true });
});

/** What it says of its tables' owners and of its roles is changed. */
function saying(owner: string, superuser: boolean): SealedBody<PostgresqlBody> {
  const { content, roles } = sealed.body;
  const owned = (content.owned ?? []).map((one) => (one.kind === "table" ? { ...one, owner } : one));
  const [first] = roles;
  assert.ok(first !== undefined);
  return {
    ...sealed,
    body: {
      ...sealed.body,
      content: { ...content, owned },
      roles: [...roles, { ...first, name: owner, superuser, memberOf: [] }],
    },
  };
}

test("a restore whose tables are another's than they were changes nothing, and says whose they are", async () => {
  const name = `other_${mark}`;

  const done = await restore.run(saying(reader, false), byPod, { kind: "database", name }, restoringOf(lent));

  assert.deepEqual(done.differences, [`table public.runs: belongs to ${app}, and belonged to ${reader}`]);
  assert.deepEqual(await sql(`select 1 from pg_database where datname = '${name}'`), []);
});

test("what belonged to a superuser whom the server does not have is another's, and that is noted", async () => {
  const name = `noted_${mark}`;

  const done = await restore.run(saying(`gone_${mark}`, true), byPod, { kind: "database", name }, restoringOf(lent));

  assert.deepEqual(done.differences, []);
  assert.deepEqual(done.notes, [`table public.runs: belongs to ${app}, and belonged to gone_${mark}`]);
});
