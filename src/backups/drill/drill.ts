import * as z from "zod";
import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { backupsOf, type Point, pointOf, refuseForeignPoint } from "../point/point.ts";
import { asking } from "../point/prove-point.ts";
import { References } from "../point/references.ts";
import { checksOf } from "../point/see-keys.ts";
import { componentOf } from "../point/store-name.ts";
import { followNot } from "../progress/follow.ts";
import { turnOf } from "../progress/took.ts";
import { following } from "../progress/turns.ts";
import { type OwnProofOptions, proveOwn } from "../prove-own.ts";
import { type Catalogue, type CataloguedBackup, catalogueOf } from "../repository/catalogue.ts";
import { type OwnProof, reasonsOf } from "../repository/own-proof.ts";
import { type CataloguedRecord, readRecord, recordsIn } from "../repository/records.ts";
import type { Repository } from "../repository/restic.ts";
import { inOrderOfReturn } from "../restore/restore.ts";
import { isSafety } from "../schedule/safety.ts";
import { withSpill } from "../with-spill.ts";
import { type Attested, continuityOf } from "./continuity.ts";
import { type DrillReport, readReport } from "./report.ts";

export interface DrillOptions extends Omit<OwnProofOptions, "backup" | "restored" | "lastMillis"> {
  readonly id: string;
  /** `component`: all of its stores. `one`: the store whose last drill is longest ago. */
  readonly scope:
    | { readonly kind: "everything" }
    | { readonly kind: "component"; readonly component: string }
    | { readonly kind: "one" };
  readonly from: DrillReport["from"];
  readonly millwright: string;
  readonly disposable: DrillReport["disposable"];
  readonly objectivesOf: (store: string) => { readonly rpoHours: number; readonly rtoMinutes: number };
  readonly attested: readonly Attested[];
}

type StoreReport = DrillReport["stores"][number];

/**
 * Restores what an environment has into what is thrown away, in the order in which it would come back, measures it and says what it
 * came to. A store that cannot be restored keeps no other from being tried. Throws when there is nothing to try.
 */
export async function drill(options: DrillOptions, ports: BackupPorts): Promise<DrillReport> {
  const { repository, clock, identity, attested, follow = followNot, signal } = options;
  const beganAt = clock.now();
  const catalogue = catalogueOf(await repository.snapshots());
  const { point, backups } = await chosen(catalogue, options);
  const { stores, checks } = await withSpill(options.scratch, ports, async (spill) => {
    const references = new References(spill);
    const stores: StoreReport[] = [];
    const ordered = inOrderOfReturn(backups);
    const turns = ordered.map(({ store }) => turnOf("stores", store, catalogue.backups));
    for (const [before, backup] of ordered.entries()) {
      options.progress(`${backup.store}: restoring ${backup.id} into what is thrown away`);
      const own = { ...options, lastMillis: turns[before]?.millis, follow: following(follow, { turns, before }) };
      const proof = await provenOrWhy(backup, references, own, ports);
      if (signal.aborted) throw new SystemError("the drill was broken off; nothing of it is left", "stop");
      stores.push(storeReport(backup, proof, stores.length + 1, beganAt, options));
    }
    return { stores, checks: point === undefined ? [] : await checksOf(backups, references, turns, options, ports) };
  });
  const everything = options.scope.kind === "everything";
  const { installation, environment, repository: home } = identity;
  const report = {
    schema: "millwright/drill/1" as const,
    id: options.id,
    installation,
    environment,
    repository: home,
    from: options.from,
    scope: everything ? ("everything" as const) : ("some" as const),
    by: options.provenBy,
    beganAt,
    endedAt: clock.now(),
    millwright: options.millwright,
    ...(point === undefined ? {} : { point: { id: point.id, takenAt: point.takenAt, fence: point.fence.kind } }),
    stores,
    components: componentsOf(stores),
    checks: checks.map(({ what, state, asked, why }) => ({ what, state, asked, why: [...why] })),
    continuity: everything ? [...continuityOf(stores, attested)] : [],
    disposable: [...options.disposable],
  };
  return { ...report, ...verdictOf(report) };
}

/** Everything is one recovery point, the newest; a part of it is the newest backup of each store. */
async function chosen(
  catalogue: Catalogue,
  options: DrillOptions,
): Promise<{ readonly point: Point | undefined; readonly backups: readonly CataloguedBackup[] }> {
  const { repository, identity, scope } = options;
  if (scope.kind === "everything") {
    const [newest] = catalogue.points;
    if (newest === undefined)
      throw new InputError("There is no recovery point to rebuild from: millwright backup run makes one.");
    const point = await pointOf(newest, repository);
    refuseForeignPoint(point, identity);
    return { point, backups: backupsOf(point, catalogue) };
  }
  const own = catalogue.backups.filter((one) => !isSafety(one));
  const newest = [...Map.groupBy(own, ({ store }) => store).values()].flatMap(([one]) => one ?? []);
  if (scope.kind === "component") {
    const of = newest.filter(({ store }) => store.startsWith(`${scope.component}/`) || store === scope.component);
    if (of.length === 0) throw new InputError(`No store of ${scope.component} has a backup in this repository.`);
    return { point: undefined, backups: of };
  }
  const last = await lastDrills(repository, options.progress);
  const [oldest] = newest.toSorted(
    (a, b) => (last.get(a.store) ?? "").localeCompare(last.get(b.store) ?? "") || a.store.localeCompare(b.store),
  );
  if (oldest === undefined) throw new InputError("There is no backup in this repository.");
  return { point: undefined, backups: [oldest] };
}

/** When each store was in a drill last. What cannot be read of earlier drills keeps no drill from being done. */
async function lastDrills(
  repository: Repository,
  progress: (text: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const last = new Map<string, string>();
  const records = recordsIn(await repository.snapshots(), "drill").slice(0, 200);
  for (const record of records.toReversed()) {
    const report = await reportIn(record, repository);
    if (typeof report === "string") progress(`the report of ${record.id} is passed over: ${report}`);
    else for (const { store } of report.stores) last.set(store, report.endedAt);
  }
  return last;
}

/** Or why it cannot be read: it is damaged, or of another version. */
async function reportIn(record: CataloguedRecord, repository: Repository): Promise<DrillReport | string> {
  try {
    return readReport(await readRecord(repository, record)).report;
  } catch (thrown) {
    if (thrown instanceof z.ZodError) return "it is no report as this version writes them";
    if (!(thrown instanceof InputError)) throw thrown;
    return messageOf(thrown);
  }
}

type Tried = Pick<OwnProof, "verdict" | "counts" | "millis" | "doesNotCover">;

async function provenOrWhy(
  backup: CataloguedBackup,
  references: References,
  options: DrillOptions & Pick<OwnProofOptions, "lastMillis">,
  ports: BackupPorts,
): Promise<Tried> {
  const began = Date.parse(options.clock.now());
  try {
    return await proveOwn({ ...options, backup, ...asking(references, backup, options.systems) }, ports);
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    const why = messageOf(thrown);
    const verdict =
      thrown instanceof InputError
        ? { kind: "failed" as const, why: [why] }
        : { kind: "unknown" as const, why, howToLearn: "Do it again." };
    return { verdict, counts: {}, millis: Date.parse(options.clock.now()) - began, doesNotCover: [] };
  }
}

function storeReport(
  { id, store, kind, digest, takenAt, bytes }: CataloguedBackup,
  { verdict, counts, millis, doesNotCover }: Tried,
  order: number,
  beganAt: Instant,
  { objectivesOf }: DrillOptions,
): StoreReport {
  const { rpoHours, rtoMinutes } = objectivesOf(store);
  return {
    order,
    store,
    component: componentOf(store),
    kind,
    backup: id,
    digest,
    takenAt,
    bytes,
    verdict: verdict.kind,
    why: [...reasonsOf(verdict)],
    counts: { ...counts },
    restoreSeconds: Math.round(millis / 100) / 10,
    objectiveMinutes: rtoMinutes,
    ageSeconds: Math.round((Date.parse(beganAt) - Date.parse(takenAt)) / 1000),
    objectiveHours: rpoHours,
    doesNotCover: [...doesNotCover],
  };
}

/** A component is back when its last store is: one after the other, as this drill did it. */
function componentsOf(stores: readonly StoreReport[]): DrillReport["components"] {
  return [...Map.groupBy(stores, ({ component }) => component)].map(([component, of]) => ({
    component,
    restoreSeconds: Math.round(of.reduce((sum, one) => sum + one.restoreSeconds, 0) * 10) / 10,
    ageSeconds: Math.max(...of.map((one) => one.ageSeconds)),
    met: of.every(isMet),
  }));
}

function isMet({ verdict, restoreSeconds, objectiveMinutes, ageSeconds, objectiveHours }: StoreReport): boolean {
  return verdict === "proven" && restoreSeconds <= objectiveMinutes * 60 && ageSeconds <= objectiveHours * 3600;
}

function verdictOf({ stores, checks }: Pick<DrillReport, "stores" | "checks">): Pick<DrillReport, "verdict" | "why"> {
  const failed = [
    ...stores.flatMap(({ store, verdict, why }) => (verdict === "failed" ? [`${store}: ${why[0] ?? "failed"}`] : [])),
    ...checks.flatMap(({ what, state, why }) => (state === "failed" ? [`${what}: ${why.join("; ")}`] : [])),
    ...stores.flatMap(({ store, restoreSeconds, objectiveMinutes }) =>
      restoreSeconds > objectiveMinutes * 60
        ? [`${store} took ${Math.round(restoreSeconds / 6) / 10} minutes, and may take ${objectiveMinutes}`]
        : [],
    ),
    ...stores.flatMap(({ store, ageSeconds, objectiveHours }) =>
      ageSeconds > objectiveHours * 3600
        ? [`${store} was ${Math.round(ageSeconds / 360) / 10} hours old, and ${objectiveHours} may be lost`]
        : [],
    ),
  ];
  if (failed.length > 0) return { verdict: "failed", why: failed };
  const unknown = [
    ...stores.flatMap(({ store, verdict, why }) => (verdict === "proven" ? [] : [`${store}: ${why[0] ?? verdict}`])),
    ...checks.flatMap(({ what, state, why }) => (state === "unknown" ? [`${what}: ${why.join("; ")}`] : [])),
  ];
  return unknown.length > 0 ? { verdict: "incomplete", why: unknown } : { verdict: "passed", why: [] };
}
