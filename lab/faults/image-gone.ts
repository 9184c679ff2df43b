import type { Fault } from "./fault.ts";
import { deployments, restartPods, workloadAt } from "./workloads.ts";

export const imageGone: Fault = {
  id: "image-gone",
  title: "An image that cannot be pulled",
  really: "The Deployment's pods are started anew on nodes that cannot pull the image: they wait in ImagePullBackOff.",
  endsWithLab: false,
  targets: deployments,
  async apply(platform, target) {
    const workload = workloadAt(platform, target);
    workload.environment.cluster.fate({ namespace: workload.namespace, workload: workload.name }, "no-image");
    restartPods(workload);
  },
  async mend(platform, target) {
    const { environment, namespace, name } = workloadAt(platform, target);
    environment.cluster.fate({ namespace, workload: name }, "runs");
  },
};
