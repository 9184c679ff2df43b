import * as z from "zod";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { KubeName, KubeObject, KubeReader, KubeWriter, KubeWritten } from "../../kernel/kube.ts";
import { type AnyAction, defineAction, type Outcome } from "../action.ts";
import { fieldManager, foundOf, outcomeOf, versionOf } from "./kube-outcome.ts";
import { Workload } from "./workload.ts";

/*
 * One run at a time changes a workload: whoever changes it holds a Lease beside it, in its namespace, where every control
 * plane sees it, also one that was restored from a backup and knows nothing of the other.
 */

const type = { apiVersion: "coordination.k8s.io/v1", plural: "leases" };

/** An Application of Argo CD has a Lease of its own, in its namespace. */
const Held = Workload.extend({ kind: z.enum([...Workload.shape.kind.unwrap().options, "application"]) });
const Input = Held.extend({ seconds: z.number().int().min(60).max(86_400).default(3600) });
type Input = z.infer<typeof Input>;

const Lease = z.object({
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      renewTime: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
    })
    .prefault({}),
});

export function leaseActions(kube: KubeWriter): readonly AnyAction[] {
  return [
    defineAction<Input>(Input, {
      id: "lease/take",
      async run({ runId, now, fence }, input) {
        const found = foundOf(await kube.get(leaseName(input)));
        const holder = found === undefined ? undefined : holderOf(found, now());
        if (holder === runId) return { kind: "done", message: "This run holds it already." };
        if (holder !== undefined) return { kind: "failed", message: `Run ${holder} is changing it; wait for its end.` };
        await fence();
        const written = await take(kube, input, found, runId, now());
        return outcomeOf(written, "No other run changes it now.", { lease: leaseName(input).name });
      },
      undo: ({ runId, fence }, input) => release(kube, input, runId, fence),
      describe: (input) => `take the Lease ${leaseName(input).name} in ${input.namespace}`,
    }),
    defineAction<Input>(Input, {
      id: "lease/release",
      run: ({ runId, fence }, input) => release(kube, input, runId, fence),
      // Giving it back is what an abort wants anyway.
      undo: async () => ({ kind: "done", message: "It was given back." }),
      describe: (input) => `give the Lease ${leaseName(input).name} back`,
    }),
  ];
}

/** Whether a run holds the workload's Lease at this moment. */
export async function holdsLease(kube: KubeReader, workload: Workload, runId: string, now: Instant): Promise<boolean> {
  const found = foundOf(await kube.get(leaseName(workload)));
  return found !== undefined && holderOf(found, now) === runId;
}

function leaseName({ namespace, kind, name }: z.infer<typeof Held>): KubeName {
  return { ...type, namespace, name: `millwright-${kind}-${name}` };
}

/** Who holds it; undefined when nobody does, or no longer. */
function holderOf(lease: KubeObject, now: Instant): string | undefined {
  const { holderIdentity, renewTime, leaseDurationSeconds } = Lease.parse(lease).spec;
  if (holderIdentity === null || holderIdentity === undefined || holderIdentity === "") return undefined;
  const until = Date.parse(renewTime ?? "") + (leaseDurationSeconds ?? 0) * 1000;
  return until > Date.parse(now) ? holderIdentity : undefined;
}

function take(
  kube: KubeWriter,
  input: Input,
  found: KubeObject | undefined,
  runId: string,
  now: Instant,
): Promise<KubeWritten> {
  const time = instantOf(Date.parse(now)).replace("Z", "000Z"); // MicroTime: six digits
  const spec = { holderIdentity: runId, acquireTime: time, renewTime: time, leaseDurationSeconds: input.seconds };
  const name = leaseName(input);
  if (found !== undefined) return kube.mergePatch(name, { spec }, { fieldManager, resourceVersion: versionOf(found) });
  const labels = { "app.kubernetes.io/managed-by": "millwright" };
  const metadata = { name: name.name, namespace: input.namespace, labels };
  return kube.create(type, { apiVersion: type.apiVersion, kind: "Lease", metadata, spec }, { fieldManager });
}

/**
 * As client-go releases: the Lease stays and names nobody (k8s.io/client-go tools/leaderelection, `release`). So the account
 * needs no right to delete Leases, among which are other programs'.
 */
async function release(kube: KubeWriter, input: Input, runId: string, fence: () => Promise<void>): Promise<Outcome> {
  const found = foundOf(await kube.get(leaseName(input)));
  if (found === undefined || Lease.parse(found).spec.holderIdentity !== runId)
    return { kind: "done", message: "This run does not hold it." };
  await fence();
  const released = { spec: { holderIdentity: "", leaseDurationSeconds: 1 } };
  const written = await kube.mergePatch(leaseName(input), released, {
    fieldManager,
    resourceVersion: versionOf(found),
  });
  if (written.kind === "absent") return { kind: "done", message: "It is gone." };
  return outcomeOf(written, "Given back.", { lease: leaseName(input).name });
}
