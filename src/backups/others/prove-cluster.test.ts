import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, dump, dumpedMlflow, proofOf } from "./prove.test-support.ts";

const { dir, plain, packed } = await dumpedMlflow();
const text = readFileSync(plain, "utf8");
const all = readFileSync(join(import.meta.dirname, "fixtures", "dumps", "pg16.14-all.sql"), "utf8");

test("a dump that ended between two databases, or between two statements of its last one, is not restorable", async () => {
  const complete = "-- PostgreSQL database dump complete\n";
  const secondCut = text.slice(0, text.lastIndexOf("ALTER TABLE ONLY"));
  for (const [name, cut] of [
    ["databases-lacking.sql", all.slice(0, all.lastIndexOf(complete) + complete.length)],
    ["second-cut.sql", `${text}\\connect other\n${secondCut}`],
  ] as const) {
    const { verdict } = await proofOf(packed(name, Buffer.from(cut)));
    assert.ok(verdict.kind === "not-restorable", `${name}: ${JSON.stringify(verdict)}`);
    assert.match(verdict.why, /the last line of pg_dump or pg_dumpall is missing/);
  }
  assert.equal((await proofOf(packed("whole.sql", Buffer.from(all)))).verdict.kind, "proven");
});

test("what nobody here can tell of one database hides no loss in the next", async () => {
  const lacking = "CREATE EXTENSION nowhere;\nCREATE TABLE public.t (v nowhere);\n";
  const lost = "CREATE TABLE public.n (i integer);\nCOPY public.n (i) FROM stdin;\nx\n\\.\n";
  const { verdict } = await proofOf(
    packed("two.sql", Buffer.from(`\\connect first\n${lacking}\\connect second\n${lost}`)),
  );
  assert.ok(verdict.kind === "not-restorable", JSON.stringify(verdict));
  assert.match(verdict.why, /rows of second failed: COPY public\.n/);
});

test("roles that stand before a dump in one file are there for what names them", async () => {
  const url = await databaseWith("create table t (a int); insert into t values (1);");
  const policy = "CREATE POLICY p ON public.t TO reader USING (true);\n";
  const dumped = readFileSync(dump(url, join(dir, "read.sql")), "utf8");
  const { verdict } = await proofOf(packed("roles.sql", Buffer.from(`CREATE ROLE reader;\n${dumped}${policy}`)));
  assert.deepEqual(verdict, { kind: "proven" });
});
