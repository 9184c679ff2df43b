import type { KeptStore } from "../contract.ts";

const namespace = "sharinghub";
const sources: KeptStore["sources"] = [
  "csgroup-oss/sharinghub@0.4.2 deploy/helm/sharinghub/templates (a ConfigMap and Secrets; no database, no volume)",
  "EOEPCA/deployment-guide@d8e38cf scripts/mlops (namespace, Secrets, bucket)",
];

/** It has no database: its catalogue is GitLab's. */
export const sharinghubKeeps: readonly KeptStore[] = [
  {
    id: "configuration",
    title: "its configuration",
    heldBy: [{ kind: "kubernetes", plural: "configmaps", namespace }],
    sources,
  },
  {
    id: "secrets",
    title: "its secrets",
    heldBy: [{ kind: "kubernetes", plural: "secrets", namespace }],
    sources,
  },
  { id: "bucket", title: "its bucket", heldBy: [{ kind: "objects" }], sources },
];
