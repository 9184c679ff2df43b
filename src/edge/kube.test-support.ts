// oxlint-disable no-restricted-imports -- tests start the lab's API server
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach } from "node:test";
import { type LabCluster, startKubernetes } from "../../lab/kubernetes/index.ts";
import type { KubeObject, KubeWriter } from "../kernel/kube.ts";
import { openKubeWriter } from "./kube.ts";

export const pods = { apiVersion: "v1", plural: "pods" };
export const configMaps = { apiVersion: "v1", plural: "configmaps" };
export const deployments = { apiVersion: "apps/v1", plural: "deployments" };
export const userAgent = "millwright/test";

const role = (name: string, rules: readonly unknown[]) => [
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
  },
];

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: { replicas: 2, template: { spec: { containers: [{ name: "web", image: "registry.example.org/web:1.0.0" }] } } },
};

export const configMap = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data: { a: "1" },
});

/** A running API server with a pod, a deployment and an account that may only look at pods. */
export interface TestCluster {
  readonly lab: LabCluster;
  readonly admin: KubeWriter;
  readonly folder: string;
  /** A kubeconfig of the lab with something changed in its user or cluster. */
  readonly kubeconfigWith: (change: {
    readonly user?: Readonly<Record<string, unknown>>;
    readonly cluster?: Readonly<Record<string, unknown>>;
  }) => string;
}

/** One for all tests of a file; its faults are cleared before each. */
export async function testCluster(): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-kube-test-"));
  const lab = await startKubernetes({
    bookmarkMs: 30,
    stepMs: 0,
    program: ({ command, stdin }) =>
      command[0] === "cat"
        ? { exitCode: 0, stdout: stdin ?? "" }
        : { exitCode: 3, stdout: "half", stderr: `${command.join(" ")} failed` },
  });
  lab.seed(role("looker", [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }]));
  lab.seed([deployment, { apiVersion: "v1", kind: "Pod", metadata: { name: "web-0", namespace: "default" } }]);
  beforeEach(() => void lab.faults.splice(0));
  after(() => {
    lab.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    lab,
    folder,
    admin: openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent }),
    kubeconfigWith({ user = {}, cluster = {} }) {
      const file = join(folder, `kubeconfig-${Math.random()}`);
      const config = JSON.parse(readFileSync(lab.kubeconfig("admin"), "utf8")) as {
        readonly clusters: readonly [{ readonly cluster: object }];
      };
      const clusters = [{ name: "lab", cluster: { ...config.clusters[0].cluster, ...cluster } }];
      writeFileSync(file, JSON.stringify({ ...config, clusters, users: [{ name: "me", user }] }));
      return file;
    },
  };
}
