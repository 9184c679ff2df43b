// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "pg";
import { bucketOf, gateway } from "../../edge/object-store.test-support.ts";
import { openBucket } from "../../edge/object-store.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { restoreInPlace } from "./in-place.ts";
import { findRestore } from "./record.ts";
import { restoreOptions } from "./restore.test-support.ts";
import { planRestore, type RestoreOptions } from "./restore.ts";
import { undoRestore } from "./undo.ts";

const store = await gateway("artifacts");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test("a database that was dropped and a bucket that was emptied both come back by one restore of their point, and go again", {
  skip,
}, async () => {
  if (store === undefined) return;
  const repository = await TestRepository.make();
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const name = new URL(url).pathname.slice(1);
  const address = bucketOf(store, "artifacts");
  const bucket = openBucket(address, { pauseMs: 1 });
  for (const key of ["1/a/MLmodel", "1/b/MLmodel", "2/c/model.pkl"]) await bucket.put(key, bytes(`content of ${key}`));
  const stores: readonly BackupStore[] = [
    { component: "mlflow", store: "database", kind: "postgresql", url: { kind: "env", name: "URL" } },
    {
      component: "mlflow",
      store: "artifacts",
      kind: "objects",
      endpoint: address.endpoint,
      bucket: "artifacts",
      region: address.region,
      prefix: "",
      accessKey: { kind: "env", name: "ACCESS" },
      secretKey: { kind: "env", name: "SECRET" },
    },
  ];
  const secret: RestoreOptions["secret"] = async (ref) => {
    const named = JSON.stringify(ref);
    if (named.includes("URL")) return url;
    return named.includes("ACCESS") ? address.accessKey : address.secretKey;
  };
  const { point } = await repository.takePoint(stores, { secret });
  assert.ok(point);

  const sql = async (statement: string, database: string): Promise<number> => {
    const client = new Client({ connectionString: Object.assign(new URL(url), { pathname: `/${database}` }).href });
    await client.connect();
    const { rows } = await client.query<{ n: number }>(statement);
    await client.end();
    return rows[0]?.n ?? 0;
  };
  const runs = (): Promise<number> => sql("select count(*)::int as n from runs", name);
  const before = await runs();
  await sql(`drop database ${name} with (force)`, "postgres");
  await bucket.delete("1/a/MLmodel");
  await bucket.delete("2/c/model.pkl");
  await bucket.put("1/b/MLmodel", bytes("other content"));
  await bucket.put("3/later", bytes("made later"));

  const options = restoreOptions(repository, { from: point.point.id, declared: stores, secret });
  const plan = await planRestore(options, testPorts);
  const said = plan.stores.map((one) => [one.store, one.plan.refuses, one.plan.isThere] as const);
  assert.deepEqual(said, [
    ["mlflow/database", [], false],
    ["mlflow/artifacts", [], true],
  ]);
  assert.match(plan.stores[1]?.plan.does.join() ?? "", /put 3 objects/);
  assert.match(plan.stores[1]?.plan.notes.join() ?? "", /3\/later/);
  const { record } = await restoreInPlace(
    plan,
    {
      ...options,
      home: options.repository,
      by: "tests",
      backUp: (one) => repository.backUpStore(one, { secret, class: "before-restore" }),
      behindFence: undefined,
    },
    testPorts,
  );
  assert.equal(record.state, "restored", JSON.stringify(record));
  assert.equal(await runs(), before);
  const content = async (key: string): Promise<string | undefined> => {
    const read = await bucket.get(key);
    if (read.kind !== "read") return undefined;
    let text = "";
    for await (const chunk of read.content) text += Buffer.from(chunk).toString("utf8");
    return text;
  };
  const keys = ["1/a/MLmodel", "1/b/MLmodel", "2/c/model.pkl", "3/later"];
  assert.deepEqual(await Promise.all(keys.map(content)), [
    ...keys.slice(0, 3).map((key) => `content of ${key}`),
    "made later",
  ]);

  const { record: undone } = await undoRestore(
    await findRestore("restore-test", repository.open()),
    options,
    testPorts,
  );
  assert.equal(undone.state, "undone", JSON.stringify(undone));
  assert.equal(await content("1/b/MLmodel"), "other content");
  await assert.rejects(runs(), /does not exist/);
});
