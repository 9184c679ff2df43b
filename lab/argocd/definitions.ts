import type { Stored } from "../kubernetes/types.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

/** What `kubectl get applications` shows (argo-cd manifests/crds/application-crd.yaml). */
const applicationColumns: readonly Column[] = [
  { name: "Sync Status", type: "string", jsonPath: ".status.sync.status" },
  { name: "Health Status", type: "string", jsonPath: ".status.health.status" },
  { name: "Revision", type: "string", jsonPath: ".status.sync.revision", priority: 10 },
  { name: "Project", type: "string", jsonPath: ".spec.project", priority: 10 },
];

/** A type that an operator brings, with no more of a schema than its name. */
export function definition(
  group: string,
  plural: string,
  kind: string,
  version: string,
  columns?: readonly Column[],
): Stored {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, kind },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
        },
      ],
    },
  };
}

/** What an installation of Argo CD brings: its types, its namespace and the project that allows everything. */
export const argoCdObjects: readonly Stored[] = [
  definition("argoproj.io", "applications", "Application", "v1alpha1", applicationColumns),
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
