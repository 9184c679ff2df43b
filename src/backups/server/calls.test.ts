import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { openBench } from "../../engine/test-support.ts";
import { SystemError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { Calls } from "./calls.ts";
import { keepRemovalsListed, readRemovals, untrustedRemovals } from "./removals.ts";

/*
 * Whoever may write to a repository writes what the runner reads out of it: no answer of that kind keeps the server from its looks.
 */

const { store } = await openBench();
after(() => store.close());

const at = (minutes: number): Instant => instantOf(Date.UTC(2026, 10, 20, 12, minutes));
const forged = {
  schema: "millwright/removal/1",
  id: "removal-forged",
  installation: "acme",
  environment: "staging",
  repository: "r",
  at: at(0) as string,
  by: "mallory@laptop",
  backups: [{ id: "mlflow-1", store: "mlflow/database", why: [] as string[] }],
  points: [],
  packs: 0,
  debris: [],
};

function answering(output: unknown): Calls {
  const call = async () => ({ code: 0, output: JSON.stringify(output), errors: "" });
  return new Calls({ call }, "staging", new AbortController().signal);
}

async function read(removal: typeof forged, minutes: number) {
  const calls = answering({ removal, untrusted: "is not signed" });
  await keepRemovalsListed(store, "staging", { removals: [{ id: removal.id, at: at(0) }] });
  await readRemovals(store, "staging", at(minutes), (id) => calls.removal(id));
  return untrustedRemovals(store, "staging");
}

test("a record whose moment is none is as good as not read, and what it says is passed over", async () => {
  assert.equal((await read({ ...forged, at: "yesterday" }, 0)).size, 0);
  const { rows } = await sql`select said, asked_at from backup_removals`.execute(store.tables());
  assert.deepEqual(rows, [{ said: null, asked_at: at(0) }]);
});

test("text that no database takes is kept without it, and without end it is not told", async () => {
  const why = ["half a character \ud800 and its escape \\\u0000, \\u0000"];
  const said = await read(
    { ...forged, by: `mallory\0${"x".repeat(1000)}`, backups: [{ id: "mlflow-1", store: "m/d", why }] },
    20,
  );
  assert.match(
    said.get("mlflow-1") ?? "",
    /^A removal by mallory\ufffdx{192} that is written down there is not signed\.$/,
  );
  const { rows } = await sql<{ readonly why: string }>`
    select said #>> '{backups,0,why,0}' as why from backup_removals`.execute(store.tables());
  assert.equal(rows[0]?.why, "half a character \ufffd and its escape \\\ufffd, \\u0000");
});

test("a drill's report whose end is no moment is refused", async () => {
  const report = {
    schema: "millwright/drill/1",
    id: "drill-1",
    endedAt: "soon",
  };
  await assert.rejects(answering({ report }).drill("drill-1"), SystemError);
});
