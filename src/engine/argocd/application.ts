import * as z from "zod";
import type { KubeName, KubeObject } from "../../kernel/kube.ts";

/** Of which Application in which namespace. */
export const ApplicationName = z.object({
  namespace: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/),
});
export type ApplicationName = z.infer<typeof ApplicationName>;

/** One of its resources, as `.operation.sync.resources` names them. */
export const SyncResource = z.object({
  group: z.string().max(253).default(""),
  kind: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,62}$/),
  /** Empty for what belongs to the cluster. */
  namespace: z.string().max(63).default(""),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/),
});
export type SyncResource = z.infer<typeof SyncResource>;

const Info = z.array(z.object({ name: z.string(), value: z.string() })).nullish();
const Operation = z.object({
  info: Info,
  initiatedBy: z.object({ username: z.string().nullish(), automated: z.boolean().nullish() }).nullish(),
});

/** What is used of an Application (argoproj/argo-cd, pkg/apis/application/v1alpha1/types.go). */
const Shape = z.object({
  spec: z.object({
    project: z.string().default("default"),
    destination: z
      .object({ server: z.string().optional(), name: z.string().optional(), namespace: z.string().optional() })
      .prefault({}),
    sources: z.array(z.unknown()).nullish(),
    syncPolicy: z
      .object({
        automated: z
          .object({ prune: z.boolean().nullish(), selfHeal: z.boolean().nullish(), enabled: z.boolean().nullish() })
          .nullish(),
        syncOptions: z.array(z.string()).nullish(),
      })
      .nullish(),
  }),
  operation: Operation.nullish(),
  status: z
    .object({
      sync: z
        .object({
          status: z.string().default("Unknown"),
          revision: z.string().default(""),
          revisions: z.array(z.string()).nullish(),
        })
        .prefault({}),
      health: z
        .object({
          status: z.string().default("Unknown"),
          message: z.string().optional(),
          lastTransitionTime: z.string().nullish(),
        })
        .prefault({}),
      reconciledAt: z.string().nullish(),
      conditions: z.array(z.object({ type: z.string(), message: z.string().default("") })).nullish(),
      history: z.array(z.object({ revision: z.string().nullish(), deployedAt: z.string().nullish() })).nullish(),
      operationState: z
        .object({
          phase: z.string().default(""),
          message: z.string().default(""),
          startedAt: z.string().nullish(),
          finishedAt: z.string().nullish(),
          operation: Operation.prefault({}),
        })
        .nullish(),
      resources: z
        .array(
          z.object({
            group: z.string().default(""),
            version: z.string().default("v1"),
            kind: z.string(),
            name: z.string(),
            namespace: z.string().default(""),
            status: z.string().optional(),
            requiresPruning: z.boolean().nullish(),
            health: z.object({ status: z.string().optional() }).nullish(),
          }),
        )
        .nullish(),
    })
    .prefault({}),
});

export type Application = z.infer<typeof Shape> & { readonly name: string; readonly namespace: string };

const type = { apiVersion: "argoproj.io/v1alpha1", plural: "applications" };

export function applicationName({ namespace, name }: ApplicationName): KubeName {
  return { ...type, namespace, name };
}

export function projectName({ spec, namespace }: Application): KubeName {
  return { apiVersion: type.apiVersion, plural: "appprojects", namespace, name: spec.project };
}

/** undefined: it has another shape than Argo CD's. */
export function readApplication(object: KubeObject): Application | undefined {
  const parsed = Shape.safeParse(object);
  const { name, namespace = "" } = object.metadata;
  return parsed.success ? { ...parsed.data, name, namespace } : undefined;
}

/** Whether Argo CD puts back by itself what is changed by hand. */
export function healsItself(application: Application): boolean {
  return syncsItself(application) && application.spec.syncPolicy?.automated?.selfHeal === true;
}

/** Whether Argo CD rolls out by itself what Git says anew. */
export function syncsItself({ spec }: Application): boolean {
  const automated = spec.syncPolicy?.automated ?? undefined;
  return automated !== undefined && automated.enabled !== false;
}

export function sameResource(one: SyncResource, other: SyncResource): boolean {
  return (
    one.kind === other.kind && one.name === other.name && one.group === other.group && one.namespace === other.namespace
  );
}

/** `Deployment mlops/web`. */
export function wordsOfResource({ kind, namespace, name }: Pick<SyncResource, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
}

/** What of an Application's target is synced: the commits that Argo CD compared with. */
export function targetOf({ status: { sync } }: Application): readonly string[] {
  return sync.revisions !== undefined && sync.revisions !== null && sync.revisions.length > 0
    ? sync.revisions
    : [sync.revision];
}

/** Whether an operation bears a mark among its `info`. */
export function bears(operation: { readonly info?: z.infer<typeof Info> } | null | undefined, mark: string): boolean {
  return (operation?.info ?? []).some(({ name, value }) => name === markInfo && value === mark);
}

/** Under this name the run's mark stands in `info`, where Argo CD shows it with the operation. */
export const markInfo = "millwright.dev/run";
