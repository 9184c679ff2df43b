import { InputError } from "../../src/kernel/errors.ts";
import type { Fault } from "./fault.ts";
import { applicationOf, deployments, nameOf, type TargetWorkload, workloadAt } from "./workloads.ts";

export const handEdit: Fault = {
  id: "hand-edit",
  title: "A change by hand in the cluster",
  really:
    "Somebody sets the Deployment's replicas with kubectl edit; managedFields tell when. Where the Application heals itself, Argo CD undoes it.",
  endsWithLab: false,
  targets: deployments,
  async apply(platform, target, random) {
    const workload = workloadAt(platform, target);
    const replicas = replicasOf(workload) + 1 + Math.floor(random() * 2);
    workload.environment.cluster.handEdit(nameOf(workload), { spec: { replicas } });
  },
  async mend(platform, target) {
    const workload = workloadAt(platform, target);
    const { argocd } = workload.environment;
    const application = applicationOf(workload);
    if (application === undefined) throw new InputError(`no Application has ${target}: set it back by hand`);
    const resource = { group: "apps", kind: "Deployment", namespace: workload.namespace, name: workload.name };
    argocd.sync(application, { resources: [resource], username: "lab" });
  },
  isOver: (platform, target) => !editorsOf(workloadAt(platform, target)).includes("kubectl-edit"),
};

function liveOf(workload: TargetWorkload) {
  const { store } = workload.environment.cluster;
  return store.get(store.typeOfObject(nameOf(workload)), workload.namespace, workload.name);
}

/** Who holds a field of it. */
function editorsOf(workload: TargetWorkload): readonly string[] {
  return (liveOf(workload)?.metadata.managedFields ?? []).map(({ manager }) => manager);
}

function replicasOf(workload: TargetWorkload): number {
  const live = liveOf(workload);
  return (live?.["spec"] as { readonly replicas?: number } | undefined)?.replicas ?? 1;
}
