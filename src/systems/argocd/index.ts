import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isChart, isImage } from "../end-of-life.ts";
import { argocdProbes } from "./probes.ts";
import { oneFolderTwice, oneNameTwice } from "./rules/ownership.ts";
import {
  choicesNotStated,
  defaultProject,
  namespaceNotCreated,
  noRetry,
  notAutomated,
  pruneToNothing,
  selfHealDiffers,
} from "./rules/policy.ts";
import { noHelmRelease, rollbackRefused, valueFileNotInChart, valuesRefUndeclared } from "./rules/sources.ts";

const endOfLife = endOfLifeRule({
  product: "argo-cd",
  title: "Argo CD",
  severity: "medium",
  matches: (pin) => isImage(pin, "argoproj/argocd") || isChart(pin, "argo-cd"),
  fix: "Upgrade Argo CD; read the notes of every minor crossed. From 3.x on its manifests are applied with --server-side --force-conflicts.",
  examples: {
    failing: { name: "Argo CD 2.13", files: imageExample("argocd-server", "quay.io/argoproj/argocd:v2.13.1") },
    passing: { name: "Argo CD 3.5", files: imageExample("argocd-server", "quay.io/argoproj/argocd:v3.5.1") },
  },
});

export const argocd: System = {
  id: "argocd",
  title: "Argo CD",
  recognition: {
    charts: ["argo-cd", "argocd-apps"],
    images: ["argoproj/argocd"],
    repositories: ["argoproj/argo-cd"],
    apiGroups: ["argoproj.io"],
  },
  rules: [
    notAutomated,
    choicesNotStated,
    selfHealDiffers,
    pruneToNothing,
    noRetry,
    defaultProject,
    namespaceNotCreated,
    valueFileNotInChart,
    valuesRefUndeclared,
    rollbackRefused,
    noHelmRelease,
    oneFolderTwice,
    oneNameTwice,
    endOfLife,
  ],
  probes: argocdProbes,
};
