import * as z from "zod";
import type { Entry, LabCluster } from "../lab/kubernetes/index.ts";
import { markAnnotation } from "../src/engine/actions/kube-outcome.ts";
import type { Run } from "../src/engine/run.ts";

const Restart = z.object({
  metadata: z.object({ annotations: z.object({ [markAnnotation]: z.string() }), resourceVersion: z.string().min(1) }),
});
const Lease = z.object({
  metadata: z.object({ name: z.string().optional(), resourceVersion: z.string().min(1).optional() }),
  spec: z.object({ holderIdentity: z.string() }),
});

/** What the server's ledger of mutating calls says in figures. */
export function countOf(lab: LabCluster): Readonly<Record<"restarts" | "leases" | "conflicts" | "refusals", number>> {
  const count = (is: (entry: Entry) => boolean): number => lab.mutations().filter(is).length;
  return {
    restarts: count((entry) => entry.resource === "deployments" && hasLanded(entry)),
    leases: count((entry) => entry.resource === "leases" && hasLanded(entry) && leaseIn(entry).holder !== ""),
    conflicts: count(({ status }) => status === 409),
    refusals: lab.entries.filter(({ status }) => status === 403).length,
  };
}

function hasLanded({ status }: Entry): boolean {
  return status < 300;
}

/** Calls that landed, by run. */
class Tally {
  readonly restarts = new Map<string, number>();
  readonly taken = new Map<string, number>();
  readonly given = new Map<string, number>();
  /** Who holds which Lease. */
  readonly holders = new Map<string, string>();
  /** `component-0 RUN/restart`, in order. */
  readonly landed: string[] = [];
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Plays the ledger again: each restart on a version that was looked at, under its own run's Lease, once. */
export function wrongOf(lab: LabCluster, seen: readonly string[], runs: readonly Run[]): readonly string[] {
  const tally = new Tally();
  const wrong = lab
    .mutations()
    .filter(hasLanded)
    .flatMap((entry) => played(tally, entry));
  const held = [...tally.holders].map(([name, holder]) => `${holder} still holds ${name}`);
  const { landed } = tally;
  return [...wrong, ...held, ...wrongRuns(tally, runs), ...wrongObjects(lab, landed), ...unseen(landed, seen)];
}

function played(tally: Tally, entry: Entry): readonly string[] {
  const { method, resource } = entry;
  switch (`${method} ${resource}`) {
    case "POST leases":
    case "PATCH leases":
      return handed(tally, entry);
    case "PATCH deployments":
      return restarted(tally, entry);
    default:
      return [`${method} ${entry.path} is none of the procedure's calls`];
  }
}

function leaseIn({ body, name }: Entry) {
  const { metadata, spec } = Lease.parse(JSON.parse(body));
  return { name: name ?? metadata.name ?? "", holder: spec.holderIdentity, looked: metadata.resourceVersion };
}

/** A Lease goes from nobody to a run, and from that run to nobody; a change of one that is there names what was looked at. */
function handed(tally: Tally, entry: Entry): readonly string[] {
  const { name, holder, looked } = leaseIn(entry);
  const before = tally.holders.get(name);
  if (holder === "") {
    add(tally.given, before ?? "nobody");
    tally.holders.delete(name);
  } else {
    add(tally.taken, holder);
    tally.holders.set(name, holder);
  }
  return [
    ...(holder !== "" && before !== undefined ? [`${holder} took ${name}, which ${before} held`] : []),
    ...(entry.method === "PATCH" && looked === undefined ? [`${name} was changed without a condition`] : []),
  ];
}

function restarted(tally: Tally, { name = "", body }: Entry): readonly string[] {
  const mark = Restart.parse(JSON.parse(body)).metadata.annotations[markAnnotation];
  const [run = ""] = mark.split("/");
  const holder = tally.holders.get(`millwright-deployment-${name}`) ?? "nobody";
  add(tally.restarts, run);
  tally.landed.push(`${name} ${mark}`);
  return holder === run ? [] : [`${mark} landed at ${name} while ${holder} held its Lease`];
}

/** Done: one restart, the Lease taken once and given back once. Aborted: at most so. */
function wrongRuns({ restarts, taken, given }: Tally, runs: readonly Run[]): readonly string[] {
  const ids = new Set(runs.map(({ id }) => id));
  const strange = [...restarts.keys(), ...taken.keys(), ...given.keys()].filter((id) => !ids.has(id));
  const wrong = runs.flatMap(({ id, state }) => {
    const [done, took, gave] = [restarts.get(id) ?? 0, taken.get(id) ?? 0, given.get(id) ?? 0];
    const right =
      state === "done" ? done === 1 && took === 1 && gave === 1 : done <= took && took <= 1 && took === gave;
    return right ? [] : [`${id} (${state}): ${done} restarts, its Lease ${took} times taken, ${gave} times given back`];
  });
  return [...strange.map((id) => `calls of ${id}, which is no run`), ...wrong];
}

/** Every restart made one generation of its workload, and the last one's mark stands. */
function wrongObjects(lab: LabCluster, landed: readonly string[]): readonly string[] {
  return lab.store.all("Deployment").flatMap(({ metadata }) => {
    const own = landed.filter((line) => line.startsWith(`${metadata.name} `));
    const mark = metadata.annotations?.[markAnnotation];
    const stands = mark === undefined ? undefined : `${metadata.name} ${mark}`;
    if (metadata.generation === own.length + 1 && stands === own.at(-1)) return [];
    return [`${metadata.name}: generation ${metadata.generation}, ${own.length} restarts; it bears ${mark}`];
  });
}

function unseen(landed: readonly string[], seen: readonly string[]): readonly string[] {
  const missed = landed.filter((line) => !seen.includes(line)).map((line) => `the watch did not see ${line}`);
  return [...missed, ...seen.filter((line) => !landed.includes(line)).map((line) => `only the watch saw ${line}`)];
}
