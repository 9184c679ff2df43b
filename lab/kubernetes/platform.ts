import { workload } from "./workload.ts";

/** The moment at which `platformObjects` looks like a platform on an ordinary morning. */
export const platformNow = "2026-11-20T09:00:00.000Z";

const hoursAgo = (hours: number): string =>
  new Date(Date.parse(platformNow) - hours * 3_600_000).toISOString().replace(".000Z", "Z");

const definition = (group: string, plural: string, kind: string, version = "v1", scope = "Namespaced") => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: { group, scope, names: { plural, kind }, versions: [{ name: version }] },
});

/** The types that a platform's operators add. */
export const platformDefinitions: readonly unknown[] = [
  definition("argoproj.io", "applications", "Application", "v1alpha1"),
  definition("argoproj.io", "applicationsets", "ApplicationSet", "v1alpha1"),
  definition("cert-manager.io", "certificates", "Certificate"),
  definition("velero.io", "backups", "Backup"),
  definition("velero.io", "schedules", "Schedule"),
  definition("postgresql.cnpg.io", "clusters", "Cluster"),
  definition("postgresql.cnpg.io", "backups", "Backup"),
];

const service = (namespace: string, name: string, ready: boolean) => [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { type: "ClusterIP", selector: { app: name }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-abcde`, namespace, labels: { "kubernetes.io/service-name": name } },
    endpoints: ready ? [{ addresses: ["10.0.0.1"], conditions: { ready: true } }] : [],
  },
];

const node = (name: string, kubelet: string, conditions: readonly unknown[]) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  spec: {},
  status: { conditions, nodeInfo: { kubeletVersion: kubelet } },
});

const certificate = (name: string, daysLeft: number) => ({
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name, namespace: "mlops" },
  spec: { secretName: `${name}-tls`, dnsNames: [`${name}.example.org`] },
  status: {
    notAfter: hoursAgo(-24 * daysLeft),
    renewalTime: hoursAgo(-24 * (daysLeft - 30)),
    conditions: [{ type: "Ready", status: "True" }],
  },
});

const application = (
  name: string,
  status: Record<string, unknown>,
  automated: unknown = { prune: true, selfHeal: true },
) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Application",
  metadata: { name, namespace: "argocd" },
  spec: {
    project: "mlops",
    source: { repoURL: "https://git.example.org/platform/gitops.git", path: `apps/${name}`, targetRevision: "v1.4.0" },
    destination: { server: "https://kubernetes.default.svc", namespace: "mlops" },
    syncPolicy: automated === null ? {} : { automated },
  },
  status,
});

const history = [
  { revision: "1111111111111111111111111111111111111111", deployedAt: hoursAgo(200), initiatedBy: { automated: true } },
];

const binding = (name: string, role: string, subjects: readonly unknown[]) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects,
});

/** Who edited the number of sharinghub's replicas, as managedFields tells it. */
const editedByHand = [
  {
    manager: "argocd-controller",
    operation: "Apply",
    apiVersion: "apps/v1",
    time: hoursAgo(200),
    fieldsType: "FieldsV1",
    fieldsV1: { "f:spec": { "f:template": {} } },
  },
  {
    manager: "kubectl-edit",
    operation: "Update",
    apiVersion: "apps/v1",
    time: hoursAgo(30),
    fieldsType: "FieldsV1",
    fieldsV1: { "f:spec": { "f:replicas": {} } },
  },
];

const stated = { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "2Gi" } };

/** A platform of GitLab, SharingHub and MLflow with the troubles that such platforms have. */
export const platformObjects: readonly unknown[] = [
  ...["mlops", "gitlab", "argocd"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
  ...workload({
    namespace: "mlops",
    name: "sharinghub",
    image: "registry.example.org/sharinghub/sharinghub-server:0.4.0",
    resources: stated,
    managedFields: editedByHand,
  }),
  ...workload({ namespace: "mlops", name: "mlflow", image: "ghcr.io/mlflow/mlflow:v2.22.0" }),
  ...workload({
    namespace: "mlops",
    name: "indexer",
    image: "registry.example.org/team/indexer:latest",
    resources: stated,
    container: {
      ready: false,
      restartCount: 17,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    },
  }),
  ...workload({
    namespace: "mlops",
    name: "trainer",
    image: "registry.example.org/team/trainer:1.3.9",
    resources: stated,
    container: {
      ready: false,
      imageID: "",
      state: { waiting: { reason: "ImagePullBackOff", message: "manifest unknown" } },
    },
  }),
  ...workload({
    namespace: "mlops",
    name: "postgresql",
    kind: "StatefulSet",
    image: "docker.io/library/postgres:15.8",
    resources: stated,
  }),
  ...workload({
    namespace: "gitlab",
    name: "webservice",
    image: "registry.gitlab.com/gitlab-org/build/cng/gitlab-webservice-ce:v17.1.8",
    resources: stated,
  }),
  ...service("mlops", "sharinghub", true),
  ...service("mlops", "mlflow", true),
  ...service("mlops", "indexer", false),
  node("node-1", "v1.31.4", [{ type: "Ready", status: "True" }]),
  node("node-2", "v1.28.9", [{ type: "Ready", status: "True" }]),
  node("node-3", "v1.31.4", [
    { type: "Ready", status: "True" },
    { type: "DiskPressure", status: "True", message: "kubelet has disk pressure" },
  ]),
  certificate("sharinghub", 61),
  certificate("mlflow", 5),
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "gitlab", namespace: "gitlab" },
    spec: { tls: [{ hosts: ["gitlab.example.org"], secretName: "gitlab-bought-tls" }] },
  },
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "gitlab-bought-tls", namespace: "gitlab" },
    data: { "tls.key": "Y2FuYXJ5LXByaXZhdGUta2V5" },
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "postgresql-backup", namespace: "mlops" },
    spec: {
      schedule: "0 2 * * *",
      jobTemplate: {
        spec: {
          template: { spec: { containers: [{ name: "dump", image: "registry.example.org/tools/restic:0.17.3" }] } },
        },
      },
    },
    status: { lastSuccessfulTime: hoursAgo(7), lastScheduleTime: hoursAgo(7) },
  },
  {
    apiVersion: "velero.io/v1",
    kind: "Schedule",
    metadata: { name: "nightly", namespace: "mlops" },
    spec: { schedule: "0 1 * * *" },
    status: {},
  },
  {
    apiVersion: "velero.io/v1",
    kind: "Backup",
    metadata: {
      name: "nightly-1",
      namespace: "mlops",
      creationTimestamp: hoursAgo(80),
      labels: { "velero.io/schedule-name": "nightly" },
    },
    status: { phase: "Completed", completionTimestamp: hoursAgo(79) },
  },
  {
    apiVersion: "velero.io/v1",
    kind: "Backup",
    metadata: {
      name: "nightly-2",
      namespace: "mlops",
      creationTimestamp: hoursAgo(8),
      labels: { "velero.io/schedule-name": "nightly" },
    },
    status: { phase: "PartiallyFailed", completionTimestamp: hoursAgo(7), errors: 3 },
  },
  application("mlflow", { sync: { status: "Synced" }, health: { status: "Healthy" }, history }),
  application(
    "sharinghub",
    {
      sync: { status: "OutOfSync", revision: "1111111111111111111111111111111111111111" },
      health: { status: "Healthy" },
      history,
      resources: [
        {
          group: "apps",
          version: "v1",
          kind: "Deployment",
          namespace: "mlops",
          name: "sharinghub",
          status: "OutOfSync",
        },
      ],
    },
    null,
  ),
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "old-artifacts", namespace: "mlops" },
    spec: { storageClassName: "standard" },
    status: { phase: "Bound", capacity: { storage: "200Gi" } },
  },
  {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "mlops", namespace: "mlops" },
    status: { hard: { "requests.memory": "16Gi", pods: "40" }, used: { "requests.memory": "15Gi", pods: "12" } },
  },
  {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "indexer.1", namespace: "mlops" },
    type: "Warning",
    reason: "BackOff",
    message: "Back-off restarting failed container indexer",
    count: 412,
    lastTimestamp: hoursAgo(0.1),
    involvedObject: { kind: "Pod", name: "indexer-5d8f7c9b6d-x7k2p", namespace: "mlops" },
  },
  binding("ops", "cluster-admin", [{ kind: "Group", name: "oidc:ops" }]),
  binding("argocd", "cluster-admin", [
    { kind: "ServiceAccount", name: "argocd-application-controller", namespace: "argocd" },
  ]),
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "ci", namespace: "mlops" },
    rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "patch"] }],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "ci", namespace: "mlops" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "ci" },
    subjects: [{ kind: "ServiceAccount", name: "ci", namespace: "mlops" }],
  },
];
