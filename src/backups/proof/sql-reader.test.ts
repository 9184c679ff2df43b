import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../../kernel/errors.ts";
import { SqlReader } from "./sql-reader.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function partsOf(text: string, size = 7): Promise<readonly string[]> {
  const reader = new SqlReader(inPieces(text, size));
  const parts: string[] = [];
  for await (const part of reader.parts()) {
    if (part.kind !== "copy") {
      parts.push(`${part.kind}: ${part.text}`);
      continue;
    }
    const rows: Uint8Array[] = [];
    for await (const piece of part.rows) rows.push(piece);
    parts.push(`copy: ${part.text}`, `rows: ${Buffer.concat(rows).toString()}`);
  }
  const rest = reader.rest();
  return rest === "" ? parts : [...parts, `rest: ${rest}`];
}

const dump = `-- PostgreSQL database dump
\\restrict abc
SET client_encoding = 'UTF8';
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$ select ';' $_$;
CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; END;
CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);
COPY public.t (a, b) FROM stdin;
1\tone; 'two
\\\\.x\t\\N
\\.

COPY public.empty (a) FROM stdin;
\\.
SELECT E'it\\'s; ' || 'a''b;\\' || "odd;""name" /* ; /* nested; */ ; */ ;
BEGIN;
END;
\\unrestrict abc
`;

const expected = [
  "comment: -- PostgreSQL database dump",
  "meta: \\restrict abc",
  "statement: SET client_encoding = 'UTF8';",
  "statement: CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$ select ';' $_$;",
  "statement: CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; END;",
  "statement: CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);",
  "copy: COPY public.t (a, b) FROM stdin;",
  "rows: 1\tone; 'two\n\\\\.x\t\\N\n",
  "copy: COPY public.empty (a) FROM stdin;",
  "rows: ",
  `statement: SELECT E'it\\'s; ' || 'a''b;\\' || "odd;""name" /* ; /* nested; */ ; */ ;`,
  "statement: BEGIN;",
  "statement: END;",
  "meta: \\unrestrict abc",
];

test("a dump is taken apart as psql would, however it comes in", async () => {
  for (const size of [1, 2, 3, 5, 64, 100_000]) assert.deepEqual(await partsOf(dump, size), expected, `${size} bytes`);
});

test("rows longer than a piece, and bytes of any encoding, pass unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[^\n\r\0\\]{0,40}$/u), { maxLength: 30 }),
      fc.integer({ min: 1, max: 50 }),
      async (lines, size) => {
        const rows = lines.map((line) => `${line}\n`).join("");
        const parts = await partsOf(`COPY t FROM stdin;\n${rows}\\.\nSELECT 1;\n`, size);
        assert.deepEqual(parts, ["copy: COPY t FROM stdin;", `rows: ${rows}`, "statement: SELECT 1;"]);
      },
    ),
    { numRuns: 100 },
  );
});

test("a command of psql in the middle of a statement is seen", async () => {
  assert.deepEqual(await partsOf("SELECT 1 \\! touch /tmp/x\n;"), ["meta: \\! touch /tmp/x"]);
});

test("a parameter called begin begins no body", async () => {
  const called = "CREATE FUNCTION f(begin date, x int) RETURNS int LANGUAGE sql AS $$ select 1 $$;";
  assert.deepEqual(await partsOf(`${called}\nSELECT 1;`), [`statement: ${called}`, "statement: SELECT 1;"]);
});

test("rows nobody reads are passed over", async () => {
  const reader = new SqlReader(inPieces("COPY t FROM stdin;\na;\n\\! b\n\\.\nSELECT 1;", 5));
  const kinds: string[] = [];
  for await (const part of reader.parts()) kinds.push(part.kind);
  assert.deepEqual(kinds, ["copy", "statement"]);
});

test("a dump cut off says where", async () => {
  await assert.rejects(
    partsOf("COPY t FROM stdin;\n1\n2\n"),
    (thrown) => thrown instanceof InputError && /within the rows/.test(thrown.message),
  );
  await assert.rejects(partsOf("SELECT 'never closed"), /within a quotation/);
  assert.deepEqual(await partsOf("SELECT 1;\nINSERT INTO t VALUES (1"), [
    "statement: SELECT 1;",
    "rest: INSERT INTO t VALUES (1",
  ]);
});

test("any bytes end in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const reader = new SqlReader(
        (async function* () {
          yield bytes;
        })(),
      );
      try {
        for await (const _ of reader.parts());
      } catch (thrown) {
        assert.ok(thrown instanceof InputError);
      }
    }),
    { numRuns: 300 },
  );
});
