/** A resource type that the server serves. */
export interface ServedType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
}

/** An object as it lies in the store. */
export interface Stored {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [field: string]: unknown;
}

export interface Metadata {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  managedFields?: ManagedFields[];
}

export interface ManagedFields {
  manager: string;
  operation: "Apply" | "Update";
  apiVersion: string;
  time: string;
  fieldsType: "FieldsV1";
  fieldsV1: FieldSet;
  subresource?: string;
}

/** `{"f:spec": {"f:replicas": {}}}`; a leaf is empty. */
export interface FieldSet {
  [field: string]: FieldSet;
}

const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "");

/** `plural Kind`, `/sub` behind for subresources; `*` in front for what belongs to the cluster. */
function served(apiVersion: string, lines: readonly string[]): readonly ServedType[] {
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  return lines.map((line) => {
    const [plural = "", kind = "", ...subresources] = words(line.replace("*", ""));
    return {
      group,
      version: apiVersion.slice(slash + 1),
      plural,
      kind,
      namespaced: !line.startsWith("*"),
      subresources: subresources.map((one) => one.replace("/", "")),
    };
  });
}

/** What a plain Kubernetes 1.31 serves, as far as Millwright asks for it. */
export const builtin: readonly ServedType[] = [
  ...served("v1", [
    "*namespaces Namespace /status",
    "*nodes Node /status",
    "*persistentvolumes PersistentVolume /status",
    "configmaps ConfigMap",
    "endpoints Endpoints",
    "events Event",
    "limitranges LimitRange",
    "persistentvolumeclaims PersistentVolumeClaim /status",
    "pods Pod /status /log /exec",
    "replicationcontrollers ReplicationController /scale /status",
    "resourcequotas ResourceQuota /status",
    "secrets Secret",
    "serviceaccounts ServiceAccount",
    "services Service /status",
  ]),
  ...served("apps/v1", [
    "daemonsets DaemonSet /status",
    "deployments Deployment /scale /status",
    "replicasets ReplicaSet /scale /status",
    "statefulsets StatefulSet /scale /status",
  ]),
  ...served("batch/v1", ["cronjobs CronJob /status", "jobs Job /status"]),
  ...served("networking.k8s.io/v1", [
    "ingresses Ingress /status",
    "*ingressclasses IngressClass",
    "networkpolicies NetworkPolicy",
  ]),
  ...served("discovery.k8s.io/v1", ["endpointslices EndpointSlice"]),
  ...served("policy/v1", ["poddisruptionbudgets PodDisruptionBudget /status"]),
  ...served("autoscaling/v2", ["horizontalpodautoscalers HorizontalPodAutoscaler /status"]),
  ...served("coordination.k8s.io/v1", ["leases Lease"]),
  ...served("storage.k8s.io/v1", ["*storageclasses StorageClass"]),
  ...served("rbac.authorization.k8s.io/v1", [
    "*clusterrolebindings ClusterRoleBinding",
    "*clusterroles ClusterRole",
    "rolebindings RoleBinding",
    "roles Role",
  ]),
  ...served("admissionregistration.k8s.io/v1", [
    "*validatingadmissionpolicies ValidatingAdmissionPolicy /status",
    "*validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding",
    "*validatingwebhookconfigurations ValidatingWebhookConfiguration",
  ]),
  ...served("apiextensions.k8s.io/v1", ["*customresourcedefinitions CustomResourceDefinition /status"]),
  ...served("apiregistration.k8s.io/v1", ["*apiservices APIService /status"]),
];

interface Definition {
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly plural: string; readonly kind: string };
  readonly versions: readonly { readonly name: string; readonly subresources?: Readonly<Record<string, unknown>> }[];
}

/** The types that a CustomResourceDefinition adds. */
export function typesOfDefinition(definition: Stored): readonly ServedType[] {
  const { group, scope, names, versions } = definition["spec"] as Definition;
  return versions.map(({ name, subresources }) => ({
    group,
    version: name,
    plural: names.plural,
    kind: names.kind,
    namespaced: scope === "Namespaced",
    subresources: Object.keys(subresources ?? {}),
  }));
}

export function apiVersionOf({ group, version }: Pick<ServedType, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}
