import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadAll } from "js-yaml";
import { type Act, actOn, type ObjectName } from "./act.ts";
import { Authority } from "./certificates.ts";
import { controllersOf } from "./controllers.ts";
import { type Exec, execOf, type Program } from "./exec.ts";
import type { Fate, FateRule, PodFate } from "./fate.ts";
import type { JobProgram } from "./job.ts";
import { base64, kubeconfigOf } from "./kubeconfig.ts";
import { LogBook } from "./logs.ts";
import { podMetrics } from "./metrics.ts";
import { serviceAccount, type User } from "./rbac.ts";
import { type Entry, type Fault, serve } from "./server.ts";
import { type Kept, StateFile } from "./state.ts";
import { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

export type { Entry, Fault } from "./server.ts";

export interface LabOptions {
  /** The moment that objects are stamped with; the machine's clock when left out. */
  readonly now?: () => string;
  /** Milliseconds between two steps of every rollout; 0: only `step()` moves them. 20 when left out. */
  readonly stepMs?: number;
  readonly fate?: PodFate;
  /** What runs in a container: a function that answers at once, or `exec`, which streams. */
  readonly program?: Program;
  readonly exec?: Exec;
  /** What the pods of Jobs do; they succeed when left out. */
  readonly job?: JobProgram;
  /** Allows one protocol alone; `v5.channel.k8s.io` and `v4.channel.k8s.io` when left out. */
  readonly execProtocol?: string;
  readonly bookmarkMs?: number;
  /** 0 or left out: any that is free. */
  readonly port?: number;
  /** Serves `metrics.k8s.io`. */
  readonly metrics?: boolean;
  /**
   * Keeps state, CA and tokens here, so that kubeconfigs stay valid over a restart on the same port; kubeconfigs of users lie
   * in `kubeconfigs/` beside it. In memory only when left out.
   */
  readonly file?: string;
}

/** A small Kubernetes-shaped API server over TLS, with state, RBAC, watches and a ledger. */
export interface LabCluster {
  readonly url: string;
  /** The CA that signs the server, PEM. */
  readonly ca: string;
  readonly store: ObjectStore;
  /** Every request, in order. */
  readonly entries: readonly Entry[];
  /** Logs by `namespace/pod` or `namespace/pod/container`. */
  readonly logs: LogBook;
  readonly faults: Fault[];
  /** The requests that could change something; access reviews, which are kept nowhere, are not among them. */
  mutations(): readonly Entry[];
  /** Puts objects there as they are, status included: objects, or a text of YAML documents. */
  seed(objects: readonly unknown[] | string): void;
  token(user: User): string;
  /** A kubeconfig file of a user: `admin`, or a service account `namespace/name`. Without `file` it is gone when the cluster is. */
  kubeconfig(user: string): string;
  /** The same with a client certificate. */
  certificateKubeconfig(user: string, group: string): string;
  /** Takes a token away: its next request is 401. */
  revoke(token: string): void;
  /** A write from within, with a manager's name; throws as the server refuses. */
  act(act: Act): Stored;
  /** Someone changes an object by hand (`kubectl edit`, unless `manager` says otherwise), now or at an earlier moment. */
  handEdit(of: ObjectName, patch: unknown, by?: { readonly manager?: string; readonly at?: string }): Stored;
  /** What becomes of a workload's pods from now on; `runs` mends it. */
  fate(of: { readonly namespace: string; readonly workload: string }, fate: Fate): void;
  step(): void;
  close(): void;
}

const usualNow = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");

export async function startKubernetes(options: LabOptions = {}): Promise<LabCluster> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-lab-kube-"));
  const state = options.file === undefined ? undefined : new StateFile(options.file);
  const kept = state?.read();
  const authority = new Authority(kept?.ca);
  const certificate = kept?.server ?? authority.server();
  const store = new ObjectStore(options.now ?? usualNow, options.metrics === true ? podMetrics : undefined);
  const tokens = new Map<string, User>(kept?.tokens);
  const fates: FateRule[] = [...(kept?.fates ?? [])];
  const logs = new LogBook();
  for (const [key, text] of kept?.logs ?? []) logs.set(key, text);
  if (kept === undefined) seedInto(store, baseline);
  else store.restore(kept.version, kept.objects);
  const whole = (): Kept => ({
    version: Number(store.version),
    objects: store.everything(),
    ca: { cert: authority.cert, key: authority.key },
    server: certificate,
    tokens: [...tokens],
    fates,
    logs: [...logs],
  });
  const save = (): void => state?.write(whole());
  save();
  const unfollow = state?.follow(store, whole);
  const step = controllersOf({
    store,
    fate: (pod) =>
      fates.find((one) => one.namespace === pod.namespace && one.workload === pod.workload)?.fate ??
      options.fate?.(pod) ??
      "runs",
    logs,
    program: options.job ?? (async () => 0),
  });
  const entries: Entry[] = [];
  const faults: Fault[] = [];
  const { server, port } = await serve({
    store,
    certificate,
    ca: authority.cert,
    tokens,
    logs,
    faults,
    entries,
    exec: options.exec ?? execOf(options.program ?? (() => ({ exitCode: 0 }))),
    execProtocol: options.execProtocol,
    bookmarkMs: options.bookmarkMs ?? 100,
    port: options.port ?? 0,
  });
  const { stepMs = 20 } = options;
  const timer = stepMs === 0 ? undefined : setInterval(step, stepMs);
  const url = `https://127.0.0.1:${port}`;
  const logins = loginsOf({
    url,
    authority,
    tokens,
    save,
    folder: options.file === undefined ? folder : join(dirname(options.file), "kubeconfigs"),
    isKept: options.file !== undefined,
  });
  return {
    url,
    ca: authority.cert,
    store,
    entries,
    logs,
    faults,
    ...logins,
    mutations: () => entries.filter((entry) => entry.method !== "GET" && !entry.resource.startsWith("selfsubject")),
    seed: (objects) => seedInto(store, typeof objects === "string" ? loadAll(objects) : objects),
    act: (act) => actOn(store, act),
    handEdit: (of, patch, { manager = "kubectl-edit", at } = {}) =>
      actOn(store, { manager, method: "PATCH", of, body: patch, ...(at === undefined ? {} : { at }) }),
    fate: ({ namespace, workload }, fate) => {
      const rest = fates.filter((one) => one.namespace !== namespace || one.workload !== workload);
      fates.splice(0, fates.length, ...rest, { namespace, workload, fate });
      save();
    },
    step,
    close: () => {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
      unfollow?.();
      save();
      authority.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface LoginParts {
  readonly url: string;
  readonly authority: Authority;
  readonly tokens: Map<string, User>;
  readonly folder: string;
  /** Tokens and files stay: a user has one of each. */
  readonly isKept: boolean;
  save(): void;
}

function loginsOf(parts: LoginParts): Pick<LabCluster, "token" | "kubeconfig" | "certificateKubeconfig" | "revoke"> {
  const { url, authority, tokens, folder, isKept, save } = parts;
  let files = 0;
  const token = (user: User): string => {
    const known = [...tokens].find(([, { name }]) => isKept && name === user.name);
    if (known !== undefined) return known[0];
    const fresh = `lab-${randomBytes(16).toString("hex")}`;
    tokens.set(fresh, user);
    save();
    return fresh;
  };
  const write = (name: string, user: Record<string, string>): string => {
    files += 1;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `kubeconfig-${isKept ? name.replaceAll(/[^\w.-]+/g, "-") : files}`);
    writeFileSync(file, kubeconfigOf(url, authority.cert, user), { mode: 0o600 });
    return file;
  };
  return {
    token,
    kubeconfig: (user) => write(user, { token: token(userNamed(user)) }),
    certificateKubeconfig: (user, group) => {
      const { cert, key } = authority.client(user, group);
      return write(`certificate-${user}`, { "client-certificate-data": base64(cert), "client-key-data": base64(key) });
    },
    revoke: (gone) => {
      tokens.delete(gone);
      save();
    },
  };
}

function userNamed(user: string): User {
  const [namespace, name] = user.split("/");
  if (namespace !== undefined && name !== undefined) return serviceAccount(namespace, name);
  return { name: user, groups: [...(user === "admin" ? ["system:masters"] : []), "system:authenticated"] };
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
