import * as z from "zod";
import type { Instant } from "../../kernel/instant.ts";
import type { KubeObject, KubeWriter } from "../../kernel/kube.ts";
import {
  type ActionContext,
  type AnyAction,
  defineAction,
  type Evidence,
  type NotYet,
  type Outcome,
} from "../action.ts";
import { configurationText, lastChange, oldestPod, Source } from "./configuration.ts";
import { fieldManager, markAnnotation, markOf, outcomeOf, versionOf } from "./kube-outcome.ts";
import { holdsLease } from "./lease.ts";
import {
  isSettled,
  nameOf,
  progressOf,
  readWorkload,
  tell,
  templateAnnotations,
  Workload,
  wordsOf,
} from "./workload.ts";

/** `kubectl rollout restart` writes the same one, so its users see what happened. */
const restartedAt = "kubectl.kubernetes.io/restartedAt";
/** What the pods were last rolled out with: the versions of their ConfigMaps and Secrets. */
const configurationAnnotation = "millwright.dev/configuration";

const Configured = Workload.extend({ sources: z.array(Source).min(1) });
type Configured = z.infer<typeof Configured>;

/** What holds a workload down on purpose and for now, and when to try again; undefined: nothing does. */
export type HeldDown = (workload: KubeObject, now: Instant) => string | undefined;

/** Restarting workloads and rolling out what changed beside them; with the credentials of one environment. */
export function rolloutActions(kube: KubeWriter, heldDown: HeldDown = () => undefined): readonly AnyAction[] {
  const marked = async ({ mark }: ActionContext, workload: Workload): Promise<Evidence | undefined> => {
    const object = await readWorkload(kube, workload);
    return object !== undefined && markOf(object) === mark ? { [markAnnotation]: mark } : undefined;
  };
  return [
    defineAction<Workload>(Workload, {
      id: "workload/serves",
      async run({ now }, workload) {
        const object = await readWorkload(kube, workload);
        return heldBack(workload, object, heldDown, now()) ?? serves(workload, object);
      },
    }),
    defineAction<Workload>(Workload, {
      id: "workload/state",
      run: async (_, workload) => stateOf(workload, await readWorkload(kube, workload)),
    }),
    defineAction<Workload>(Workload, {
      id: "workload/rolled-out",
      run: async (_, workload) => rolledOut(workload, await readWorkload(kube, workload)),
    }),
    defineAction<Workload>(Workload, {
      id: "workload/restart",
      alreadyDone: marked,
      run: (context, workload) =>
        change({ kube, heldDown }, context, workload, () => ({ [restartedAt]: context.startedAt })),
      describe: (workload) => `restart the pods of ${wordsOf(workload)}, a few at a time as its strategy says`,
    }),
    defineAction<Configured>(Configured, {
      id: "configuration/changed",
      run: async (_, input) => changed(kube, input),
    }),
    defineAction<Configured>(Configured, {
      id: "configuration/roll-out",
      alreadyDone: marked,
      async run(context, input) {
        const text = await configurationText(kube, input.namespace, input.sources);
        if (text.kind === "missing") return { kind: "failed", message: `${text.what} is not there.` };
        return change({ kube, heldDown }, context, input, () => ({ [configurationAnnotation]: text.text }));
      },
      describe: (input) =>
        `roll ${wordsOf(input)} out anew, with ${input.sources.map(({ name }) => name).join(", ")} as they are now`,
    }),
  ];
}

function missing(workload: Workload): Outcome {
  return { kind: "failed", message: `There is no ${wordsOf(workload)}.` };
}

function heldBack(
  workload: Workload,
  object: KubeObject | undefined,
  heldDown: HeldDown,
  now: Instant,
): Outcome | undefined {
  const held = object === undefined ? undefined : heldDown(object, now);
  return held === undefined ? undefined : { kind: "failed", message: `${wordsOf(workload)} is ${held}.` };
}

function serves(workload: Workload, object: KubeObject | undefined): Outcome {
  if (object === undefined) return missing(workload);
  const progress = progressOf(workload.kind, object);
  if (progress.wanted === 0) return { kind: "failed", message: `${wordsOf(workload)} is scaled to none.` };
  return {
    kind: isSettled(progress) ? "done" : "failed",
    message: `${wordsOf(workload)}: ${tell(progress)}.`,
    evidence: { ...progress },
  };
}

/** Only looks: whatever it finds, it is an answer. */
function stateOf(workload: Workload, object: KubeObject | undefined): Outcome {
  if (object === undefined) return { kind: "done", message: `There is no ${wordsOf(workload)} now.` };
  const progress = progressOf(workload.kind, object);
  const words = isSettled(progress) && progress.wanted > 0 ? "serves" : "does not serve as it should";
  return { kind: "done", message: `${wordsOf(workload)} ${words}: ${tell(progress)}.`, evidence: { ...progress } };
}

function rolledOut(workload: Workload, object: KubeObject | undefined): Outcome | NotYet {
  if (object === undefined) return missing(workload);
  const progress = progressOf(workload.kind, object);
  const message = `${wordsOf(workload)}: ${tell(progress)}.`;
  if (isSettled(progress)) return { kind: "done", message, evidence: { ...progress } };
  if (progress.seen && progress.stuck)
    return { kind: "failed", message: `${message} Kubernetes gave up waiting.`, evidence: { ...progress } };
  return { kind: "not-yet", message };
}

/**
 * Changes the pods' template, only on the very state that was looked at, which nothing holds down, and only while this run holds the
 * Lease.
 */
async function change(
  { kube, heldDown }: { readonly kube: KubeWriter; readonly heldDown: HeldDown },
  { runId, mark, now, fence }: ActionContext,
  workload: Workload,
  annotations: () => Readonly<Record<string, string>>,
): Promise<Outcome> {
  const object = await readWorkload(kube, workload);
  if (object === undefined) return missing(workload);
  const held = heldBack(workload, object, heldDown, now());
  if (held !== undefined) return held;
  if (!(await holdsLease(kube, workload, runId, now())))
    return { kind: "failed", message: `This run no longer holds the Lease of ${wordsOf(workload)}.` };
  const before = { generation: object.metadata.generation, resourceVersion: versionOf(object) };
  await fence();
  const written = await kube.mergePatch(
    nameOf(workload),
    {
      metadata: { annotations: { [markAnnotation]: mark } },
      spec: { template: { metadata: { annotations: annotations() } } },
    },
    { fieldManager, resourceVersion: versionOf(object) },
  );
  return outcomeOf(written, `${wordsOf(workload)} was told to replace its pods.`, { before });
}

/** SharingHub and MLflow read their configuration when they start: pods older than the last change run with the old one. */
async function changed(kube: KubeWriter, input: Configured): Promise<Outcome> {
  const object = await readWorkload(kube, input);
  if (object === undefined) return missing(input);
  const text = await configurationText(kube, input.namespace, input.sources);
  if (text.kind === "missing") return { kind: "failed", message: `${text.what} is not there.` };
  const rolledOutWith = templateAnnotations(object)[configurationAnnotation];
  if (rolledOutWith === text.text)
    return {
      kind: "failed",
      message: `Nothing has changed since ${wordsOf(input)} was last rolled out.`,
      evidence: { configuration: text.text },
    };
  const evidence = { before: rolledOutWith, now: text.text };
  if (rolledOutWith !== undefined)
    return { kind: "done", message: "It has changed since the last roll-out.", evidence };
  const [change, pod] = [lastChange(text.objects), await oldestPod(kube, input.namespace, object)];
  if (change !== undefined && pod !== undefined && Date.parse(change) < Date.parse(pod))
    return { kind: "failed", message: `All pods began after the last change (${change}): they have it.`, evidence };
  return {
    kind: "done",
    message: `Pods run that began before the last change (${change ?? "at an unknown time"}).`,
    evidence,
  };
}
