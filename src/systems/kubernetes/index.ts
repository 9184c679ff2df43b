import type { System } from "../contract.ts";
import { kubernetesProbes } from "./probes.ts";
import { chartWithoutBackup, disposableNamesNothing, storeWithoutBackup } from "./rules/backups.ts";
import { certificateOwnedTwice, routeClaimedTwice } from "./rules/hosts.ts";
import { bitnamiChart, bitnamiWithdrawn } from "./rules/images.ts";
import { kubernetesEnded } from "./rules/releases.ts";

/** The cluster itself; it is never a chart, so nothing recognises it but its control plane's images. */
export const kubernetes: System = {
  id: "kubernetes",
  title: "Kubernetes",
  recognition: { images: ["kindest/node", "rancher/k3s", "kube-apiserver"] },
  rules: [
    routeClaimedTwice,
    certificateOwnedTwice,
    storeWithoutBackup,
    chartWithoutBackup,
    disposableNamesNothing,
    bitnamiWithdrawn,
    bitnamiChart,
    kubernetesEnded,
  ],
  probes: kubernetesProbes,
};
