import { compareVersions } from "../../kernel/version.ts";
import { defineRule, type Manifest, type Rule, type RuleFacts, type Verdict } from "../../systems/contract.ts";

interface RemovedApi {
  /** Kubernetes minor that no longer serves it. */
  readonly removedIn: string;
  readonly useInstead: string;
}

const guide =
  "https://kubernetes.io/docs/reference/using-api/deprecation-guide/ (kubernetes/website:content/en/docs/reference/using-api/deprecation-guide.md)";

/** `apiVersion kind` → what became of it. By minor, newest first. Dated with the guide: nothing newer than 1.32 was removed by it. */
const removals: readonly (readonly [
  removedIn: string,
  useInstead: string,
  apiVersion: string,
  kinds: readonly string[],
])[] = [
  [
    "1.32",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    ["FlowSchema", "PriorityLevelConfiguration"],
  ],
  [
    "1.29",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    ["FlowSchema", "PriorityLevelConfiguration"],
  ],
  ["1.27", "storage.k8s.io/v1", "storage.k8s.io/v1beta1", ["CSIStorageCapacity"]],
  [
    "1.26",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    ["FlowSchema", "PriorityLevelConfiguration"],
  ],
  ["1.26", "autoscaling/v2", "autoscaling/v2beta2", ["HorizontalPodAutoscaler"]],
  ["1.25", "autoscaling/v2", "autoscaling/v2beta1", ["HorizontalPodAutoscaler"]],
  ["1.25", "batch/v1", "batch/v1beta1", ["CronJob"]],
  ["1.25", "discovery.k8s.io/v1", "discovery.k8s.io/v1beta1", ["EndpointSlice"]],
  ["1.25", "events.k8s.io/v1", "events.k8s.io/v1beta1", ["Event"]],
  ["1.25", "policy/v1", "policy/v1beta1", ["PodDisruptionBudget"]],
  ["1.25", "Pod Security Admission (namespace labels)", "policy/v1beta1", ["PodSecurityPolicy"]],
  ["1.25", "node.k8s.io/v1", "node.k8s.io/v1beta1", ["RuntimeClass"]],
  [
    "1.22",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1beta1",
    ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
  ],
  ["1.22", "apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1", ["CustomResourceDefinition"]],
  ["1.22", "apiregistration.k8s.io/v1", "apiregistration.k8s.io/v1beta1", ["APIService"]],
  ["1.22", "certificates.k8s.io/v1", "certificates.k8s.io/v1beta1", ["CertificateSigningRequest"]],
  ["1.22", "coordination.k8s.io/v1", "coordination.k8s.io/v1beta1", ["Lease"]],
  ["1.22", "networking.k8s.io/v1", "networking.k8s.io/v1beta1", ["Ingress", "IngressClass"]],
  ["1.22", "networking.k8s.io/v1", "extensions/v1beta1", ["Ingress"]],
  [
    "1.22",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  ],
  ["1.22", "scheduling.k8s.io/v1", "scheduling.k8s.io/v1beta1", ["PriorityClass"]],
  ["1.22", "storage.k8s.io/v1", "storage.k8s.io/v1beta1", ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"]],
  ["1.16", "networking.k8s.io/v1", "extensions/v1beta1", ["NetworkPolicy"]],
  ["1.16", "apps/v1", "extensions/v1beta1", ["DaemonSet", "Deployment", "ReplicaSet"]],
  ["1.16", "apps/v1", "apps/v1beta1", ["Deployment", "StatefulSet", "ReplicaSet"]],
  ["1.16", "apps/v1", "apps/v1beta2", ["DaemonSet", "Deployment", "StatefulSet", "ReplicaSet"]],
];

const removed: ReadonlyMap<string, RemovedApi> = new Map(
  removals.flatMap(([removedIn, useInstead, apiVersion, kinds]) =>
    kinds.map((kind) => [`${apiVersion} ${kind}`, { removedIn, useInstead }] as const),
  ),
);

/** The oldest Kubernetes minor that its project still maintained on 2026-11-20: older targets are findings of their own. */
const oldestMaintained = "1.33";

/** Kubernetes APIs that the cluster no longer serves. */
export const removedApi: Rule = defineRule({
  id: "kubernetes-removed-api",
  title: "A manifest uses an API version that Kubernetes removed",
  group: "kubernetes",
  severity: "high",
  why: "The API server of that minor refuses the object. Argo CD then cannot sync the application, and what already runs stays without anyone managing it, often noticed only at the next restore.",
  sources: [
    guide,
    "kubernetes/website:content/en/releases/version-skew-policy.md @01bc09751 (three minors are maintained)",
  ],
  fix: "Write the new API version and mind its renamed fields (the guide lists them); `kubectl convert` helps.",
  needs: ["manifests", "platform"],
  *check({ manifests, platform }) {
    for (const manifest of manifests) {
      const api = removed.get(`${manifest.apiVersion} ${manifest.kind}`);
      const verdict =
        api === undefined || isChosen(manifest)
          ? undefined
          : judge(manifest, api, runningIn(manifest.environment, platform));
      if (verdict !== undefined) yield verdict;
    }
  },
  examples: {
    failing: [
      {
        name: "a PodDisruptionBudget for a cluster of 1.32",
        files: {
          "millwright.yaml": 'environments:\n  - name: production\n    paths: [prod]\n    kubernetes: "1.32"\n',
          "prod/pdb.yaml":
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web }\nspec: { minAvailable: 1 }\n",
        },
      },
    ],
    passing: [
      {
        name: "the API version that replaced it",
        files: {
          "pdb.yaml":
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: web }\nspec: { minAvailable: 1 }\n",
        },
      },
      {
        name: "a template that asks the cluster first",
        files: {
          "chart/templates/ingress.yaml":
            '{{- if .Capabilities.APIVersions.Has "networking.k8s.io/v1" }}\napiVersion: networking.k8s.io/v1\n{{- else }}\napiVersion: extensions/v1beta1\n{{- end }}\nkind: Ingress\nmetadata: { name: web }\n',
        },
      },
      {
        name: "a cluster old enough to serve it still",
        files: {
          "millwright.yaml": 'environments:\n  - name: local\n    paths: [local]\n    kubernetes: "1.24"\n',
          "local/pdb.yaml":
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web }\nspec: { minAvailable: 1 }\n",
        },
      },
    ],
  },
});

/** A chart's template that asks the cluster what it serves: the old API version is for old clusters only. */
function isChosen({ file }: Manifest): boolean {
  return file.templated && /\.Capabilities\b|semverCompare|kubeVersion|apiVersions\.Has/i.test(file.text);
}

/** The Kubernetes that serves an environment; without one, the newest of all that are stated. */
function runningIn(environment: string | undefined, { environments }: RuleFacts["platform"]): string | undefined {
  const own = environments.find(({ name }) => name === environment)?.kubernetes;
  return (
    own ??
    environments
      .flatMap(({ kubernetes }) => kubernetes ?? [])
      .sort(compareVersions)
      .at(-1)
  );
}

function judge(manifest: Manifest, api: RemovedApi, runs: string | undefined): Verdict | undefined {
  const about = {
    subject: subjectOf(manifest),
    environment: manifest.environment,
    at: manifest.file.locate(manifest.root),
  };
  if (runs === undefined && compareVersions(api.removedIn, oldestMaintained) > 0) {
    const why = `${manifest.apiVersion} is gone from Kubernetes ${api.removedIn} on, and which version runs is not stated.`;
    return {
      kind: "unknown",
      ...about,
      why,
      howToLearn: "State `kubernetes:` of each environment in millwright.yaml.",
    };
  }
  if (runs !== undefined && compareVersions(runs, api.removedIn) < 0) return undefined;
  const where = runs === undefined ? "older than any version still maintained" : `and ${runs} runs here`;
  return {
    kind: "finding",
    ...about,
    message: `${manifest.apiVersion} ${manifest.kind} is not served since Kubernetes ${api.removedIn}, ${where}.`,
    fix: `Use ${api.useInstead} for ${manifest.kind} ${manifest.name}.`,
  };
}

function subjectOf(manifest: Manifest): string {
  return `${manifest.kind.toLowerCase()}/${manifest.namespace ?? "-"}/${manifest.name}`;
}
