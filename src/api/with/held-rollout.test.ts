import assert from "node:assert/strict";
import { test } from "node:test";
import { startKubernetes } from "../../../lab/kubernetes/index.ts";
import { WorkloadPart } from "../../backups/fence/workload.ts";
import { openKubeWriter } from "../../edge/kube.ts";
import { isSettled, progressOf } from "../../engine/actions/workload.ts";
import { retryStep } from "../../engine/decisions.ts";
import { procedures } from "../../engine/procedures/index.ts";
import { startRun } from "../../engine/start-run.ts";
import { ada, ben, openBench } from "../../engine/test-support.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { type Binding, Reach } from "./reach.ts";

const target = { namespace: "mlops", name: "mlflow" };
const by = "backup run 7/take";
const sources = [{ kind: "secret", name: "mlflow-s3" }];

async function scene(t: { after(work: () => unknown): void }) {
  const lab = await startKubernetes({ stepMs: 2 });
  t.after(() => lab.close());
  const metadata = { labels: { app: "mlflow" } };
  const containers = [{ name: "mlflow", image: "registry.example.org/mlflow:2.22.0" }];
  const spec = {
    replicas: 2,
    selector: { matchLabels: metadata.labels },
    template: { metadata, spec: { containers } },
  };
  lab.seed([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "mlops" } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: target, spec },
    { apiVersion: "v1", kind: "Secret", metadata: { namespace: "mlops", name: "mlflow-s3" }, data: { key: "b2xk" } },
  ]);
  const kube = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "millwright/test" });
  const bench = await openBench();
  t.after(() => bench.store.close());
  bench.policy = { ...bench.policy, procedures };

  const world = { kube };
  const config = { clusters: [{ environment: "staging", kubeconfig: "file:/observer", write: "file:/changer" }] };
  const parts = {
    config: () => ServerConfig.parse(config),
    mode: () => "act",
    store: bench.store,
    useSecret: async () => "text",
  };
  const ports = { notify: async () => undefined, openCluster: () => world.kube };
  const up = async (): Promise<void> => {
    for (;;) {
      const found = await kube.get({ apiVersion: "apps/v1", plural: "deployments", ...target });
      assert.ok(found.kind === "known");
      if (isSettled(progressOf("deployment", found.value))) return;
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  await up();
  const goOn = async (id: string): Promise<string> => {
    for (;;) {
      await bench.settle();
      const { endedAt, waitsFor, state, reason } = await bench.show(id);
      if (endedAt !== null || waitsFor === "decision") return `${state}: ${reason ?? ""}`;
      bench.later(1);
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  return {
    bench,
    kube,
    held: new WorkloadPart({ ...target, kind: "deployment" }, kube),
    /** What the procedure comes to, with what reaches the cluster so. */
    play: async (procedure: string, through: KubeWriter = kube) => {
      world.kube = through;
      const reach = new Reach({ parts, ports } as unknown as Binding, () => ["staging"]);
      await reach.refresh();
      bench.ports = { ...bench.ports, registry: (environment) => reach.registry(environment) };
      const given = procedure === "restart-component" ? target : { ...target, sources };
      const wanted = { procedure, arguments: given, environment: "staging", requestedBy: ada };
      const { id } = await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
      return { id, said: await goOn(id) };
    },
    /** Once its pods serve, the run is tried again. */
    again: async (id: string) => {
      await up();
      await retryStep(bench.deciding(ben), id);
      return goOn(id);
    },
    /** Pods run that began before the last change, so that there is something to roll out. */
    changeSecret: () =>
      kube.mergePatch(
        { apiVersion: "v1", plural: "secrets", namespace: "mlops", name: "mlflow-s3" },
        { data: { key: "bmV3" } },
        { fieldManager: "operator" },
      ),
  };
}

for (const procedure of ["restart-component", "roll-out-configuration"]) {
  test(`${procedure} leaves alone what a backup holds down, says which, and is done once that has ended`, async (t) => {
    const { bench, held, play, again, changeSecret } = await scene(t);
    await changeSecret();
    await held.hold(by, bench.at);

    const { id, said } = await play(procedure);

    assert.match(
      said,
      /^waiting: .*deployment mlops\/mlflow is held down by backup run 7\/take, .*once that has ended/,
    );
    assert.equal(await held.broken(), undefined);
    await held.giveBack(by);
    assert.match(await again(id), /^done/);
  });

  test(`${procedure} changes nothing when the fence is closed between its look and its change`, async (t) => {
    const { bench, kube, held, play, again, changeSecret } = await scene(t);
    await changeSecret();
    let closed = false;
    const racing: KubeWriter = {
      ...kube,
      async mergePatch(what, patch, options) {
        if (what.plural === "deployments" && !closed) {
          closed = true;
          await held.hold(by, bench.at);
        }
        return kube.mergePatch(what, patch, options);
      },
    };

    const { id, said } = await play(procedure, racing);

    assert.match(said, /^waiting: .*is held down by backup run 7\/take/);
    assert.equal(await held.broken(), undefined);
    await held.giveBack(by);
    assert.match(await again(id), /^done/);
  });
}

test("a mark that nobody renews holds nothing back, and one of what is up again neither", async (t) => {
  const { bench, kube, held, play } = await scene(t);
  await held.hold(by, bench.at);
  bench.later(150);
  assert.match((await play("restart-component")).said, /deployment mlops\/mlflow is scaled to none/);

  await held.renew(bench.at);
  await kube.mergePatch(
    { apiVersion: "apps/v1", plural: "deployments", ...target },
    { spec: { replicas: 2 } },
    { fieldManager: "somebody" },
  );
  assert.doesNotMatch((await play("restart-component")).said, /held down/);
});
