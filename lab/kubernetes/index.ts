import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadAll } from "js-yaml";
import { type Act, actOn, type ObjectName } from "./act.ts";
import { Authority, type KeyPair } from "./certificates.ts";
import { controllersOf } from "./controllers.ts";
import { type Exec, execOf, type Program } from "./exec.ts";
import type { Fate, FatedPod, FateRule, PodFate } from "./fate.ts";
import type { JobProgram } from "./job.ts";
import { loginsOf } from "./logins.ts";
import { LogBook } from "./logs.ts";
import { podMetrics } from "./metrics.ts";
import type { User } from "./rbac.ts";
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
  const { port: wantedPort = 0, stepMs = 20, bookmarkMs = 100, program = () => ({ exitCode: 0 }) } = options;
  const folder = mkdtempSync(join(tmpdir(), "millwright-lab-kube-"));
  const held = hold(options);
  const { store, logs, authority, tokens } = held;
  const entries: Entry[] = [];
  const faults: Fault[] = [];
  const { server, port } = await serve({
    store,
    certificate: held.certificate,
    ca: authority.cert,
    tokens,
    logs,
    faults,
    entries,
    exec: options.exec ?? execOf(program),
    execProtocol: options.execProtocol,
    bookmarkMs,
    port: wantedPort,
  });
  const fate: PodFate = (pod) => fateOf(held.fates, pod) ?? options.fate?.(pod) ?? "runs";
  const step = controllersOf({ store, fate, logs, program: options.job ?? (async () => 0) });
  const timer = stepMs === 0 ? undefined : setInterval(step, stepMs);
  const url = `https://127.0.0.1:${port}`;
  const { file } = options;
  const logins = loginsOf({
    url,
    authority,
    tokens,
    save: held.save,
    isKept: file !== undefined,
    folder: file === undefined ? folder : join(dirname(file), "kubeconfigs"),
  });
  return {
    url,
    ca: authority.cert,
    store,
    entries,
    logs,
    faults,
    step,
    ...logins,
    ...changesOf(held),
    mutations: () => entries.filter((entry) => entry.method !== "GET" && !entry.resource.startsWith("selfsubject")),
    close: () => {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
      held.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function changesOf({ store, fates, save }: Held): Pick<LabCluster, "seed" | "act" | "handEdit" | "fate"> {
  return {
    seed: (objects) => seedInto(store, typeof objects === "string" ? loadAll(objects) : objects),
    act: (act) => actOn(store, act),
    handEdit: (of, patch, { manager = "kubectl-edit", at } = {}) =>
      actOn(store, { manager, method: "PATCH", of, body: patch, ...(at === undefined ? {} : { at }) }),
    fate: ({ namespace, workload }, fate) => {
      const rest = fates.filter((one) => one.namespace !== namespace || one.workload !== workload);
      fates.splice(0, fates.length, ...rest, { namespace, workload, fate });
      save();
    },
  };
}

/** All that a cluster is made of, and, with a file, kept in. */
interface Held {
  readonly store: ObjectStore;
  readonly logs: LogBook;
  readonly authority: Authority;
  readonly certificate: KeyPair;
  readonly tokens: Map<string, User>;
  readonly fates: FateRule[];
  readonly save: () => void;
  readonly close: () => void;
}

function hold(options: LabOptions): Held {
  const state = options.file === undefined ? undefined : new StateFile(options.file);
  const kept = state?.read();
  const store = new ObjectStore(options.now ?? usualNow, options.metrics === true ? podMetrics : undefined);
  const authority = new Authority(kept?.ca);
  const certificate = kept?.server ?? authority.server();
  const { tokens, fates, logs } = earlier(kept);
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
  const close = (): void => {
    unfollow?.();
    save();
    authority.close();
  };
  return { store, logs, authority, certificate, tokens, fates, save, close };
}

function earlier(kept: Kept | undefined): Pick<Held, "tokens" | "fates" | "logs"> {
  const logs = new LogBook();
  for (const [key, text] of kept?.logs ?? []) logs.set(key, text);
  return { tokens: new Map(kept?.tokens), fates: [...(kept?.fates ?? [])], logs };
}

function fateOf(fates: readonly FateRule[], { namespace, workload }: FatedPod): Fate | undefined {
  return fates.find((one) => one.namespace === namespace && one.workload === workload)?.fate;
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
