import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dumpedMlflow, proofOf } from "./prove.test-support.ts";

const { dir, plain, packed, proofsOf } = await dumpedMlflow();
const letters = "abcdefghijklmnopqrstuvwxyz";

test("commands to psql and to the machine are refused and never run", async () => {
  const mark = join(dir, "touched");
  const text = readFileSync(plain, "utf8");
  const tries = [
    text.replace("SET lock_timeout = 0;", `\\! touch ${mark}\nSET lock_timeout = 0;`),
    text.replace("SET lock_timeout = 0;", `SELECT 1 \\! touch ${mark}\n;`),
    text.replace(
      "SET lock_timeout = 0;",
      `COPY public.nothing FROM stdin;\n\\! touch ${mark}\n\\.\n\\copy (select 1) to program 'touch ${mark}'\n`,
    ),
    text.replace("SET lock_timeout = 0;", `COPY (SELECT 1) TO PROGRAM 'touch ${mark}';`),
    text.replace("SET lock_timeout = 0;", `COPY (SELECT 1) TO '${mark}';`),
  ];
  const proofs = await proofsOf(
    "hostile",
    Object.fromEntries(tries.map((text, index) => [letters[index], Buffer.from(text)])),
  );
  assert.equal(proofs.size, tries.length);
  for (const [name, { verdict }] of proofs)
    assert.equal(verdict.kind, "not-restorable", `${name}: ${JSON.stringify(verdict)}`);
  assert.throws(() => readFileSync(mark), /ENOENT/);
});

test("code within a dump has no right outside its own database", async () => {
  const mark = join(dir, "touched-by-code");
  const dumped = `${readFileSync(plain, "utf8")}
DO $$ begin execute 'copy (select 1) to program ''touch ${mark}'''; end $$;
DO $$ begin execute 'set session authorization postgres'; end $$;
DO $$ begin execute 'alter role current_user superuser'; end $$;
ALTER TABLE public.runs OWNER TO postgres;
SET ROLE postgres;
CREATE ROLE own SUPERUSER;
SELECT pg_catalog.pg_read_file('/etc/passwd');
`;
  const { verdict, databases } = await proofOf(packed("code", Buffer.from(dumped)));
  assert.equal(verdict.kind, "proven-with-lacks", JSON.stringify(verdict));
  assert.throws(() => readFileSync(mark), /ENOENT/);
  const refused = databases.flatMap(({ failures }) => failures.map(({ message }) => message)).join("\n");
  assert.match(refused, /permission denied/);
  assert.match(refused, /pg_read_file/);
});

test("a dump does nothing to the one after it, and a role that none can be ends no run", async () => {
  const text = readFileSync(plain, "utf8");
  const proofs = await proofsOf("one-after-another", {
    a: Buffer.from(
      `${text}DO $$ begin execute 'alter role current_user set default_transaction_read_only = on'; end $$;\n`,
    ),
    b: Buffer.from(`${text}ALTER TABLE public.runs OWNER TO "none";\n`),
    c: Buffer.from(text),
  });
  assert.deepEqual(
    [...proofs].map(([name, { verdict }]) => [name, verdict.kind]),
    [
      ["a", "proven"],
      ["b", "proven"],
      ["c", "proven"],
    ],
  );
});
