/*
 * Small clusters for the rules' examples: what `kubectl get -o yaml` shows of the objects in question. A file below `git/` is one
 * of the environment's repository. Judged as of 2026-11-20T09:00Z.
 */

interface App {
  readonly sync?: string;
  readonly health?: string;
  readonly selfHeal?: boolean;
  readonly phase?: string;
  readonly syncedRevision?: string;
  readonly resource?: string;
}

export function applicationYaml({
  sync = "OutOfSync",
  health = "Healthy",
  selfHeal = false,
  phase = "Succeeded",
  syncedRevision = "1111111",
  resource = sync,
}: App = {}): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { namespace: argocd, name: mlflow }
spec:
  destination: { namespace: mlops }
  syncPolicy: { automated: { prune: true, selfHeal: ${selfHeal} } }
status:
  sync: { status: ${sync}, revision: "1111111" }
  health: { status: ${health} }
  history: [{ revision: "${syncedRevision}", deployedAt: "2026-11-01T08:00:00Z" }]
  operationState: { phase: ${phase}, message: one or more objects failed to apply, finishedAt: "2026-11-01T08:00:10Z" }
  resources:
    - { group: apps, version: v1, kind: Deployment, namespace: mlops, name: mlflow, status: ${resource} }
`;
}

export function deploymentYaml(replicas: number, manager: string, applied?: number): string {
  const last = JSON.stringify({ kind: "Deployment", spec: { replicas: applied } });
  const annotations =
    applied === undefined ? "" : `\n  annotations: { kubectl.kubernetes.io/last-applied-configuration: '${last}' }`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: mlops
  name: mlflow${annotations}
  managedFields:
    - { manager: ${manager}, operation: Update, time: "2026-11-19T14:03:00Z", fieldsV1: { "f:spec": { "f:replicas": {} } } }
spec:
  replicas: ${replicas}
  template: { spec: { containers: [{ name: mlflow, image: "registry.example.org/mlflow:2.22.0" }] } }
`;
}

export const gitDeployment = `apiVersion: apps/v1
kind: Deployment
metadata: { namespace: mlops, name: mlflow }
spec: { replicas: 1 }
`;

export function certificateYaml(status: string): string {
  return `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { namespace: mlops, name: mlflow }
spec: { secretName: mlflow-tls, dnsNames: [mlflow.example.org] }
status: ${status}
`;
}

export function bindingYaml(subject: string, role = "cluster-admin"): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: cluster-admin }
rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: view }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get, list, watch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: team }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role} }
subjects: [${subject}]
`;
}
