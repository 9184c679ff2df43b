import type { KubeType } from "../kernel/kube.ts";

/** A type that an assessment reads. */
export interface LookedAt extends KubeType {
  readonly kind: string;
  /** Only names, labels and times: for Secrets, whose values are nobody's business here, and for what is only counted. */
  readonly metadataOnly: boolean;
  /** Whether its objects are the desired state that people write, which rules are about. */
  readonly declared: boolean;
}

function type(apiVersion: string, plural: string, kind: string, declared = true, metadataOnly = false): LookedAt {
  return { apiVersion, plural, kind, metadataOnly, declared };
}

export const pods = type("v1", "pods", "Pod", false);
const replicaSets = type("apps/v1", "replicasets", "ReplicaSet", false, true);
export const deployments = type("apps/v1", "deployments", "Deployment");
export const statefulSets = type("apps/v1", "statefulsets", "StatefulSet");
export const daemonSets = type("apps/v1", "daemonsets", "DaemonSet");
const jobs = type("batch/v1", "jobs", "Job", false);
export const cronJobs = type("batch/v1", "cronjobs", "CronJob");
export const services = type("v1", "services", "Service");
export const endpointSlices = type("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", false);
export const ingresses = type("networking.k8s.io/v1", "ingresses", "Ingress");
const networkPolicies = type("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy");
const configMaps = type("v1", "configmaps", "ConfigMap");
export const secrets = type("v1", "secrets", "Secret", false, true);
const namespaces = type("v1", "namespaces", "Namespace");
export const nodes = type("v1", "nodes", "Node", false);
export const events = type("v1", "events", "Event", false);
export const volumeClaims = type("v1", "persistentvolumeclaims", "PersistentVolumeClaim");
export const quotas = type("v1", "resourcequotas", "ResourceQuota");
const limitRanges = type("v1", "limitranges", "LimitRange");
export const autoscalers = type("autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler");
const disruptionBudgets = type("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget");
const rbac = "rbac.authorization.k8s.io/v1";
export const roles = type(rbac, "roles", "Role", false);
export const roleBindings = type(rbac, "rolebindings", "RoleBinding", false);
export const clusterRoles = type(rbac, "clusterroles", "ClusterRole", false);
export const clusterRoleBindings = type(rbac, "clusterrolebindings", "ClusterRoleBinding", false);
const admission = "admissionregistration.k8s.io/v1";
export const admissionPolicies = type(
  admission,
  "validatingadmissionpolicies",
  "ValidatingAdmissionPolicy",
  false,
  true,
);
export const admissionWebhooks = type(
  admission,
  "validatingwebhookconfigurations",
  "ValidatingWebhookConfiguration",
  false,
  true,
);
export const applications = type("argoproj.io/v1alpha1", "applications", "Application");
const applicationSets = type("argoproj.io/v1alpha1", "applicationsets", "ApplicationSet");
export const certificates = type("cert-manager.io/v1", "certificates", "Certificate");
export const veleroBackups = type("velero.io/v1", "backups", "Backup", false);
export const veleroSchedules = type("velero.io/v1", "schedules", "Schedule");
const veleroLocations = type("velero.io/v1", "backupstoragelocations", "BackupStorageLocation", false);
const cnpgClusters = type("postgresql.cnpg.io/v1", "clusters", "Cluster");
export const cnpgBackups = type("postgresql.cnpg.io/v1", "backups", "Backup", false);
export const cnpgScheduledBackups = type("postgresql.cnpg.io/v1", "scheduledbackups", "ScheduledBackup");
export const volumeSnapshots = type("snapshot.storage.k8s.io/v1", "volumesnapshots", "VolumeSnapshot", false);
const volumeSnapshotContents = type(
  "snapshot.storage.k8s.io/v1",
  "volumesnapshotcontents",
  "VolumeSnapshotContent",
  false,
);

/** All that an assessment reads; deploy/rbac/observer.yaml grants it (Secrets left out), and a test keeps the two together. */
export const lookedAt: readonly LookedAt[] = [
  pods,
  replicaSets,
  deployments,
  statefulSets,
  daemonSets,
  jobs,
  cronJobs,
  services,
  endpointSlices,
  ingresses,
  networkPolicies,
  configMaps,
  secrets,
  namespaces,
  nodes,
  events,
  volumeClaims,
  quotas,
  limitRanges,
  autoscalers,
  disruptionBudgets,
  roles,
  roleBindings,
  clusterRoles,
  clusterRoleBindings,
  admissionPolicies,
  admissionWebhooks,
  applications,
  applicationSets,
  certificates,
  veleroBackups,
  veleroSchedules,
  veleroLocations,
  cnpgClusters,
  cnpgBackups,
  cnpgScheduledBackups,
  volumeSnapshots,
  volumeSnapshotContents,
  type("cert-manager.io/v1", "clusterissuers", "ClusterIssuer"),
  type("cert-manager.io/v1", "issuers", "Issuer"),
  type("bitnami.com/v1alpha1", "sealedsecrets", "SealedSecret"),
  type("external-secrets.io/v1", "externalsecrets", "ExternalSecret"),
  type("serving.kserve.io/v1beta1", "inferenceservices", "InferenceService"),
  type("ray.io/v1", "rayclusters", "RayCluster"),
];
