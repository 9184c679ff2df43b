import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { systems } from "../../systems/index.ts";
import { databaseWith } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { planRestore, type RestoreOptions } from "./restore.ts";

test("two databases of a point are not restored into one; one of them by its name is", async () => {
  const repository = await TestRepository.make();
  const urls = { ONE: await databaseWith("create table one (id int)"), TWO: await databaseWith("") };
  const declared = (["ONE", "TWO"] as const).map((name): BackupStore => {
    const url = { kind: "env", name } as const;
    return { component: "mlflow", store: name.toLowerCase(), kind: "postgresql", url };
  });
  const secret: RestoreOptions["secret"] = async (ref) => (JSON.stringify(ref).includes("ONE") ? urls.ONE : urls.TWO);
  const { point } = await repository.takePoint(declared, { secret });
  const plan = (stores: readonly string[]) =>
    planRestore(
      {
        id: "restore-test",
        from: point?.point.id ?? "",
        stores,
        prefix: "",
        target: { kind: "database", name: "copy_of_both" },
        repository: repository.open(),
        identity: repository.identity(),
        declared,
        scratch: tmpdir(),
        path: process.env["PATH"] ?? "",
        secret,
        cluster: () => Promise.reject(new InputError("there is no cluster in this test")),
        systems,
        clock: { now: () => repository.now() },
        progress: () => undefined,
        signal: new AbortController().signal,
      },
      testPorts,
    );

  await assert.rejects(
    plan([]),
    (thrown) =>
      thrown instanceof InputError && /would come into one target: name one of them by --store/.test(thrown.message),
  );
  assert.deepEqual(
    (await plan(["mlflow/one"])).stores.map(({ plan: { refuses } }) => refuses),
    [[]],
  );
});
