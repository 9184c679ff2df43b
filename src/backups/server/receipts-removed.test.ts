import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { markRemoved } from "./mark-removed.ts";
import { heldBackups, knownBackups } from "./read.ts";
import { askForReceipts } from "./receipts.ts";
import { backupBench } from "./server.test-support.ts";

const environment = "staging";
const bench = await backupBench();
after(() => bench.store.close());
const { store, binding } = bench;

test("no receipt is made of what a run is about to remove, until that has ended; whoever asked holds it meanwhile", async () => {
  await bench.call("backup", "run", "-o", "jsonl");
  await bench.look();
  const [newest] = await knownBackups(store, {});
  const { id = "" } = newest?.row ?? {};
  const approve = { name: "approve", title: "agree", kind: "approve" } as const;
  const [removing, changing] = [await bench.start([approve]), await bench.start([approve])];
  await markRemoved(store, environment, [id], removing.id);
  const need = { component: "mlflow", stores: [] };
  const { signal } = new AbortController();
  const ask = () =>
    askForReceipts(binding, { environment, need, named: undefined, run: changing.id, now: bench.ports.now, signal });

  assert.deepEqual(await ask(), {
    kind: "refused",
    why: `No receipt, no change. ${id} is being removed by the run ${removing.id}`,
  });
  assert.deepEqual([...(await heldBackups(store, environment)).keys()], [id]);

  await sql`update runs set ended_at = now(), state = 'aborted' where id = ${removing.id}`.execute(store.tables());
  assert.equal((await ask()).kind, "fresh");
});
