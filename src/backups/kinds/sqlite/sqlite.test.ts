// oxlint-disable no-restricted-imports -- tests write to databases of their own
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { SystemError } from "../../../kernel/errors.ts";
import { folder } from "../../others/prove.test-support.ts";
import { testPods } from "../pod.test-support.ts";
import { proved, taken } from "../taking.test-support.ts";
import { copyFile } from "./body.ts";
import { sqlite } from "./index.ts";

const pods = await testPods();
const loan = { cluster: pods.cluster };
const path = join(folder(), "o'dd %41 na\"me.db");
const writer = new DatabaseSync(path);
after(() => writer.close());
writer.exec(`pragma journal_mode = wal; pragma wal_autocheckpoint = 0;
  create table alembic_version (version_num text); insert into alembic_version values ('acf3f17fdcc7');
  create table "o""dd 'table'" (id integer primary key, t text);
  create table runs (id integer primary key, note text); create index by_note on runs (note);
  with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
  insert into runs select i, 'note ' || i from n`);

const pythonTmp = folder();
const shellTmp = folder();
const noPython = { python3: ["sh", "-c", "echo python3: not found >&2; exit 127"] };
pods.add("mlflow-0", { env: { TMPDIR: pythonTmp } });
pods.add("shell-0", { env: { TMPDIR: shellTmp }, programs: noPython });

const config = (pod: string, at = path) =>
  ({
    component: "mlflow",
    store: "database",
    kind: "sqlite",
    pod: { namespace: "default", labels: `app=${pod}` },
    path: at,
  }) as const;

for (const [tool, pod, tmp] of [
  ["python3", "mlflow-0", pythonTmp],
  ["sqlite3", "shell-0", shellTmp],
] as const)
  test(`what ${tool} copies has what a writer's log holds, and nothing is left in the pod`, async () => {
    const backup = await taken(sqlite, config(pod), loan);

    const { body } = backup.sealed;
    assert.deepEqual(body.tables, [
      { table: "alembic_version", rows: 1 },
      { table: "o\"dd 'table'", rows: 0 },
      { table: "runs", rows: 20_000 },
    ]);
    assert.equal(body.schemaHead, "acf3f17fdcc7");
    assert.ok(backup.said.some((text) => text.endsWith(`by ${tool}`)));
    assert.deepEqual((await proved(sqlite, backup)).verdict, { kind: "proven" });
    assert.deepEqual(readdirSync(tmp), []);
  });

test("a copy that is damaged, cut short or counted otherwise is not proven", async () => {
  const backup = await taken(sqlite, config("mlflow-0"), loan);
  const whole = backup.stored.get(copyFile) ?? Buffer.alloc(0);
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, 40_960, 45_056);

  for (const bytes of [damaged, whole.subarray(0, whole.length / 2), Buffer.from("nothing")]) {
    backup.stored.set(copyFile, bytes);
    assert.equal((await proved(sqlite, backup)).verdict.kind, "failed");
  }
  backup.stored.set(copyFile, whole);
  const { body } = backup.sealed;
  const more = { ...body, tables: [...body.tables, { table: "gone", rows: 1 }], schemaHead: "another" };
  const proof = await proved(sqlite, { ...backup, sealed: { ...backup.sealed, body: more } });
  assert.deepEqual(proof.verdict.kind === "failed" && proof.verdict.why, [
    "the table gone is missing",
    "the schema's head is acf3f17fdcc7, and was another",
  ]);
});

test("a file that is not there is not made, and is no backup", async () => {
  const at = join(folder(), "none.db");

  await assert.rejects(taken(sqlite, config("mlflow-0", at), loan), /there is no database at/);
  await assert.rejects(taken(sqlite, config("shell-0", at), loan), /there is no database at/);
});

test("a cut connection, a full disk and a pod without SQLite are no backup, and the pod is left clean", async () => {
  pods.cutAfter(200_000);
  await assert.rejects(
    taken(sqlite, config("mlflow-0"), loan),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "retry",
  );
  await assert.rejects(taken(sqlite, config("shell-0"), loan), SystemError);
  pods.cutAfter(undefined);
  const full = ["sh", "-c", 'ulimit -f 100; trap "" XFSZ; exec python3 "$@"', "python3"];
  pods.add("full-0", { env: { TMPDIR: pythonTmp }, programs: { python3: full } });
  await assert.rejects(taken(sqlite, config("full-0"), loan), /did not end well/);
  pods.add("bare-0", { programs: { ...noPython, sqlite3: noPython.python3 } });
  await assert.rejects(taken(sqlite, config("bare-0"), loan), /neither python3 nor sqlite3/);

  for (let tries = 0; tries < 50 && readdirSync(pythonTmp).length + readdirSync(shellTmp).length > 0; tries += 1)
    await new Promise((done) => setTimeout(done, 100));
  assert.deepEqual([readdirSync(pythonTmp), readdirSync(shellTmp)], [[], []]);
});

/** Programs that end what calls them, by `kill -9`, once the whole copy lies in the pod. */
const killing = folder();
writeFileSync(join(killing, "sitecustomize.py"), "import json, os\njson.dumps = lambda _: os.kill(os.getpid(), 9)\n");
writeFileSync(
  join(killing, "sqlite3"),
  `#!/bin/sh\nfor one do case $one in *journal_mode*) kill -9 $PPID; exit;; esac; done\nPATH=\${PATH#*:} exec sqlite3 "$@"\n`,
);
chmodSync(join(killing, "sqlite3"), 0o755);
const killed = { PYTHONPATH: killing, PATH: `${killing}:${process.env["PATH"]}` };

for (const [tool, programs] of [
  ["python3", {}],
  ["sqlite3", noPython],
] as const) {
  test(`what a ${tool} that was killed left in the pod is removed by the next, and no copy that is being made`, async () => {
    const tmp = folder();
    const at = (name: string, more: object) => {
      pods.add(`${tool}-${name}`, { env: { TMPDIR: tmp, ...more }, programs });
      return config(`${tool}-${name}`);
    };
    const [dying, next] = [at("killed", killed), at("next", {})];
    await assert.rejects(taken(sqlite, dying, loan), SystemError);
    await assert.rejects(taken(sqlite, dying, loan), SystemError);
    const left = readdirSync(tmp);
    assert.deepEqual([left.length, readdirSync(join(tmp, left[0] ?? "")).includes("copy")], [1, true]);
    const live = mkdtempSync(join(tmp, "millwright-sqlite-"));
    mkdirSync(join(tmp, "millwright-other"));
    const release = await held(live);

    await taken(sqlite, next, loan);

    assert.deepEqual(readdirSync(tmp), [live.slice(tmp.length + 1), "millwright-other"].toSorted());
    await release();
    await taken(sqlite, next, loan);
    assert.deepEqual(readdirSync(tmp), ["millwright-other"]);
  });
}

test("in an image without flock a copy of more than a day ago is debris, and a younger one is left alone", async () => {
  const [bin, tmp] = [folder(), folder()];
  for (const program of ["sh", "mktemp", "mv", "rm", "cat", "find", "sqlite3"])
    symlinkSync(execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim(), join(bin, program));
  const [old, young] = ["old", "young"].map((name) => join(tmp, `millwright-sqlite-${name}`));
  for (const one of [old, young]) mkdirSync(one ?? "");
  utimesSync(old ?? "", new Date(), new Date(Date.now() - 25 * 3_600_000));
  pods.add("bin-0", {
    env: { TMPDIR: tmp, PATH: bin },
    programs: { ...noPython, python3: ["/bin/sh", "-c", "exit 127"] },
  });

  await taken(sqlite, config("bin-0"), loan);

  assert.deepEqual(readdirSync(tmp), ["millwright-sqlite-young"]);
});

/** Locked as by a copier that runs. */
async function held(at: string): Promise<() => Promise<unknown>> {
  const lock = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], 0), fcntl.LOCK_EX); print(); sys.stdin.read()";
  const child = spawn("python3", ["-c", lock, at], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return () => {
    child.stdin.end();
    return once(child, "exit");
  };
}
