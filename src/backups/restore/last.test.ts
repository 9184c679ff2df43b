// oxlint-disable no-restricted-imports -- tests bring the types that operators bring
import assert from "node:assert/strict";
import { test } from "node:test";
import { definition } from "../../../lab/argocd/definitions.ts";
import { SystemError } from "../../kernel/errors.ts";
import { storeOf } from "../kinds/kubernetes/kubernetes.test-support.ts";
import { testPods } from "../kinds/pod.test-support.ts";
import { folder } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { type InPlaceOptions, restoreInPlace } from "./in-place.ts";
import { findRestore } from "./record.ts";
import { planRestore, type RestoreOptions } from "./restore.ts";

const applications = { apiVersion: "argoproj.io/v1alpha1", plural: "applications" };
const config = storeOf(applications);
const mlflow = { ...applications, namespace: "mlflow", name: "mlflow" };
const login = { apiVersion: "v1", plural: "secrets", namespace: "mlflow", name: "login" };

test("what Argo CD acts on comes when nobody is held down any more; killed before that, the restore is not over", async () => {
  const { cluster, lab } = await testPods();
  lab.seed([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "mlflow" } },
    definition("argoproj.io", "applications", "Application", "v1alpha1"),
    { apiVersion: applications.apiVersion, kind: "Application", metadata: { namespace: "mlflow", name: "mlflow" } },
    { apiVersion: "v1", kind: "Secret", metadata: { namespace: "mlflow", name: "login" }, data: { a: "MQ==" } },
  ]);
  const repository = await TestRepository.make();
  const { manifest } = await repository.backUpStore(config, { cluster: async () => cluster });
  for (const name of [mlflow, login]) await cluster.delete(name);
  const isThere = async (name: typeof mlflow): Promise<boolean> => (await cluster.get(name)).kind === "known";
  const options: RestoreOptions = {
    ...repository.proving(),
    id: "restore-lost",
    from: manifest.id,
    stores: [],
    prefix: "",
    target: { kind: "in-place" },
    declared: [config],
    scratch: folder(),
    cluster: async () => cluster,
  };
  const plan = await planRestore(options, testPorts);
  const restored = (behindFence: InPlaceOptions["behindFence"]) => {
    const asked = { ...options, home: options.repository, by: "ana", backUp: undefined, behindFence };
    return restoreInPlace(plan, asked, testPorts);
  };
  const seen: boolean[] = [];
  const held: InPlaceOptions["behindFence"] = async (work) => {
    const done = await work();
    seen.push(await isThere(login), await isThere(mlflow));
    return { done, fenced: { kind: "fenced", from: "", until: "", by: [] }, notGivenBack: [] };
  };

  await assert.rejects(
    restored(async (work) => {
      await work();
      throw new SystemError("the machine is gone", "retry");
    }),
    /the machine is gone/,
  );
  assert.deepEqual(
    [await isThere(mlflow), (await findRestore(options.id, options.repository)).state],
    [false, "begun"],
  );
  const { record } = await restored(held);

  assert.deepEqual([...seen, await isThere(mlflow)], [true, false, true]);
  assert.equal(record.state, "restored", JSON.stringify(record));
  assert.match(record.stores[0]?.words.join("; ") ?? "", /1 object that Argo CD acts on applied at the end/);
});
