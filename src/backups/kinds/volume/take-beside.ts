import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { FilesStore, SqliteStore } from "../../../platform/backup-stores.ts";
import type { Taking } from "../../store-kind.ts";
import { findPod, type Pod } from "../pod.ts";
import { type StandIn, standIn } from "./stand-in.ts";
import { type Volumes, volumesOf } from "./workload.ts";

type Store = FilesStore | SqliteStore;

/**
 * Does work in the store's pod; where none is ready because the fence holds its workload down, in a stand-in, which is taken away
 * afterwards. Throws as `findPod` does where the fence is not why, and `InputError` where the files cannot be had then.
 */
export async function takeBeside<T>(
  store: Store,
  paths: readonly string[],
  taking: Taking,
  work: (pod: Pod) => Promise<T>,
): Promise<T> {
  const cluster = await taking.cluster();
  const place = await readyOrHeld(store, paths, taking);
  if (place.kind === "ready") return work(place.pod);
  try {
    return await work(await findPod(place.held.pod, cluster));
  } finally {
    for (const words of await place.held.release()) {
      taking.progress(words);
      taking.left?.(words);
    }
  }
}

async function readyOrHeld(
  store: Store,
  paths: readonly string[],
  taking: Taking,
): Promise<{ readonly kind: "ready"; readonly pod: Pod } | { readonly kind: "held"; readonly held: StandIn }> {
  try {
    return { kind: "ready", pod: await findPod(store.pod, await taking.cluster()) };
  } catch (thrown) {
    if (!(thrown instanceof SystemError) || thrown.remedy !== "retry") throw thrown;
    const volumes = await volumesHeld(store, paths, taking);
    if (volumes === undefined) throw thrown;
    return { kind: "held", held: await standIn({ store, volumes, purpose: "backup" }, taking) };
  }
}

/** Undefined where the fence does not hold what has the pods. */
async function volumesHeld(
  { pod }: Store,
  paths: readonly string[],
  { down = [], cluster }: Taking,
): Promise<Volumes | undefined> {
  if (down.length === 0) return undefined;
  try {
    const volumes = await volumesOf(pod, paths, await cluster(), "read");
    return down.includes(volumes.workload) ? volumes : undefined;
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    throw new InputError(
      `no pod of ${pod.labels} in ${pod.namespace} is ready under the fence, and no other can take its place: ${thrown.message}. Leave what writes there out of fence.scaleDown, or quiesce it`,
      { cause: thrown },
    );
  }
}
