import type { KubernetesStore } from "../../../platform/backup-stores.ts";

const namespace = "mlflow";

/** Secrets and ConfigMaps of one namespace, and what else is named. */
export function storeOf(...more: KubernetesStore["selections"]): KubernetesStore {
  return {
    component: "kubernetes",
    store: "objects",
    kind: "kubernetes",
    namespaces: [namespace],
    selections: [{ apiVersion: "v1", plural: "secrets" }, { apiVersion: "v1", plural: "configmaps" }, ...more],
  };
}

/** A Secret or a ConfigMap; `more` goes into its metadata. */
export function object(kind: string, name: string, data: Readonly<Record<string, string>>, more: object = {}) {
  return { apiVersion: "v1", kind, metadata: { namespace, name, ...more }, data };
}
