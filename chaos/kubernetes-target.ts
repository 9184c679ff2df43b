import { readFileSync } from "node:fs";
import { type Fault, type LabCluster, startKubernetes } from "../lab/kubernetes/index.ts";
import { openKubeReader } from "../src/edge/kube.ts";
import { markOf } from "../src/engine/actions/kube-outcome.ts";
import { restart } from "../src/engine/procedures/restart.ts";
import type { KubeObject } from "../src/kernel/kube.ts";
import { countOf, wrongOf } from "./kubernetes-judge.ts";
import { type Random, randomOf } from "./random.ts";
import type { Target } from "./target.ts";

const namespace = "mlops";
const account = { kind: "ServiceAccount", name: "millwright-changer", namespace: "millwright" };
const names = Array.from({ length: 12 }, (_, index) => `component-${index}`);

/** `restart-component` as it is, but its roll-out is looked at every 0.2 s: more of a run's life is not waiting. */
const procedure: typeof restart = {
  ...restart,
  plan(given) {
    const wait = { kind: "condition" as const, everySeconds: 0.2, deadlineSeconds: 600 };
    return { steps: restart.plan(given).steps.map((step) => (step.kind === "wait" ? { ...step, wait } : step)) };
  },
};

/**
 * A Kubernetes-shaped API server over TLS, whose workloads are restarted with a changer's token. By the seed, some of its
 * answers are slow, cut or 503, and the account loses its rights for a moment every few seconds.
 */
export async function kubernetesTarget(seed: number): Promise<Target> {
  const random = randomOf(seed);
  const lab = await startKubernetes({ stepMs: 25 });
  lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
  lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: account.namespace } }]);
  lab.seed(readFileSync(new URL("../deploy/rbac/changer.yaml", import.meta.url), "utf8"));
  lab.seed(names.map(deployment));
  const troubled = troubles(random);
  lab.faults.push(...troubled.faults);
  const rights = takeRightsAway(lab, random);
  const watching = watchMarks(lab);
  return {
    env: { CHAOS_KUBECONFIG: lab.kubeconfig(`${account.namespace}/${account.name}`) },
    procedure,
    shape: (draw) => ({ namespace, name: names[Math.floor(draw() * names.length)] }),
    effects: () => countOf(lab).restarts,
    undone: () => 0,
    told: () => {
      const { conflicts, refusals, leases } = countOf(lab);
      return { cuts: troubled.cuts(), conflicts, refusals, leases, watched: watching.seen.length };
    },
    wrong: (runs) => wrongOf(lab, watching.seen, runs),
    close() {
      rights.stop();
      watching.stop();
      lab.close();
    },
  };
}

function deployment(name: string): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace, name },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name, image: "registry.example.org/component:1.0.0" }] },
      },
    },
  };
}

/** For single objects and what is made, not for the watch that counts. */
function troubles(random: Random): { readonly faults: readonly Fault[]; cuts(): number } {
  let cuts = 0;
  const rarely = (share: number, isCut: boolean) => (request: { readonly path: string; readonly method: string }) => {
    const hit = !(request.method === "GET" && request.path.endsWith("/deployments")) && random() < share;
    if (hit && isCut) cuts += 1;
    return hit;
  };
  const faults: readonly Fault[] = [
    { matches: rarely(0.01, true), kind: { cut: "before" } },
    { matches: rarely(0.02, true), kind: { cut: "after" } },
    { matches: rarely(0.01, false), kind: { status: 503 } },
    { matches: rarely(0.2, false), kind: { delayMs: 50 } },
  ];
  return { faults, cuts: () => cuts };
}

/** For a quarter of a second every one to four seconds, the account's RoleBinding is not there. */
function takeRightsAway(lab: LabCluster, random: Random): { stop(): void } {
  let timer: NodeJS.Timeout;
  const next = (): void => {
    timer = setTimeout(
      () => {
        const binding = lab.store.all("RoleBinding").find(({ metadata }) => metadata.name === account.name);
        if (binding === undefined) throw new Error("the changer's binding is not there");
        lab.store.delete(lab.store.typeOfObject(binding), binding);
        timer = setTimeout(() => {
          const { name, namespace: within } = binding.metadata;
          lab.seed([{ ...binding, metadata: { name, namespace: within } }]);
          next();
        }, 250);
      },
      1000 + random() * 3000,
    );
  };
  next();
  return { stop: () => clearTimeout(timer) };
}

/** Follows the workloads as any client may, and keeps each mark that it sees come: `component-0 RUN/restart`. */
function watchMarks(lab: LabCluster): { readonly seen: readonly string[]; stop(): void } {
  const end = new AbortController();
  const seen: string[] = [];
  const last = new Map<string, string>();
  const look = (object: KubeObject): void => {
    const mark = markOf(object);
    const { name } = object.metadata;
    if (mark === undefined || last.get(name) === mark) return;
    last.set(name, mark);
    seen.push(`${name} ${mark}`);
  };
  const follow = async (): Promise<void> => {
    const reader = openKubeReader({ kubeconfig: lab.kubeconfig("admin"), userAgent: "millwright/chaos" });
    const type = { apiVersion: "apps/v1", plural: "deployments" };
    for await (const event of reader.watch(type, { namespace }, end.signal)) {
      if (event.kind === "listed") event.items.forEach(look);
      else if (event.kind !== "bookmark") look(event.object);
    }
  };
  // A watch that breaks off is found by what it did not see.
  follow().catch(() => undefined);
  return { seen, stop: () => end.abort() };
}
