import assert from "node:assert/strict";
import type { KubeObject, KubeWriter } from "../../../kernel/kube.ts";
import { type TestPods, testPods } from "../pod.test-support.ts";

/** An application of one pod with its files on a volume; in tests the volume is a folder of this machine. */
export interface TestApplication {
  readonly pods: TestPods;
  readonly cluster: KubeWriter;
  readonly pod: { readonly namespace: string; readonly labels: string };
  /** As a fence names it. */
  readonly workload: string;
  scale(replicas: number): Promise<void>;
  /** The names of all pods that are there. */
  names(): Promise<readonly string[]>;
}

const namespace = "mlflow";

/** Its one container mounts a claim at `folder`; `more` goes into its pods' description. */
export async function application(name: string, folder: string, more: object = {}): Promise<TestApplication> {
  const pods = await testPods({ stepMs: 5 });
  const { cluster } = pods;
  pods.lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
  const type = { apiVersion: "apps/v1", plural: "deployments" };
  const made = await cluster.create(type, deployment(name, folder, more), { fieldManager: "tests" });
  assert.equal(made.kind, "written");
  const names = async (): Promise<readonly string[]> => {
    const listed = await cluster.list({ apiVersion: "v1", plural: "pods" }, { namespace });
    return listed.kind === "known" ? listed.value.items.map(({ metadata }) => metadata.name) : [];
  };
  const scale = async (replicas: number): Promise<void> => {
    await cluster.scale({ ...type, namespace, name }, replicas, { fieldManager: "tests" });
    for (let tries = 0; tries < 500; tries += 1) {
      const own = (await names()).filter((one) => one.startsWith(`${name}-`));
      if (own.length === replicas) return;
      await new Promise((done) => setTimeout(done, 10));
    }
    assert.fail(`${name} has not ${replicas} pods: ${(await names()).join(", ")}`);
  };
  await scale(1);
  return {
    pods,
    cluster,
    pod: { namespace, labels: `app=${name}` },
    workload: `deployment ${namespace}/${name}`,
    scale,
    names,
  };
}

function deployment(name: string, folder: string, more: object): KubeObject {
  const volumeMounts = [
    { name: "data", mountPath: folder },
    { name: "tmp", mountPath: "/scratch" },
  ];
  const volumes = [
    { name: "data", persistentVolumeClaim: { claimName: `${name}-data` } },
    { name: "tmp", emptyDir: {} },
  ];
  const containers = [{ name: "main", image: "registry.example.org/main:1", volumeMounts }];
  const template = { metadata: { labels: { app: name, tier: "backend" } }, spec: { containers, volumes, ...more } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
  };
}
