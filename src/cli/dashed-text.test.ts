import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { verbs } from "../api/verbs.ts";
import { millwright, type Said } from "./shell.test-support.ts";

const token = `mw_${"0".repeat(16)}_${"A".repeat(43)}`;

/** What the server was sent, and how the command ended. */
async function sent(...args: readonly string[]): Promise<{ readonly said: Said; readonly body: unknown }> {
  let body: unknown;
  const said = await millwright(tmpdir(), args, {
    variable: (name) => (name === "MILLWRIGHT_TOKEN" ? token : undefined),
    verbs: () => Promise.resolve(verbs),
    http: {
      fetch(_, request) {
        body = JSON.parse(String(request?.body ?? "null"));
        return Promise.resolve({ status: 200, headers: {}, body: "{}" } as never);
      },
    },
  });
  return { said, body };
}

for (const text of ["- the disk is full", "-Very full", "- one\n- two", "-h is no help here", "-- or so"]) {
  test(`a note may begin with a dash: ${JSON.stringify(text)}`, async () => {
    const note = await sent("incident", "note", "i-1", text);
    const reason = await sent("run", "abort", "r-1", "--reason", text);
    const list = await sent("journal", "note", text, "--issues", text, "none");

    assert.deepEqual([note.body, note.said.err], [{ text }, ""]);
    assert.deepEqual([reason.body, reason.said.err], [{ reason: text }, ""]);
    assert.partialDeepStrictEqual(list.body, { task: text, issues: [text, "none"] });
  });
}

test("a note that looks like an option is told how it is written, and is one then", async () => {
  const { said } = await sent("incident", "note", "i-1", "-full");
  assert.equal(said.code, 1);
  assert.match(said.err, /unknown option '-full'[\s\S]*begins with a dash[\s\S]*--reason=/);

  assert.deepEqual((await sent("incident", "note", "i-1", "--", "-full")).body, { text: "-full" });
  assert.deepEqual((await sent("run", "abort", "r-1", "--reason=-full")).body, { reason: "-full" });
});

test("a text that an option cannot be is shown as it was written", async () => {
  const refused = [["backup", "second", "--late-hours", "- 24"], ["backup", "list", "-o", "- table"], ["- backup"]];
  for (const args of refused) {
    const { said } = await sent(...args);
    assert.equal(said.code, 1);
    assert.ok(said.err.includes(`'${args.at(-1)}'`), said.err);
    assert.doesNotMatch(said.err, /\0/);
  }
});

test("options stay options", async () => {
  assert.match((await sent("run", "abort", "r-1", "--reason no")).said.err, /required option '--reason <text>'/);
  assert.match((await sent("-V")).said.out, /^\d+\.\d+\.\d+/);
});
