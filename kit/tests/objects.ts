import * as z from "zod";

const Metadata = z.object({ name: z.string(), namespace: z.string() });
const Exact = z.string().regex(/^v?\d+\.\d+\.\d+$/, "an exact version: no branch, no range");

const Chart = z.strictObject({
  repoURL: z.url(),
  chart: z.string().optional(),
  path: z.string().optional(),
  targetRevision: Exact,
  helm: z
    .strictObject({ releaseName: z.string(), valueFiles: z.array(z.string().startsWith("$values/")).min(1) })
    .optional(),
  kustomize: z.object({ patches: z.array(z.unknown()) }).optional(),
  ref: z.literal("values").optional(),
});

const SyncPolicy = z.strictObject({
  automated: z.strictObject({ prune: z.literal(true), selfHeal: z.boolean() }),
  retry: z.strictObject({
    limit: z.number().int().positive(),
    backoff: z.strictObject({ duration: z.string(), factor: z.number(), maxDuration: z.string() }),
  }),
  syncOptions: z
    .array(z.string())
    .refine((options) => options.includes("CreateNamespace=true"), "CreateNamespace=true"),
});

export const Application = z
  .strictObject({
    apiVersion: z.literal("argoproj.io/v1alpha1"),
    kind: z.literal("Application"),
    metadata: Metadata.extend({
      namespace: z.literal("argocd"),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
    spec: z.strictObject({
      project: z.literal("mlops"),
      destination: z.strictObject({ server: z.literal("https://kubernetes.default.svc"), namespace: z.string() }),
      source: Chart.optional(),
      sources: z.array(Chart).optional(),
      syncPolicy: SyncPolicy,
    }),
  })
  .refine(({ spec }) => (spec.source === undefined) !== (spec.sources === undefined), "either source or sources")
  .refine(
    ({ spec }) =>
      (spec.sources ?? []).every((source) => source.helm === undefined) ||
      (spec.sources ?? []).some((source) => source.ref === "values"),
    "value files of a chart need a second source with ref: values",
  );

const Image = z.string().regex(/^[a-z0-9.]+\/[a-z0-9/._-]+:v?\d[\w.-]*$/, "registry, name and an exact tag");

const Container = z.object({
  name: z.string(),
  image: Image,
  args: z.array(z.string()).optional(),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    capabilities: z.object({ drop: z.tuple([z.literal("ALL")]) }),
  }),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional(),
});

const Pod = z.object({
  automountServiceAccountToken: z.literal(false),
  securityContext: z.object({
    runAsNonRoot: z.literal(true),
    seccompProfile: z.object({ type: z.literal("RuntimeDefault") }),
  }),
  initContainers: z.array(Container).optional(),
  containers: z.array(Container).min(1),
});

export const CronJob = z.object({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("CronJob"),
  metadata: Metadata,
  spec: z.object({
    schedule: z.string().regex(/^(\S+ ){4}\S+$/),
    timeZone: z.literal("Etc/UTC"),
    concurrencyPolicy: z.literal("Forbid"),
    jobTemplate: z.object({
      spec: z.object({
        activeDeadlineSeconds: z.number().positive(),
        template: z.object({ spec: Pod.extend({ restartPolicy: z.literal("Never") }) }),
      }),
    }),
  }),
});

export const StatefulSet = z.object({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("StatefulSet"),
  metadata: Metadata,
  spec: z.object({
    serviceName: z.string(),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }), spec: Pod }),
    volumeClaimTemplates: z.array(z.unknown()).min(1),
  }),
});

export const SealedSecret = z.strictObject({
  apiVersion: z.literal("bitnami.com/v1alpha1"),
  kind: z.literal("SealedSecret"),
  metadata: Metadata,
  spec: z.strictObject({
    encryptedData: z.record(z.string(), z.literal("TO-BE-SEALED")),
    template: z.object({ metadata: Metadata }),
  }),
});

export const Schedule = z.object({
  apiVersion: z.literal("velero.io/v1"),
  kind: z.literal("Schedule"),
  metadata: Metadata,
  spec: z.object({
    schedule: z.string().regex(/^(\S+ ){4}\S+$/),
    template: z.object({ ttl: z.string(), includedNamespaces: z.array(z.string()) }),
  }),
});

/** The schema of each kind; the kinds without one are only counted. */
export const schemas: Readonly<Record<string, z.ZodType>> = {
  Application,
  CronJob,
  StatefulSet,
  SealedSecret,
  Schedule,
};
