import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { millwright } from "../shell.test-support.ts";

const dir = mkdtempSync(join(tmpdir(), "millwright-backup-cli-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const dump = (rows: string): string => `--
-- PostgreSQL database dump
--

-- Dumped from database version 15.4
-- Dumped by pg_dump version 15.4

SET client_encoding = 'UTF8';
CREATE TABLE public."<b>jobs</b>" (id integer, created_at timestamp with time zone);
COPY public."<b>jobs</b>" (id, created_at) FROM stdin;
${rows}\\.

ALTER TABLE ONLY public."<b>jobs</b>" ADD CONSTRAINT once UNIQUE (id);
--
-- PostgreSQL database dump complete
--
`;
writeFileSync(join(dir, "good.sql"), dump("1\t2026-11-19 03:00:00+00\n"));
writeFileSync(join(dir, "twice.sql"), dump("1\t2026-11-19 03:00:00+00\n1\t2026-11-19 03:00:00+00\n"));
writeFileSync(join(dir, "cut.sql.gz"), gzipSync(dump("1\t\\N\n")).subarray(0, 100));

test("a proven backup ends with 0, and every format tells the same", async () => {
  const said = await millwright(dir, ["backup", "prove", "good.sql", "--max-age", "7d"]);
  assert.equal(said.code, 0, said.err + said.out);
  assert.match(said.out, /^PROVEN {2}good\.sql \(plain dump, /);
  assert.match(said.out, /Data up to +2026-11-19 03:00 UTC, 30 h ago/);
  assert.match(said.err, /^reading good\.sql$/m);

  const json = await millwright(dir, ["backup", "prove", "good.sql", "--quiet", "-o", "json"]);
  assert.equal(json.err, "");
  const report = JSON.parse(json.out) as {
    readonly schema: string;
    readonly proofs: readonly { readonly verdict: unknown }[];
  };
  assert.equal(report.schema, "millwright/backup-proof/1");
  assert.deepEqual(report.proofs[0]?.verdict, { kind: "proven" });

  const html = await millwright(dir, [
    "backup",
    "prove",
    "good.sql",
    "--quiet",
    "-o",
    "html",
    "--output-file",
    "page.html",
  ]);
  assert.equal(html.out, "");
  const page = readFileSync(join(dir, "page.html"), "utf8");
  assert.match(page, /<span class="mark">proven<\/span>/);
  assert.match(page, /public\.&lt;b&gt;jobs/);
  assert.doesNotMatch(page, /<b>jobs|<script/);

  const markdown = await millwright(dir, ["backup", "prove", "good.sql", "--quiet", "-o", "markdown"]);
  assert.match(markdown.out, /^## good\.sql: proven$/m);
  assert.match(markdown.out, /\| public\.\\<b\\>jobs\\<\/b\\> \| 1 \|/);
});

test("lacks end with 2 unless only what is not proven was asked for; what is damaged always", async () => {
  const lacking = await millwright(dir, ["backup", "prove", "twice.sql", "--quiet"]);
  assert.equal(lacking.code, 2);
  assert.match(lacking.out, /^PROVEN WITH LACKS/);
  assert.match(lacking.out, /could not create unique index "once"/);
  assert.equal((await millwright(dir, ["backup", "prove", "twice.sql", "--quiet", "--fail-on", "not-proven"])).code, 0);
  const cut = await millwright(dir, ["backup", "prove", "cut.sql.gz", "--quiet", "--fail-on", "not-proven"]);
  assert.equal(cut.code, 2);
  assert.match(cut.out, /^NOT RESTORABLE/);
});

test("mistakes end with 1 and say what to write; a password on the command line is not repeated", async () => {
  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [["nowhere.dump"], /There is no .*nowhere\.dump/],
    [["good.sql", "--max-age", "soon"], /--max-age soon is no age/],
    [["good.sql", "--since", "x"], /--since x is no moment/],
    [["good.sql", "--since", "2026-11-01", "--max-age", "7d"], /not both/],
    [["good.sql", "--password-ref", "hunter2"], /says where the password is, never the secret itself/],
    [["good.sql", "--scratch", "/nowhere"], /name another by --scratch/],
  ];
  for (const [args, words] of mistakes) {
    const said = await millwright(dir, ["backup", "prove", ...args]);
    assert.equal(said.code, 1, args.join(" "));
    assert.match(said.err, words);
    assert.ok(!said.err.includes("hunter2"));
  }
});
