import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { sqlOn } from "../../backups/kinds/postgresql/sql.test-support.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, secret } = site();
const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
const name = new URL(url).pathname.slice(1);
const config = (key: string, mode = "act"): string => `mode: ${mode}
backups:
  installation: acme
  environments:
    - environment: production
      repository: ${join(dir, "repository")}
      key: ${key}
      ask: [{ component: mlflow, url: "http://mlflow.example.org/" }]
      stores:
        - { component: mlflow, kind: postgresql, url: "${secret("url", url)}" }
`;
writeFileSync(join(dir, "millwright.server.yaml"), config(secret("key", "canary-77a1\n")));
writeFileSync(join(dir, "wrong.yaml"), config(secret("wrong", "canary-wrong\n")));
writeFileSync(join(dir, "observe.yaml"), config(secret("key", "canary-77a1\n"), "observe"));

let models = 0;
async function run(...args: readonly string[]): Promise<Said> {
  const said = await millwright(dir, ["backup", ...args], {
    variable: () => "ana",
    pause: async () => undefined,
    http: {
      fetch: async () => ({
        status: 200,
        headers: {},
        body: JSON.stringify({
          registered_models: Array.from({ length: models }, (_, index) => ({ name: `m${index}` })),
        }),
      }),
    },
  });
  for (const text of [said.out, said.err]) assert.doesNotMatch(text, /canary/);
  return said;
}

const sql = sqlOn(url);

const beside = async (): Promise<readonly string[]> =>
  (
    await sql(`select datname::text as name from pg_database where datname like '${name}\\_%' order by 1`, "postgres")
  ).map((row) => String(row["name"]));
const runs = async (): Promise<number> => Number((await sql("select count(*)::int as n from runs"))[0]?.["n"]);

interface Restored {
  readonly id: string;
  readonly state: string;
  readonly stores: readonly { readonly safety?: string; readonly words: readonly string[] }[];
  readonly applications: readonly { readonly state: string }[];
}
const restored = ({ out }: Said): Restored => JSON.parse(out) as Restored;

await run("init");
quickenKey(join(dir, "repository"), "canary-77a1");
const first = JSON.parse((await run("run", "-o", "json")).out) as { point: { id: string; backups: [{ id: string }] } };
const [{ id: backup }] = first.point.backups;
const rows = await runs();

test("a plan says what is done and lost, and changes nothing", async () => {
  await sql("create table later (id int); insert into later values (1), (2)");
  await sql("delete from runs where ctid in (select ctid from runs limit 3)");
  const said = await run("restore", backup, "--in-place");
  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /public\.later: it is not in the backup, and has 2 rows/);
  assert.match(said.out, new RegExp(`public\\.runs: ${rows - 3} rows now, ${rows} in the backup`));
  assert.match(said.out, /no application is taken down/);
  assert.match(said.out, /Nothing was changed; --yes does it/);
  assert.deepEqual(await beside(), []);
});

test("in place it comes back as it was, what was there is kept, and it is taken back", async () => {
  models = Number((await sql("select count(*)::int as n from registered_models"))[0]?.["n"]);
  await sql(`comment on database ${name} is 'of the data team'; alter database ${name} set work_mem = '7MB'`);
  const said = await run("restore", first.point.id, "--in-place", "--yes", "-o", "json");
  assert.equal(said.code, 0, said.out + said.err);
  const told = restored(said);
  assert.deepEqual([told.state, told.applications[0]?.state], ["restored", "passed"]);
  assert.match(told.stores[0]?.safety ?? "", /^mlflow-database-/);
  assert.equal(await runs(), rows);
  assert.deepEqual(await sql("select to_regclass('later') as later"), [{ later: null }]);
  assert.deepEqual(await sql("show work_mem"), [{ work_mem: "7MB" }]);
  const [kept = ""] = await beside();
  assert.match(kept, /_before_\d{8}t\d{6}z_[0-9a-f]{8}$/);
  assert.deepEqual(await sql("select count(*)::int as n from later", kept), [{ n: 2 }]);

  const planned = await run("restore", "--undo", told.id);
  assert.equal(planned.code, 0, planned.err);
  assert.match(planned.out, /gets its name back[\s\S]*no application is taken down[\s\S]*Nothing was changed; --yes/);
  assert.equal(await runs(), rows);
  const undone = await run("restore", "--undo", told.id, "--yes", "-o", "json");
  assert.equal(undone.code, 0, undone.out + undone.err);
  assert.equal(await runs(), rows - 3);
  assert.deepEqual(await sql("select count(*)::int as n from later"), [{ n: 2 }]);
  assert.deepEqual(
    await sql(`select shobj_description(oid, 'pg_database') as comment from pg_database where datname = '${name}'`),
    [{ comment: "of the data team" }],
  );
  assert.match((await run("restore", "--undo", told.id, "--yes")).out, /undone/);
});

test("a database that was dropped comes back, with nothing to be backed up before", async () => {
  for (const database of await beside()) await sql(`drop database ${database}`, "postgres");
  await sql(`drop database ${name} with (force)`, "postgres");
  const said = await run("restore", backup, "--in-place", "--yes", "-o", "json");
  assert.equal(said.code, 0, said.out + said.err);
  assert.equal(restored(said).stores[0]?.safety, undefined);
  assert.equal(await runs(), rows);
  assert.deepEqual(await beside(), []);
});

test("an application that lists other models than the backup has is told", async () => {
  models += 1;
  const said = await run("restore", backup, "--in-place", "--yes", "--no-safety-backup", "-o", "json");
  models -= 1;
  assert.deepEqual([said.code, restored(said).applications[0]?.state], [2, "failed"]);
  for (const database of await beside()) await sql(`drop database ${database}`, "postgres");
});

test("a new database is made; one that is not empty, a wrong key and mode observe are refused", async () => {
  const target = `${name}_copy`;
  const said = await run("restore", backup, "--to", `database:${target}`, "--yes");
  assert.equal(said.code, 0, said.out + said.err);
  assert.deepEqual(await sql("select count(*)::int as n from runs", target), [{ n: rows }]);
  const again = await run("restore", backup, "--to", `database:${target}`, "--yes");
  assert.equal(again.code, 2);
  assert.match(again.out, /is not empty: it has 5 tables/);
  const wrong = await run("restore", backup, "--in-place", "--config", "wrong.yaml");
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /this repository's password/);
  const observed = await run("restore", backup, "--in-place", "--yes", "--config", "observe.yaml");
  assert.equal(observed.code, 2);
  assert.match(observed.out, /nothing outside is changed in mode observe/);
});

test("in mode observe a new database is not made either, and a folder is", async () => {
  const target = `${name}_observed`;
  const observed = await run("restore", backup, "--to", `database:${target}`, "--yes", "--config", "observe.yaml");
  assert.equal(observed.code, 2, observed.out + observed.err);
  assert.match(observed.out, /nothing outside is changed in mode observe/);
  assert.ok(!(await beside()).includes(target));
  const said = await run("restore", backup, "--to", "observed", "--yes", "--config", "observe.yaml");
  assert.equal(said.code, 0, said.out + said.err);
});

test("to a folder it comes back as files, once", async () => {
  const said = await run("restore", backup, "--to", "out", "--yes");
  assert.equal(said.code, 0, said.err);
  const manifest = JSON.parse(readFileSync(join(dir, "out/mlflow-database/manifest.json"), "utf8")) as {
    parts: [{ bytes: number }];
  };
  assert.equal(readFileSync(join(dir, "out/mlflow-database/dump.pgdump")).length, manifest.parts[0].bytes);
  const again = await run("restore", backup, "--to", "out", "--yes");
  assert.equal(again.code, 2);
  assert.match(again.out, /is not empty/);
});

/** Kills the command line when it says that it is so far. */
async function killedAt(words: RegExp, mark: string): Promise<void> {
  const start = resolve(import.meta.dirname, "../start.ts");
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      start,
      "backup",
      "restore",
      backup,
      "--in-place",
      "--yes",
      "--mark",
      mark,
      "-o",
      "jsonl",
    ],
    { cwd: dir, stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (words.test(said)) child.kill("SIGKILL");
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((done) =>
    child.once("close", (...ended) => done(ended)),
  );
  assert.deepEqual([code, signal], [null, "SIGKILL"], said);
}

for (const [phase, words] of [
  ["while what is there is backed up", /backing up mlflow/],
  ["while it is restored beside", /restoring mlflow-database/],
  ["while it is compared", /holding every table/],
  ["before the names are swapped", /swapping/],
] as const)
  test(`killed ${phase}: the database is as it was or restored, the same restore is taken up, and taken back`, async () => {
    await sql("create table if not exists later (id int)");
    const mark = `run-${phase.length}/restore`;
    await killedAt(words, mark);
    assert.equal(await runs(), rows);
    const up = await run("restore", backup, "--in-place", "--yes", "--mark", mark, "-o", "json");
    assert.equal(up.code, 0, up.out + up.err);
    assert.deepEqual(await sql("select to_regclass('later') as later"), [{ later: null }]);
    assert.deepEqual(
      (await beside()).filter((one) => one.includes("_restoring_")),
      [],
    );
    const back = await run("restore", "--undo", restored(up).id, "--yes", "-o", "json");
    assert.equal(back.code, 0, back.out + back.err);
    assert.deepEqual(await sql("select to_regclass('later')::text as later"), [{ later: "later" }]);
    for (const database of (await beside()).filter((one) => !one.endsWith("_copy")))
      await sql(`drop database ${database} with (force)`, "postgres");
  });

test("killed and then taken back: nothing is left beside, and the database is as it was", async () => {
  await killedAt(/holding every table/, "killed/restore");
  assert.ok((await beside()).some((one) => one.includes("_restoring_")));
  const said = await run("restore", "--undo", "restore-killed-restore", "--yes");
  assert.equal(said.code, 0, said.out + said.err);
  assert.deepEqual(
    (await beside()).filter((one) => !one.endsWith("_copy")),
    [],
  );
  assert.equal(await runs(), rows);
  assert.ok(existsSync(join(dir, "repository")));
});
