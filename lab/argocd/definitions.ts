import type { Stored } from "../kubernetes/types.ts";

function definition(group: string, plural: string, kind: string, version: string, scope = "Namespaced"): Stored {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope, names: { plural, kind }, versions: [{ name: version, served: true, storage: true }] },
  };
}

/** What an installation of Argo CD brings: its types, its namespace and the project that allows everything. */
export const argoCdObjects: readonly Stored[] = [
  definition("argoproj.io", "applications", "Application", "v1alpha1"),
  definition("argoproj.io", "appprojects", "AppProject", "v1alpha1"),
  definition("argoproj.io", "applicationsets", "ApplicationSet", "v1alpha1"),
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "argocd" } },
  {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: "default", namespace: "argocd" },
    spec: {
      sourceRepos: ["*"],
      destinations: [{ namespace: "*", server: "*" }],
      clusterResourceWhitelist: [{ group: "*", kind: "*" }],
    },
  },
];

/** The types of the other operators whose objects the platform's repository holds, and the namespace that Velero brings. */
export const platformTypes: readonly Stored[] = [
  definition("bitnami.com", "sealedsecrets", "SealedSecret", "v1alpha1"),
  definition("apisix.apache.org", "apisixroutes", "ApisixRoute", "v2"),
  definition("monitoring.coreos.com", "probes", "Probe", "v1"),
  definition("monitoring.coreos.com", "servicemonitors", "ServiceMonitor", "v1"),
  definition("velero.io", "schedules", "Schedule", "v1"),
  definition("velero.io", "backups", "Backup", "v1"),
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "velero" } },
];
