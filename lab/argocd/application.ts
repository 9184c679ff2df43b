import * as z from "zod";
import type { Stored } from "../kubernetes/types.ts";

/** What of an Application the controller reads (argo-cd pkg/apis/application/v1alpha1/types.go). */
const Helm = z.looseObject({
  releaseName: z.string().optional(),
  valueFiles: z.array(z.string()).optional(),
  values: z.string().optional(),
  valuesObject: z.record(z.string(), z.unknown()).optional(),
  parameters: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  ignoreMissingValueFiles: z.boolean().optional(),
});

const Source = z.looseObject({
  repoURL: z.string(),
  path: z.string().optional(),
  chart: z.string().optional(),
  ref: z.string().optional(),
  targetRevision: z.string().optional(),
  helm: Helm.optional(),
  kustomize: z.record(z.string(), z.unknown()).optional(),
  directory: z.looseObject({ recurse: z.boolean().optional() }).optional(),
});
export type Source = z.infer<typeof Source>;

const Retry = z.object({
  limit: z.number().optional(),
  backoff: z
    .object({ duration: z.string().optional(), factor: z.number().optional(), maxDuration: z.string().optional() })
    .optional(),
});
export type Retry = z.infer<typeof Retry>;

const Spec = z.object({
  project: z.string().default("default"),
  destination: z.object({
    server: z.string().optional(),
    name: z.string().optional(),
    namespace: z.string().optional(),
  }),
  source: Source.optional(),
  sources: z.array(Source).optional(),
  syncPolicy: z
    .object({
      automated: z
        .object({
          enabled: z.boolean().optional(),
          prune: z.boolean().optional(),
          selfHeal: z.boolean().optional(),
          allowEmpty: z.boolean().optional(),
        })
        .nullish(),
      syncOptions: z.array(z.string()).optional(),
      retry: Retry.optional(),
    })
    .optional(),
  ignoreDifferences: z
    .array(
      z.looseObject({
        group: z.string().optional(),
        kind: z.string(),
        name: z.string().optional(),
        namespace: z.string().optional(),
        jsonPointers: z.array(z.string()).optional(),
        jqPathExpressions: z.array(z.string()).optional(),
        managedFieldsManagers: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  revisionHistoryLimit: z.number().optional(),
});
export type Spec = z.infer<typeof Spec>;

const Reference = z.object({
  group: z.string().optional(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

const Operation = z.looseObject({
  sync: z
    .looseObject({
      revision: z.string().optional(),
      revisions: z.array(z.string()).optional(),
      prune: z.boolean().optional(),
      dryRun: z.boolean().optional(),
      resources: z.array(Reference).optional(),
      source: Source.optional(),
      sources: z.array(Source).optional(),
      syncOptions: z.array(z.string()).optional(),
    })
    .optional(),
  initiatedBy: z.object({ username: z.string().optional(), automated: z.boolean().optional() }).optional(),
  info: z.array(z.looseObject({})).optional(),
  retry: Retry.optional(),
});
export type Operation = z.infer<typeof Operation>;

export interface SyncResultEntry {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly status?: "Synced" | "SyncFailed" | "Pruned" | "PruneSkipped";
  readonly message?: string;
  readonly hookType?: string;
  readonly hookPhase: "Running" | "Succeeded" | "Failed";
  readonly syncPhase: string;
}

export interface OperationState {
  readonly operation: Operation;
  readonly phase: "Running" | "Succeeded" | "Failed" | "Error" | "Terminating";
  readonly message: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly retryCount?: number;
  readonly syncResult?: {
    readonly resources: readonly SyncResultEntry[];
    readonly revision?: string;
    readonly revisions?: readonly string[];
    readonly source?: Source;
    readonly sources?: readonly Source[];
  };
}

export interface HistoryEntry {
  readonly id: number;
  readonly revision?: string;
  readonly revisions?: readonly string[];
  readonly source?: Source;
  readonly sources?: readonly Source[];
  readonly deployStartedAt: string;
  readonly deployedAt: string;
  readonly initiatedBy: unknown;
}

export interface Status {
  readonly operationState?: OperationState;
  readonly history?: readonly HistoryEntry[];
  readonly conditions?: readonly Condition[];
  readonly [field: string]: unknown;
}

export interface Condition {
  readonly type: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

export interface Application {
  readonly stored: Stored;
  readonly name: string;
  readonly namespace: string;
  readonly spec: Spec;
  readonly operation: Operation | undefined;
  readonly status: Status;
}

/** Throws Error with what is wrong with the Application's own text. */
export function applicationOf(stored: Stored): Application {
  const spec = Spec.safeParse(stored["spec"]);
  if (!spec.success) throw new Error(`the spec is not valid: ${z.prettifyError(spec.error)}`);
  const operation = Operation.optional().safeParse(stored["operation"] ?? undefined);
  if (!operation.success) throw new Error(`the operation is not valid: ${z.prettifyError(operation.error)}`);
  return {
    stored,
    name: stored.metadata.name,
    namespace: stored.metadata.namespace ?? "argocd",
    spec: spec.data,
    operation: operation.data,
    status: (stored["status"] ?? {}) as Status,
  };
}

export function sourcesOf(spec: Spec): readonly Source[] {
  return spec.sources ?? (spec.source === undefined ? [] : [spec.source]);
}

/** `revision` for one source, `revisions` for several, as the status writes them. */
export function revisionFields(spec: Spec, revisions: readonly string[]): Record<string, unknown> {
  return spec.sources === undefined ? { revision: revisions[0] ?? "" } : { revisions };
}
