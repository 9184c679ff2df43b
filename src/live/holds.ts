import { serviceKey } from "../access/route.ts";
import { type SyncResource, wordsOfResource } from "../engine/argocd/application.ts";
import type { Instant } from "../kernel/instant.ts";
import { type Hold, wordsOfHold } from "../platform/hold.ts";
import type { Store } from "../store/store.ts";
import type { LiveDrift, LiveFacts } from "./facts.ts";
import type { PutBack } from "./put-back.ts";
import { listFacts } from "./store.ts";

/** What is held down now, of all environments; a hold that hangs, or whose holder is gone, is not among them. */
export type HoldsNow = (store: Store, now: Instant) => Promise<readonly Hold[]>;

export const holdsNow = serviceKey<HoldsNow>("holds");

/** What holds a resource down; undefined: nothing does. */
function holdOn({ group, kind, namespace, name }: SyncResource, holds: readonly Hold[]): Hold | undefined {
  const workload = `${kind.toLowerCase()} ${namespace}/${name}`;
  return group === "apps" ? holds.find((one) => one.workload === workload) : undefined;
}

/** The drifts of what is held say so. A fence changes the replicas, and nothing else that Git declares. */
export function heldIn(facts: LiveFacts, holds: readonly Hold[]): LiveFacts {
  const own = holds.filter(({ environment }) => environment === facts.environment);
  const { drifts } = facts;
  if (drifts.kind !== "known" || own.length === 0) return facts;
  const value = drifts.value.map((drift): LiveDrift => {
    const hold = holdOn(drift.resource, own);
    if (hold === undefined) return drift;
    const { by, since } = hold;
    return { ...drift, held: { by, since, planned: drift.field === "spec.replicas" && drift.live === "0" } };
  });
  return { ...facts, drifts: { ...drifts, value } };
}

/** Which of the resources that would be put back is held down, and by what; where nothing is offered, which of those that drift. */
export async function heldAmong(
  store: Store,
  asked: {
    readonly environment: string;
    readonly application: string;
    readonly holds: readonly Hold[];
    readonly offered: PutBack | undefined;
  },
): Promise<string | undefined> {
  const { environment, application, holds, offered } = asked;
  if (holds.length === 0) return undefined;
  const drifts = await listFacts(store, "drift", { visible: [environment], environment });
  const own = drifts.flatMap(({ content }) => (content.application?.name === application ? [content.resource] : []));
  for (const resource of offered?.resources ?? own) {
    const hold = holdOn(resource, holds);
    if (hold !== undefined)
      return `${wordsOfResource(resource)} is ${wordsOfHold(hold)}: a sync would bring it up again.`;
  }
  return undefined;
}
