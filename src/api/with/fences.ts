import * as z from "zod";
import { leftAfterMillis } from "../../backups/fence/fence.ts";
import { markOf } from "../../backups/fence/workload.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { type Instant, parseInstant } from "../../kernel/instant.ts";
import type { KubeObject, KubeReader } from "../../kernel/kube.ts";
import { keepHolds, type SeenHold } from "../../observations/holds.ts";
import { shortened } from "../../observations/observe.ts";
import type { ServerConfig } from "../../platform/server-config.ts";
import type { Store } from "../../store/store.ts";
import type { Probe } from "../../systems/contract.ts";
import type { Building } from "./capability.ts";
import { ObservedClusters } from "./cluster.ts";

type Target = NonNullable<ServerConfig["backups"]["environments"][number]["fence"]>["scaleDown"][number];

/** Health is judged without it: it waits for a cluster that hangs no longer. */
const patienceMillis = 10_000;

/**
 * Looks which workloads a fence holds down, of one environment where it is named; who closed it, a run of ours or a command line,
 * stands in the cluster.
 */
export function fencesOf(building: Building): (store: Store, now: Instant, only?: string) => Promise<void> {
  const { parts, ports } = building;
  const clusters = new ObservedClusters(building);

  async function look(store: Store, environment: string, targets: readonly Target[], now: Instant): Promise<void> {
    const cluster = parts.config().clusters.find((one) => one.environment === environment);
    if (cluster === undefined) return;
    const endpoints = parts.config().endpoints.filter((one) => one.environment === environment);
    const components = endpoints.map(({ component }) => component);
    const quietOf = (component: string, workload: string): readonly string[] | undefined => {
      const system = endpoints.find((one) => one.component === component)?.system;
      return quietProbes(ports.probes.systems.find(({ id }) => id === system)?.probes ?? [], workload);
    };
    try {
      const reader = await clusters.reader(cluster);
      const seen = await Promise.all(targets.map((target) => holdOf(reader, target, { components, quietOf }, now)));
      await keepHolds(store, environment, seen.flat(), now);
    } catch (thrown) {
      // What was seen before counts for a while yet.
      if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
      clusters.forget(environment);
      parts.log({ level: "warning", message: `the fence of ${environment} cannot be looked at: ${messageOf(thrown)}` });
    }
  }

  return async (store, now, only) => {
    const looks = parts
      .config()
      .backups.environments.filter(({ environment }) => only === undefined || environment === only)
      .flatMap(({ environment, fence }) =>
        fence === undefined || fence.scaleDown.length === 0 ? [] : [look(store, environment, fence.scaleDown, now)],
      );
    if (looks.length === 0) return;
    const over = new AbortController();
    await Promise.race([Promise.all(looks), ports.probes.wait(patienceMillis, over.signal)]);
    over.abort();
  };
}

/** The components of an environment, and which of one's probes may have no answer while a workload of it is down. */
interface Known {
  readonly components: readonly string[];
  readonly quietOf: (component: string, workload: string) => readonly string[] | undefined;
}

/** Those that do not say that they answer without this workload; undefined: none says so, and all are quiet. */
function quietProbes(probes: readonly Probe[], workload: string): readonly string[] | undefined {
  if (!probes.some(({ answersWithout }) => answersWithout?.test(workload))) return undefined;
  return probes
    .filter(({ answersWithout, tells }) => tells !== "upkeep" && !answersWithout?.test(workload))
    .map(({ id }) => id);
}

async function holdOf(
  reader: KubeReader,
  { namespace, name, kind, component: declared }: Target,
  { components, quietOf }: Known,
  now: Instant,
): Promise<readonly SeenHold[]> {
  const found = await reader.get({ apiVersion: "apps/v1", plural: `${kind}s`, namespace, name });
  if (found.kind === "unknown") throw new SystemError(`${found.why} ${found.howToLearn}`, "stop");
  const marked = found.kind === "known" ? markedBy(found.value, now) : undefined;
  if (marked === undefined) return [];
  // One of no component is held as well: it stands for itself.
  const component = declared ?? componentOf(name, components) ?? name;
  const { by, at, isLeft } = marked;
  const probes = quietOf(component, name);
  return [{ workload: `${kind} ${namespace}/${name}`, component, by, probes, leftAt: isLeft ? at : undefined }];
}

/** Why a run changes no workload that a fence holds down, and when it may; undefined: nobody who is at work holds it. */
export function heldDown(workload: KubeObject, now: Instant): string | undefined {
  const marked = markedBy(workload, now);
  if (marked === undefined || marked.isLeft) return undefined;
  return `held down by ${marked.by}, whose fence a change would break: try again once that has ended, it is given back then`;
}

interface Marked {
  readonly by: string;
  /** When that was renewed last. */
  readonly at: Instant;
  /** Its holder is gone. */
  readonly isLeft: boolean;
}

/** Who holds a workload down. */
function markedBy(workload: KubeObject, now: Instant): Marked | undefined {
  const mark = isDown(workload) ? markOf(workload) : undefined;
  const at = mark === undefined ? undefined : renewedAt(mark.at, now);
  if (mark === undefined || at === undefined) return undefined;
  return { by: shortened(mark.by, 100), at, isLeft: Date.parse(now) - Date.parse(at) >= leftAfterMillis };
}

/** A mark alone holds nothing: somebody may have scaled it up again, and what its probes say then is its own. */
function isDown(workload: KubeObject): boolean {
  return Scaled.safeParse(workload).data?.spec.replicas === 0;
}

const Scaled = z.object({ spec: z.object({ replicas: z.number() }) });

/**
 * When a mark was renewed last. Whoever may write the workload may write one: a moment that lies ahead would never get old, and one
 * before there were clusters is none that a database keeps.
 */
function renewedAt(text: string, now: Instant): Instant | undefined {
  const at = parseInstant(text);
  if (at === undefined || Date.parse(at) <= 0) return undefined;
  return Date.parse(at) - Date.parse(now) < leftAfterMillis ? at : undefined;
}

/** The one that a workload is named after: `gitlab` of `gitlab-sidekiq-all-in-1-v2`. */
function componentOf(workload: string, components: readonly string[]): string | undefined {
  return components
    .filter((one) => workload === one || workload.startsWith(`${one}-`))
    .toSorted((a, b) => b.length - a.length)[0];
}
