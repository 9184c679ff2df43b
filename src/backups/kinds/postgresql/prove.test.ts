import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { connectSource } from "../../../edge/source-database.ts";
import type { ProgramCall, Running } from "../../../kernel/backup-ports.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { forge } from "../../forged.test-support.ts";
import { databaseWith, folder, mlflowRows, mlflowTables } from "../../others/prove.test-support.ts";
import { type DatabaseManifest, TestRepository, testPorts } from "../../own.test-support.ts";
import { Repository } from "../../repository/restic.ts";

const made = await TestRepository.make();
const { manifest } = await made.backUp(await databaseWith(`${mlflowTables}${mlflowRows}`));

test("a store that goes away in the middle of the dump is no backup that failed, and leaves nothing", async () => {
  class Away extends Repository {
    override async dumpInto(path: string): Promise<void> {
      writeFileSync(path, "PGDMP", { flag: "wx" });
      throw new SystemError("the store is away", "retry");
    }
  }
  const scratch = folder();
  const repository = new Away({ repository: made.folder, password: made.password, environment: {} }, testPorts);
  const { verdict } = await made.prove(manifest.id, { repository, scratch });
  assert.ok(verdict.kind === "unknown");
  assert.match(verdict.why, /the store is away/);
  assert.deepEqual(readdirSync(scratch), []);
});

test("an index that is not valid, of a CREATE INDEX CONCURRENTLY that failed or goes on, is in no dump and is not missed", async () => {
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const db = await connectSource(url);
  await assert.rejects(
    db.query("create unique index concurrently half on runs (experiment_id)"),
    /could not create unique index/,
  );
  const [half] = await db.query("select indisvalid as valid from pg_index where indexrelid = 'half'::regclass");
  await db.close();
  assert.equal(half?.["valid"], false);

  const backup = await made.backUp(url);
  const { verdict } = await made.prove(backup.manifest.id);
  assert.deepEqual(verdict, { kind: "proven" });
});

test("a proof that is broken off reads no more of the dump, and leaves nothing", async () => {
  const broken = new AbortController();
  let endless: Running | undefined;
  const start = (call: ProgramCall): Running => {
    const { into } = call;
    if (into === undefined) return testPorts.programs.start(call);
    const look = setInterval(() => {
      if (statSync(into).size === 0) return;
      clearInterval(look);
      broken.abort();
    }, 5);
    endless = testPorts.programs.start({ ...call, program: "yes", args: [], secret: undefined });
    return endless;
  };
  const scratch = folder();
  const repository = made.open({}, { programs: { ...testPorts.programs, start } });
  const proof = made.prove(manifest.id, { repository, scratch, signal: broken.signal });
  await assert.rejects(proof, /the proof was broken off/);
  assert.equal((await endless?.ended)?.signal, "SIGKILL");
  assert.deepEqual(readdirSync(scratch), []);
});

const mark = randomBytes(4).toString("hex");
const [app, reader] = [`app_${mark}`, `reader_${mark}`];
const fuller = `${mlflowTables}${mlflowRows} create schema own; create function f() returns int language sql as 'select 1';`;

/** The proof of the dump of one database under the manifest of another. */
async function provenAs(held: string, said: string) {
  const { manifest: real } = await made.backUp(await databaseWith(held));
  const { manifest: other } = await made.backUp(await databaseWith(said));
  const id = await forge(real, (own) => ({ ...other, id: own.id, parts: own.parts }), made);
  return made.prove(id);
}

test("a dump that lacks what its manifest names is not proven: constraints, extensions, owners, grants, objects, the schema's head", async () => {
  const { verdict } = await provenAs(
    `${fuller} create role ${app}; create role ${reader}; drop schema own; drop function f();
      alter table experiments drop constraint experiments_name_key; update alembic_version set version_num = 'acf3f17fdcc7';`,
    `${fuller} create extension hstore; create index by_start on runs (start_time); alter table runs owner to ${app};
      grant select on runs to ${reader}; revoke execute on function f() from public; select lo_from_bytea(0, 'large');`,
  );

  assert.ok(verdict.kind === "failed");
  const why = verdict.why.join("\n");
  assert.match(why, /the constraint public\.experiments\.experiments_name_key is missing/);
  assert.match(why, /the extension hstore is missing/);
  assert.match(why, new RegExp(`table public\\.runs: belongs to \\S+, and belonged to ${app}`));
  assert.match(why, new RegExp(`table public\\.runs: SELECT for ${reader} did not come back`));
  assert.match(why, /the schema own is missing/);
  assert.match(why, /the function public\.f\(\) is missing/);
  assert.match(why, /\d+ indexes came back of \d+/);
  assert.match(why, /0 large objects came back of 1/);
  assert.match(why, /the schema's head is acf3f17fdcc7, and was 5b0e9adcef9c/);
});

test("a dump that names a role which its manifest could not make again is not proven", async () => {
  const { manifest: real } = await made.backUp(
    await databaseWith(
      `${mlflowTables}${mlflowRows} create role only_${mark}; grant select on runs to only_${mark}; alter table experiments owner to only_${mark};`,
    ),
  );
  const without = (said: DatabaseManifest): DatabaseManifest => ({
    ...said,
    body: { ...said.body, roles: said.body.roles.filter(({ name }) => name !== `only_${mark}`) },
  });

  const { verdict } = await made.prove(await forge(real, without, made));

  assert.deepEqual(verdict, {
    kind: "failed",
    why: [`the dump names the role only_${mark}, which the manifest does not hold`],
  });
  assert.deepEqual((await made.prove(real.id)).verdict, { kind: "proven" });
});

test("a manifest of an earlier version, which says nothing of owners and grants, is proven without them", async () => {
  const earlier = (said: DatabaseManifest): DatabaseManifest => {
    const { owned: _, ...content } = said.body.content;
    return { ...said, body: { ...said.body, content } };
  };

  assert.deepEqual((await made.prove(await forge(manifest, earlier, made))).verdict, { kind: "proven" });
});
