import * as z from "zod";
import type { KubeObject, KubeWriter } from "../../kernel/kube.ts";
import {
  type ActionContext,
  type AnyAction,
  defineAction,
  type Evidence,
  type NotYet,
  type Outcome,
} from "../action.ts";
import {
  type Application,
  ApplicationName,
  applicationName,
  bears,
  markInfo,
  projectName,
  readApplication,
  SyncResource,
  sameResource,
  targetOf,
  wordsOfResource,
} from "../argocd/application.ts";
import { digestDrift } from "../argocd/drift-digest.ts";
import { whyNoSync } from "../argocd/sync-windows.ts";
import { fieldManager, foundOf, markAnnotation, markOf, outcomeOf, versionOf } from "./kube-outcome.ts";

/*
 * Argo CD syncs what `.operation` of an Application asks for (argoproj/argo-cd: util/argo/argo.go, `SetAppOperation`; its API
 * server writes the same field). It takes one operation at a time and moves it to `status.operationState` when it begins. A sync
 * of single resources is not written to `status.history` (controller/sync.go), so the mark also stands as an annotation, set by
 * the same write.
 */

const Drift = z.object({
  application: ApplicationName,
  resources: z.array(SyncResource).min(1).max(100),
  /** As `digestDrift` gave it when the plan was made. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Drift = z.infer<typeof Drift>;

const Waiting = z.object({
  application: ApplicationName,
  resources: z.array(SyncResource).min(1).max(100),
  /** The step that asked for the sync. */
  step: z.string(),
});
type Waiting = z.infer<typeof Waiting>;

/** Having Argo CD put single resources back as Git has them; with the credentials of one environment. */
export function argocdActions(kube: KubeWriter): readonly AnyAction[] {
  return [
    defineAction<Drift>(Drift, { id: "argocd/drift-unchanged", run: (_, input) => unchanged(kube, input) }),
    defineAction<Drift>(Drift, {
      id: "argocd/sync",
      alreadyDone: (context, { application }) => asked(kube, context, application),
      run: (context, input) => sync(kube, context, input),
      describe: ({ application: { name }, resources }) =>
        `have Argo CD sync ${resources.map(wordsOfResource).join(", ")} of ${name}`,
    }),
    defineAction<Waiting>(Waiting, {
      id: "argocd/synced",
      run: async ({ runId }, input) => ended(await read(kube, input.application), input, `${runId}/${input.step}`),
    }),
    defineAction<Waiting>(Waiting, {
      id: "argocd/in-sync",
      run: async ({ runId }, input) => inSync(await read(kube, input.application), input, `${runId}/${input.step}`),
    }),
  ];
}

interface Read {
  readonly object: KubeObject;
  readonly application: Application;
}

async function read(kube: KubeWriter, name: ApplicationName): Promise<Read | undefined> {
  const object = foundOf(await kube.get(applicationName(name)));
  const application = object === undefined ? undefined : readApplication(object);
  return object === undefined || application === undefined ? undefined : { object, application };
}

function missing({ namespace, name }: ApplicationName): Outcome {
  return { kind: "failed", message: `There is no Application ${namespace}/${name}.` };
}

async function unchanged(kube: KubeWriter, input: Drift): Promise<Outcome> {
  const found = await read(kube, input.application);
  if (found === undefined) return missing(input.application);
  return judged(kube, found, input);
}

async function judged(kube: KubeWriter, { application }: Read, { resources, digest }: Drift): Promise<Outcome> {
  const now = await digestDrift(kube, application, resources);
  const evidence = { planned: digest, now: now.digest, git: targetOf(application) };
  if (now.digest !== digest)
    return {
      kind: "failed",
      message:
        "The drift is not the one that was planned and agreed to: somebody changed the resources again, or Git moved on. Plan it anew: millwright drift list",
      evidence,
    };
  const blind = now.blind.length === 0 ? "" : ` Not looked into: ${now.blind.join(", ")}.`;
  return { kind: "done", message: `It is the drift that was planned.${blind}`, evidence };
}

/** Whether this very step asked already: its mark stands in the operation or on the Application. */
async function asked(kube: KubeWriter, { mark }: ActionContext, name: ApplicationName): Promise<Evidence | undefined> {
  const found = await read(kube, name);
  if (found === undefined) return undefined;
  const { operation, status } = found.application;
  const there =
    markOf(found.object) === mark || bears(operation, mark) || bears(status.operationState?.operation, mark);
  return there ? { [markAnnotation]: mark } : undefined;
}

async function sync(kube: KubeWriter, context: ActionContext, input: Drift): Promise<Outcome> {
  const found = await read(kube, input.application);
  if (found === undefined) return missing(input.application);
  const refused = busy(found.application) ?? (await shut(kube, found.application, context));
  if (refused !== undefined) return { kind: "failed", message: refused };
  const still = await judged(kube, found, input);
  if (still.kind !== "done") return still;
  await context.fence();
  const written = await kube.mergePatch(
    applicationName(input.application),
    {
      metadata: { annotations: { [markAnnotation]: context.mark } },
      operation: operationOf(found.application, context, input),
    },
    { fieldManager, resourceVersion: versionOf(found.object) },
  );
  return outcomeOf(written, "Argo CD was asked to sync.", { git: targetOf(found.application) });
}

function busy({ name, operation, status: { operationState } }: Application): string | undefined {
  const running = ["Running", "Terminating"].includes(operationState?.phase ?? "");
  if ((operation === null || operation === undefined) && !running) return undefined;
  return `Another operation of ${name} is under way (${operationState?.message || "not begun yet"}); wait for its end: argocd app wait ${name} --operation`;
}

async function shut(kube: KubeWriter, application: Application, { now }: ActionContext): Promise<string | undefined> {
  const project = foundOf(await kube.get(projectName(application)));
  if (project === undefined) return `The project ${application.spec.project} of ${application.name} is not there.`;
  const why = whyNoSync(project, application, now());
  return why === undefined ? undefined : `Not now: ${why}.`;
}

/** As Argo CD's own API server writes it for a sync by hand of chosen resources; nothing is pruned. */
function operationOf(application: Application, { mark }: ActionContext, { resources }: Drift): object {
  const { revisions } = application.status.sync;
  const several = (application.spec.sources ?? []).length > 0;
  const syncOptions = application.spec.syncPolicy?.syncOptions ?? [];
  return {
    info: [
      { name: markInfo, value: mark },
      { name: "Reason", value: "put back what was changed by hand" },
    ],
    initiatedBy: { username: "millwright" },
    sync: {
      ...(several ? { revisions: revisions ?? [] } : { revision: application.status.sync.revision }),
      resources: resources.map(({ group, kind, namespace, name }) => ({
        ...(group === "" ? {} : { group }),
        kind,
        name,
        ...(namespace === "" ? {} : { namespace }),
      })),
      prune: false,
      syncStrategy: { hook: {} },
      ...(syncOptions.length === 0 ? {} : { syncOptions }),
    },
  };
}

function ended(found: Read | undefined, { application: name }: Waiting, mark: string): Outcome | NotYet {
  if (found === undefined) return missing(name);
  const { operation, status } = found.application;
  if (bears(operation, mark)) return { kind: "not-yet", message: "Argo CD has not begun." };
  const state = status.operationState ?? undefined;
  if (state === undefined || !bears(state.operation, mark))
    return { kind: "not-yet", message: "Argo CD shows another operation than this run's." };
  const { phase, startedAt, finishedAt } = state;
  const kind = phases[phase] ?? "not-yet";
  const message = `Argo CD: ${state.message === "" ? phase : state.message}.`;
  return kind === "not-yet" ? { kind, message } : { kind, message, evidence: { phase, startedAt, finishedAt } };
}

/** Those in which an operation is over (argoproj/gitops-engine, pkg/sync/common/types.go, `OperationPhase.Completed`). */
const phases: Readonly<Record<string, "done" | "failed">> = { Succeeded: "done", Failed: "failed", Error: "failed" };

/** Judged only once Argo CD compared again after the sync. */
function inSync(found: Read | undefined, { application: name, resources }: Waiting, mark: string): Outcome | NotYet {
  if (found === undefined) return missing(name);
  const { status } = found.application;
  const finished = bears(status.operationState?.operation, mark) ? status.operationState?.finishedAt : undefined;
  const compared = Date.parse(status.reconciledAt ?? "");
  if (finished !== undefined && finished !== null && !(compared >= Math.floor(Date.parse(finished) / 1000) * 1000))
    return { kind: "not-yet", message: "Argo CD has not compared again since." };
  const off = resources.filter(
    (one) => (status.resources ?? []).find((other) => sameResource(one, other))?.status !== "Synced",
  );
  if (off.length > 0)
    return { kind: "not-yet", message: `Not in sync so far: ${off.map(wordsOfResource).join(", ")}.` };
  return {
    kind: "done",
    message: "Argo CD finds them as Git has them.",
    evidence: { sync: status.sync.status, health: status.health.status, comparedAt: status.reconciledAt },
  };
}
