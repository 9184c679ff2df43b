import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { kindOf } from "../kinds/index.ts";
import { refuseAborted } from "../parts.ts";
import { followNot } from "../progress/follow.ts";
import { timedBackups, turnOf } from "../progress/took.ts";
import { following, type Turn } from "../progress/turns.ts";
import type { CataloguedBackup } from "../repository/catalogue.ts";
import { digestOf, type SealedManifest, sizeOf } from "../repository/manifest.ts";
import { tagsOf } from "../repository/tags.ts";
import { type BackupOptions, backUp } from "../run.ts";
import { type Fenced, type Point, pointFile } from "./point.ts";

export interface PointOptions extends Omit<BackupOptions, "store" | "point"> {
  readonly stores: readonly BackupStore[];
  readonly disposable: readonly { readonly component: string; readonly store: string; readonly why: string }[];
  /** Stops the writers for as long as the work takes; or why none stops them. */
  readonly behindFence:
    | (<T>(work: () => Promise<T>) => Promise<{ readonly done: T; readonly fenced: Fenced }>)
    | Extract<Fenced, { readonly kind: "unfenced" }>;
  /** What hears of one store's progress. */
  readonly optionsFor: (store: BackupStore) => Promise<Pick<BackupOptions, "progress" | "follow">>;
  /** Whether the point is proven right after: that is told of as work still to come. */
  readonly provesThen?: boolean | undefined;
}

/** What became of one store. */
export type StoreOutcome =
  | { readonly store: string; readonly kind: "backed-up"; readonly sealed: SealedManifest }
  | { readonly store: string; readonly kind: "failed"; readonly why: string };

export interface PointOutcome {
  readonly outcomes: readonly StoreOutcome[];
  /** Undefined when a store has no backup: those that have one stand for themselves. */
  readonly point: { readonly point: Point; readonly digest: string } | undefined;
}

const turns = ["archive", "database", "objects", "rest"] as const;

/**
 * What has rows before the object stores that these name objects of, then the rest; otherwise as declared. Archives take longest, and
 * so come first: other databases are then read shortly before their objects.
 */
export function inOrder(stores: readonly BackupStore[]): readonly BackupStore[] {
  return turns.flatMap((turn) => stores.filter(({ kind }) => kindOf(kind).turn === turn));
}

/**
 * Backs up all stores of an environment as one point. One store's failure keeps no other from being backed up; there is no point
 * then. Throws when the fence could not be raised: nothing was backed up.
 */
export async function takePoint(options: PointOptions, ports: BackupPorts): Promise<PointOutcome> {
  const { clock, environment, unique, behindFence } = options;
  const beganAt = clock.now();
  const id = `point-${environment}-${beganAt.replace(/[-:]|\.\d+/g, "")}-${unique}`;
  const takes = typeof behindFence === "function" ? await askedAhead(options) : new Map();
  const timed = options.stores.length < 2 ? [] : await timedBackups(options.repository, options.signal);
  const work = (): Promise<readonly StoreOutcome[]> => takeAll({ point: id, takes, timed }, options, ports);
  const { done: outcomes, fenced } =
    typeof behindFence === "function" ? await behindFence(work) : { done: await work(), fenced: behindFence };
  const sealed = outcomes.flatMap((one) => (one.kind === "backed-up" ? [one.sealed] : []));
  if (sealed.length < outcomes.length || sealed.length === 0) return { outcomes, point: undefined };
  refuseAborted(options.signal);
  return { outcomes, point: await writePoint({ id, beganAt, fenced, sealed }, options) };
}

type Takes = ReadonlyMap<BackupStore, BackupOptions["take"]>;

/** While applications are up. What cannot be asked now is asked again when its store is taken, and told then. */
async function askedAhead(options: PointOptions): Promise<Takes> {
  const takes = new Map<BackupStore, BackupOptions["take"]>();
  for (const store of options.stores)
    try {
      takes.set(store, await kindOf(store.kind).ahead?.(store, options));
    } catch (thrown) {
      if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    }
  return takes;
}

interface Ahead {
  readonly point: string;
  readonly takes: Takes;
  /** What the repository held before. */
  readonly timed: readonly CataloguedBackup[];
}

async function takeAll(
  { point, takes, timed }: Ahead,
  options: PointOptions,
  ports: BackupPorts,
): Promise<readonly StoreOutcome[]> {
  const outcomes: StoreOutcome[] = [];
  const stores = inOrder(options.stores);
  const turnsTo = (what: Turn["what"]) => stores.map((store) => turnOf(what, nameOf(store), timed));
  const [backups, proofs] = [turnsTo("backups"), options.provesThen === true ? turnsTo("proofs") : []];
  for (const [before, store] of stores.entries()) {
    const { progress, follow = followNot } = await options.optionsFor(store);
    // Without one of them there is no point that could be proven.
    const turns = outcomes.some(({ kind }) => kind === "failed") ? backups : [...backups, ...proofs];
    const own = { progress, follow: following(follow, { turns, before }), take: takes.get(store) };
    outcomes.push(await takeOne({ ...options, ...own, store, point }, ports));
  }
  return outcomes;
}

/** One store; what keeps it from being backed up is an outcome. */
export async function takeOne(options: BackupOptions, ports: BackupPorts): Promise<StoreOutcome> {
  const { store, signal } = options;
  const name = nameOf(store);
  if (signal.aborted) return { store: name, kind: "failed", why: "not begun: the run was broken off" };
  try {
    return { store: name, kind: "backed-up", sealed: await backUp(options, ports) };
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    return { store: name, kind: "failed", why: messageOf(thrown) };
  }
}

function nameOf({ component, store }: BackupStore): string {
  return `${component}/${store}`;
}

interface Done {
  readonly id: string;
  readonly beganAt: Instant;
  readonly fenced: Fenced;
  readonly sealed: readonly SealedManifest[];
}

async function writePoint(
  { id, beganAt, fenced, sealed }: Done,
  options: PointOptions,
): Promise<{ readonly point: Point; readonly digest: string }> {
  const { installation, environment, repository, clock, signal, disposable } = options;
  const backups = sealed.map(({ manifest, digest }) => ({
    id: manifest.id,
    store: `${manifest.identity.component}/${manifest.identity.store}`,
    kind: manifest.kind,
    digest,
    takenAt: manifest.takenAt,
    bytes: sizeOf(manifest),
  }));
  const takenAt = backups.map((one) => one.takenAt).toSorted()[0] ?? beganAt;
  const point: Point = {
    schema: "millwright/point/1",
    id,
    installation,
    environment,
    repository: sealed[0]?.manifest.identity.repository ?? "",
    class: options.class ?? "by-hand",
    takenAt,
    beganAt,
    endedAt: clock.now(),
    fence: fenced,
    backups,
    disposable: disposable.map(({ component, store, why }) => ({ store: `${component}/${store}`, why })),
  };
  const text = `${JSON.stringify(point, undefined, 1)}\n`;
  const digest = digestOf(text);
  const common = { backup: id, installation, environment, store: "all" };
  const seal = tagsOf({
    part: "seal",
    ...common,
    class: point.class,
    fence: fenced.kind,
    run: options.run,
    takenAt: takenAt as Instant,
    bytes: backups.reduce((sum, { bytes }) => sum + bytes, 0),
    digest,
  });
  await repository.record(pointFile, seal, text, signal);
  return { point, digest };
}
