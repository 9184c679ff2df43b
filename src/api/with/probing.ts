import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { KubeReader } from "../../kernel/kube.ts";
import { bindPorts, type Edges } from "../../observations/ports.ts";
import { forgetOthers } from "../../observations/store.ts";
import { targetsOf } from "../../observations/target.ts";
import { Watch } from "../../observations/watch.ts";
import type { SecretRef } from "../../platform/secret-ref.ts";
import { alone } from "../../worker/store.ts";
import type { Building } from "./capability.ts";
import { observedCluster } from "./cluster.ts";

/** Other endpoints, and a prober that is gone, are noticed after so long. */
const lookEverySeconds = 15;

/** Probes for as long as it is not closed; of several processes with the same environments one does, the others stand by. */
export function probing(building: Building): { close(): Promise<void> } {
  const { parts, ports } = building;
  const ending = new AbortController();
  const going = (async () => {
    while (!ending.signal.aborted) {
      try {
        const lock = `probes ${[...mine(building)].toSorted().join(" ")}`;
        await alone(parts.store, lock, () => watch(building, ending.signal));
      } catch (thrown) {
        parts.log({ level: "error", message: `probes: ${messageOf(thrown)}` });
      }
      await ports.probes.wait(lookEverySeconds * 1000, ending.signal);
    }
  })();
  return {
    async close() {
      ending.abort();
      await going;
    },
  };
}

/** Empty: all. */
function mine({ parts, ports }: Building): readonly string[] {
  return ports.environments.length > 0 ? ports.environments : parts.config().workers.environments;
}

async function watch(building: Building, signal: AbortSignal): Promise<void> {
  const { parts, ports } = building;
  const clusters = new Map<string, KubeReader>();
  const edges: Edges = {
    ...ports.probes.edges,
    clock: parts.clock,
    kube: (environment) => clusters.get(environment),
    resolve: (ref) => secretOf(building, ref),
  };
  const watching = new Watch({
    store: parts.store,
    timers: ports.probes.timers,
    atOnce: parts.config().workers.probesAtOnce,
    log: parts.log,
    now: () => parts.clock.now(),
    bind: (target) => bindPorts(edges, target),
  });
  let before = "";
  try {
    while (!signal.aborted) {
      const { endpoints, probes, clusters: configured } = parts.config();
      const now = JSON.stringify([endpoints, probes, configured]);
      if (now !== before) await begin(building, watching, clusters);
      before = now;
      await ports.probes.wait(lookEverySeconds * 1000, signal);
    }
  } finally {
    await watching.stop();
  }
}

/** Wrong endpoints are said once, and those before them go on. */
async function begin(building: Building, watching: Watch, clusters: Map<string, KubeReader>): Promise<void> {
  const { parts, ports } = building;
  try {
    const own = mine(building);
    const endpoints = parts
      .config()
      .endpoints.filter(({ environment }) => own.length === 0 || own.includes(environment));
    const targets = targetsOf(endpoints, ports.probes.systems, parts.config().probes.everySeconds);
    clusters.clear();
    for (const cluster of parts.config().clusters)
      if (endpoints.some(({ environment }) => environment === cluster.environment))
        clusters.set(cluster.environment, await observedCluster(building, cluster));
    watching.set(targets);
    await forgetOthers(parts.store, targets, own.length === 0 ? undefined : own, parts.clock.now());
  } catch (thrown) {
    parts.log({ level: "error", message: `probes: ${messageOf(thrown)}` });
  }
}

/** A secret that is not there keeps a probe from its answer; it is no mistake of ours. */
async function secretOf({ parts }: Building, ref: SecretRef): Promise<string> {
  try {
    return await parts.useSecret(ref, "probes");
  } catch (thrown) {
    if (thrown instanceof InputError) throw new SystemError(thrown.message, "stop", { cause: thrown });
    throw thrown;
  }
}
