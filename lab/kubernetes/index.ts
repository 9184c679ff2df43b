import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { Authority } from "./certificates.ts";
import type { Program } from "./exec.ts";
import { serviceAccount, type User } from "./rbac.ts";
import { type PodFate, Rollouts } from "./rollout.ts";
import { type Entry, type Fault, serve } from "./server.ts";
import { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

export type { Entry, Fault } from "./server.ts";

export interface LabOptions {
  /** The moment that objects are stamped with; the machine's clock when left out. */
  readonly now?: () => string;
  /** Milliseconds between two steps of every rollout; 0: only `step()` moves them. 20 when left out. */
  readonly stepMs?: number;
  readonly fate?: PodFate;
  readonly program?: Program;
  /** `v5.channel.k8s.io` when left out. */
  readonly execProtocol?: string;
  readonly bookmarkMs?: number;
}

/** A small Kubernetes-shaped API server over TLS, with state, RBAC, watches and a ledger. */
export interface LabCluster {
  readonly url: string;
  readonly store: ObjectStore;
  /** Every request, in order. */
  readonly entries: readonly Entry[];
  /** Logs by `namespace/pod` or `namespace/pod/container`. */
  readonly logs: Map<string, string>;
  readonly faults: Fault[];
  /** The requests that could change something; access reviews, which are kept nowhere, are not among them. */
  mutations(): readonly Entry[];
  /** Puts objects there as they are, status included: objects, or a text of YAML documents. */
  seed(objects: readonly unknown[] | string): void;
  token(user: User): string;
  /** A kubeconfig file of a user: `admin`, or a service account `namespace/name`. Gone when the cluster is. */
  kubeconfig(user: string): string;
  /** The same with a client certificate. */
  certificateKubeconfig(user: string, group: string): string;
  step(): void;
  close(): void;
}

export async function startKubernetes(options: LabOptions = {}): Promise<LabCluster> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-lab-kube-"));
  const authority = new Authority();
  const store = new ObjectStore(options.now ?? (() => new Date().toISOString().replace(/\.\d+Z$/, "Z")));
  const tokens = new Map<string, User>();
  const entries: Entry[] = [];
  const faults: Fault[] = [];
  const logs = new Map<string, string>();
  const rollouts = new Rollouts(store, options.fate ?? (() => "runs"));
  const { server, port } = await serve({
    store,
    certificate: authority.server(),
    ca: authority.cert,
    tokens,
    logs,
    faults,
    entries,
    program: options.program ?? (() => ({ exitCode: 0 })),
    execProtocol: options.execProtocol ?? "v5.channel.k8s.io",
    bookmarkMs: options.bookmarkMs ?? 100,
  });
  const url = `https://127.0.0.1:${port}`;
  const { stepMs = 20 } = options;
  const timer = stepMs === 0 ? undefined : setInterval(() => rollouts.step(), stepMs);
  let files = 0;
  const write = (user: Record<string, string>): string => {
    files += 1;
    const file = join(folder, `kubeconfig-${files}`);
    writeFileSync(file, kubeconfigOf(url, authority.cert, user), { mode: 0o600 });
    return file;
  };
  const tokenOf = (user: User): string => newToken(tokens, user);
  seedInto(store, baseline);
  return {
    url,
    store,
    entries,
    logs,
    faults,
    mutations: () => entries.filter((entry) => entry.method !== "GET" && !entry.resource.startsWith("selfsubject")),
    seed: (objects) => seedInto(store, typeof objects === "string" ? loadAll(objects) : objects),
    token: tokenOf,
    kubeconfig: (user) => write({ token: tokenOf(userNamed(user)) }),
    certificateKubeconfig: (user, group) => {
      const { cert, key } = authority.client(user, group);
      return write({ "client-certificate-data": base64(cert), "client-key-data": base64(key) });
    },
    step: () => rollouts.step(),
    close: () => {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
      authority.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newToken(tokens: Map<string, User>, user: User): string {
  const token = `lab-${randomBytes(16).toString("hex")}`;
  tokens.set(token, user);
  return token;
}

function userNamed(user: string): User {
  const [namespace, name] = user.split("/");
  if (namespace !== undefined && name !== undefined) return serviceAccount(namespace, name);
  return { name: user, groups: [...(user === "admin" ? ["system:masters"] : []), "system:authenticated"] };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function kubeconfigOf(server: string, ca: string, user: Record<string, string>): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    clusters: [{ name: "lab", cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name: "me", user }],
    contexts: [{ name: "lab", context: { cluster: "lab", user: "me" } }],
  });
}

function seedInto(store: ObjectStore, objects: readonly unknown[]): void {
  for (const object of objects) {
    if (typeof object !== "object" || object === null) continue;
    const list = (object as { readonly items?: readonly unknown[] }).items;
    if (list !== undefined) seedInto(store, list);
    else store.create(store.typeOfObject(object as Stored), structuredClone(object as Stored));
  }
}

const namespaced = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** What every cluster has: its namespaces, and the roles that bindings name. */
const baseline: readonly unknown[] = [
  ...namespaced.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "cluster-admin" },
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "cluster-admin" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:masters" }],
  },
];
