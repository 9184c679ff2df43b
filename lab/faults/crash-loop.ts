import type { Fault } from "./fault.ts";
import { deployments, workloadAt } from "./workloads.ts";

export const crashLoop: Fault = {
  id: "crash-loop",
  title: "Pods that fall over again and again",
  really:
    "The Deployment's containers end with exit code 1 and wait in CrashLoopBackOff, as the cluster's API shows them.",
  endsWithLab: false,
  targets: deployments,
  async apply(platform, target) {
    const { environment, namespace, name } = workloadAt(platform, target);
    environment.cluster.fate({ namespace, workload: name }, "crashes");
  },
  async mend(platform, target) {
    const { environment, namespace, name } = workloadAt(platform, target);
    environment.cluster.fate({ namespace, workload: name }, "runs");
  },
};
