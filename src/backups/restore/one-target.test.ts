import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { databaseWith, folder } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { sizeOf } from "../repository/manifest.ts";
import type { RestoreTarget } from "./contract.ts";
import { restoreOptions } from "./restore.test-support.ts";
import { planRestore, type RestorePlan, refusalsOf } from "./restore.ts";

const repository = await TestRepository.make();
const url = await databaseWith("create table one (id int)");
const secret = (): Promise<string> => Promise.resolve(url);
const declared = ["ml-flow/one", "ml/flow-one", "mlflow/two"].map((name): BackupStore => {
  const [component = "", store = ""] = name.split("/");
  return { component, store, kind: "postgresql", url: { kind: "env", name: "URL" } };
});
const { point } = await repository.takePoint(declared, { secret });

async function plan(target: RestoreTarget, stores: readonly string[], ports = testPorts): Promise<RestorePlan> {
  const from = point?.point.id ?? "";
  return planRestore(restoreOptions(repository, { from, stores, target, declared, secret }), ports);
}

const refusals = async (...asked: Parameters<typeof plan>) => refusalsOf(await plan(...asked));

const isRefused = (thrown: unknown): boolean =>
  thrown instanceof InputError && /would come into one target: name one of them by --store/.test(thrown.message);

test("two databases of a point are not restored into one; one of them by its name is", async () => {
  const target = { kind: "database", name: "copy_of_both" } as const;

  await assert.rejects(plan(target, ["ml-flow/one", "mlflow/two"]), isRefused);
  assert.deepEqual(await refusals(target, ["ml-flow/one"]), []);
});

test("stores whose folders would have one name are not brought to a folder together", async () => {
  const target = { kind: "folder", folder: folder() } as const;

  await assert.rejects(plan(target, ["ml-flow/one", "ml/flow-one"]), isRefused);
  assert.deepEqual(await refusals(target, ["ml-flow/one", "mlflow/two"]), []);
});

test("a folder needs room for all that comes into it, not for each alone", async () => {
  const target = { kind: "folder", folder: folder() } as const;
  const { stores } = await plan(target, ["ml-flow/one", "mlflow/two"]);
  const bytes = stores.map(({ sealed }) => sizeOf(sealed.manifest));
  const almost = Math.max(...bytes) + Math.min(...bytes) - 1;
  const openFolder: typeof testPorts.openFolder = async (name) => ({
    ...(await testPorts.openFolder(name)),
    freeBytes: async () => almost,
  });
  const ports = { ...testPorts, openFolder };

  assert.deepEqual(await refusals(target, ["ml-flow/one"], ports), []);
  const [refused, ...more] = await refusals(target, ["ml-flow/one", "mlflow/two"], ports);
  assert.match(refused ?? "", /mlflow\/two: .* free, and .* needs 1 MB beside 1 MB of others/);
  assert.deepEqual(more, []);
});
