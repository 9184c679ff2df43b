import { behindFence, clearLeft, type FenceOptions } from "../backups/fence/fence.ts";
import { holderOf } from "../backups/fence/holder.ts";
import type { Point } from "../backups/point/point.ts";
import { findPoint } from "../backups/point/point.ts";
import { type PointProof, provePoint } from "../backups/point/prove-point.ts";
import { type StoreOutcome, takeOne, takePoint } from "../backups/point/take-point.ts";
import { lastProofMillis, timedBackups, turnOf } from "../backups/progress/took.ts";
import { type InTurn, type Turn, turnIn } from "../backups/progress/turns.ts";
import { proveOwn } from "../backups/prove-own.ts";
import { catalogueOf } from "../backups/repository/catalogue.ts";
import type { OwnProof } from "../backups/repository/own-proof.ts";
import type { BackupOptions } from "../backups/run.ts";
import { whileGoingOn } from "../backups/under-way.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import type { BackupClass } from "../platform/backup-schedule.ts";
import type { BackupStore } from "../platform/backup-stores.ts";
import { fenceParts } from "./backup-fence.ts";
import { type BackupPlace, backupAt, identityAt } from "./backup-places.ts";
import { followTo, progressTo } from "./backup-progress.ts";
import { outcomeLine, pointLine } from "./backup-run-lines.ts";
import { folderOf } from "./platform.ts";
import type { BackupShell, Shell } from "./shell.ts";
import { version } from "./version.ts";

export interface WorkOptions {
  readonly output: string;
  readonly prove?: boolean;
  readonly scratch?: string;
  readonly quiet?: boolean;
  readonly class?: BackupClass;
  readonly mark?: string;
}

export interface Work {
  readonly shell: Shell;
  readonly binding: BackupShell;
  readonly place: BackupPlace;
  readonly options: WorkOptions;
  readonly signal: AbortSignal;
}

/** `unproven`: why its proof, which was asked for, could not be made. */
type Outcome = StoreOutcome & { readonly proof?: OwnProof; readonly unproven?: string };

/** What a run came to. */
export interface ToldRun {
  readonly outcomes: readonly Outcome[];
  /** Undefined when only some stores were asked for, or one of them has no backup. */
  readonly point?: Point | undefined;
  readonly pointProof?: PointProof | undefined;
  /** Why the point's proof, which was asked for, could not be made. */
  readonly pointUnproven?: string | undefined;
  /** Whether all stores were asked for as one point. */
  readonly wantedPoint: boolean;
  /** Writers that still stand still, and what is left to do by hand. */
  readonly notGivenBack: readonly string[];
}

type SaidOfPoint = Pick<ToldRun, "pointProof" | "pointUnproven">;

/** Backups of an environment by this process. For programs it prints lines of JSON while it works. */
export class BackupRun {
  readonly #work: Work;
  readonly #unique: string;

  constructor(work: Work) {
    this.#work = work;
    this.#unique = work.shell.uniqueId().slice(0, 8);
  }

  /** The stores, or all of them as one point; meanwhile the repository is told that this goes on. */
  async take(stores: readonly BackupStore[] | undefined): Promise<ToldRun> {
    return whileGoingOn(this.#common(), () => (stores === undefined ? this.#point() : this.#single(stores)));
  }

  /** All stores, as one point. */
  async #point(): Promise<ToldRun> {
    const { place, binding, options } = this.#work;
    const { declared } = place;
    const notGivenBack: string[] = [];
    const fence = await fenceOf(this.#work, this.#holder());
    const { outcomes, point } = await takePoint(
      {
        ...this.#common(),
        down: "kind" in fence ? [] : fence.parts.map(({ name }) => name),
        left: (words) => void notGivenBack.push(words),
        stores: declared.stores,
        disposable: declared.disposable,
        provesThen: options.prove,
        optionsFor: async (store) => this.#optionsFor(store),
        behindFence:
          "kind" in fence
            ? fence
            : async (work) => {
                const held = await behindFence(fence, work);
                notGivenBack.push(...held.notGivenBack);
                return held;
              },
      },
      binding.ports,
    );
    const proofs = new Map<string, OwnProof>();
    const said = options.prove === true && point !== undefined ? await this.#provePoint(point.point, proofs) : {};
    const told = outcomes.map((one) => withProof(one, proofs, options.prove === true));
    for (const one of told) this.#line(outcomeLine(one));
    this.#line(pointLine(point?.point, { ...said, notGivenBack }));
    return { outcomes: told, point: point?.point, ...said, wantedPoint: true, notGivenBack };
  }

  /** Some stores, each for itself. */
  async #single(stores: readonly BackupStore[]): Promise<ToldRun> {
    const { binding, options, signal } = this.#work;
    const fence = await fenceOf(this.#work, this.#holder());
    if (!("kind" in fence)) await clearLeft(fence);
    const outcomes: Outcome[] = [];
    const turns = await this.#turns(stores);
    for (const store of stores) {
      const inTurn = (what: Turn["what"]) => turnIn(turns, what, nameOf(store));
      const own = this.#optionsFor(store, inTurn("backups"));
      const one = await takeOne({ ...this.#common(), ...own, store }, binding.ports);
      const proves = one.kind === "backed-up" && options.prove === true;
      const proved = proves ? await this.#prove(one, inTurn("proofs")) : one;
      outcomes.push(proved);
      this.#line(outcomeLine(proved));
    }
    if (signal.aborted) this.#line({ kind: "ended", why: "the run was broken off" });
    return { outcomes, wantedPoint: false, notGivenBack: [] };
  }

  /** Each store is backed up and, where that is asked for, proven before the next one. */
  async #turns(stores: readonly BackupStore[]): Promise<readonly Turn[]> {
    const { place, options, signal } = this.#work;
    const timed = stores.length < 2 ? [] : await timedBackups(place.repository, signal);
    const whats = options.prove === true ? (["backups", "proofs"] as const) : (["backups"] as const);
    return stores.flatMap((store) => whats.map((what) => turnOf(what, nameOf(store), timed)));
  }

  /** By a server's step all of its attempts are one: what the one before left is held on, or given back. */
  #holder(): string {
    return holderOf(this.#work.options.mark ?? this.#unique);
  }

  async #prove(one: Extract<StoreOutcome, { readonly kind: "backed-up" }>, inTurn: InTurn): Promise<Outcome> {
    try {
      return { ...one, proof: await proveHere(one.sealed.manifest.id, this.#work, inTurn) };
    } catch (thrown) {
      if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
      return { ...one, unproven: messageOf(thrown) };
    }
  }

  /** A proof that could not be made leaves the backups as they are; why is told. */
  async #provePoint({ id }: Point, proofs: Map<string, OwnProof>): Promise<SaidOfPoint> {
    try {
      return { pointProof: await provePointHere(id, this.#work, (proof) => void proofs.set(proof.backup, proof)) };
    } catch (thrown) {
      if (this.#work.signal.aborted || !(thrown instanceof InputError || thrown instanceof SystemError)) throw thrown;
      const why = messageOf(thrown);
      this.#work.shell.err(`The point was not proven: ${why}\n`);
      return { pointUnproven: why };
    }
  }

  #common(): Omit<BackupOptions, "store" | "progress"> & Pick<BackupOptions, "progress"> {
    const { place, shell, options, signal } = this.#work;
    return {
      ...place,
      stores: place.declared.stores,
      scratch: scratchOf(this.#work),
      unique: this.#unique,
      millwright: version,
      systems: shell.systems,
      clock: shell.clock,
      progress: progressTo(this.#work, undefined, "backup"),
      class: options.class,
      run: options.mark,
      signal,
    };
  }

  #optionsFor(store: BackupStore, inTurn?: InTurn): Pick<BackupOptions, "progress" | "follow"> {
    return {
      progress: progressTo(this.#work, nameOf(store), "backup"),
      follow: followTo(this.#work, "backup", inTurn),
    };
  }

  #line(said: Readonly<Record<string, unknown>>): void {
    const { options, shell } = this.#work;
    if (options.output === "jsonl") shell.out(`${JSON.stringify(said)}\n`);
  }
}

/** The declared one, or why there is none; `workloads` alone end their applications, which is for a restore. */
export async function fenceOf(
  work: Work,
  by: string,
  only: "workloads" | "all" = "all",
): Promise<FenceOptions | Extract<Point["fence"], { readonly kind: "unfenced" }>> {
  const { place, shell, signal } = work;
  const { fence } = place.declared;
  const { mayNotChange, changer } = place;
  if (fence === undefined) return { kind: "unfenced", why: "no fence is declared for this environment" };
  if (mayNotChange !== undefined) return { kind: "unfenced", why: `a fence is declared, and ${mayNotChange}` };
  return {
    parts: await fenceParts(work, changer, only),
    by,
    waitSeconds: fence.waitSeconds,
    clock: shell.clock,
    pause: (millis) => shell.pause(millis),
    progress: progressTo(work, undefined, only === "workloads" ? "restore" : "backup"),
    signal,
  };
}

function withProof(one: StoreOutcome, proofs: ReadonlyMap<string, OwnProof>, wanted: boolean): Outcome {
  if (one.kind === "failed") return one;
  const proof = proofs.get(one.sealed.manifest.id);
  if (proof !== undefined) return { ...one, proof };
  return wanted ? { ...one, unproven: "the recovery point's proof was not made, or ended before it" } : one;
}

function nameOf({ component, store }: BackupStore): string {
  return `${component}/${store}`;
}

/** Proves one of our own backups on this machine; `inTurn`: where it is one of several. */
export async function proveHere(id: string, work: Work, inTurn?: InTurn): Promise<OwnProof> {
  const { backup, identity, catalogue } = await backupAt(work.place, id);
  const lastMillis = lastProofMillis(catalogue.backups, backup.store);
  return proveOwn({ ...provingWith(work, backup.store, inTurn), backup, identity, lastMillis }, work.binding.ports);
}

/** Proves a recovery point on this machine. */
export async function provePointHere(id: string, work: Work, proven?: (proof: OwnProof) => void): Promise<PointProof> {
  const point = findPoint(catalogueOf(await work.place.repository.snapshots()), id);
  if (point === undefined) throw new InputError(`There is no recovery point ${id} in this repository.`);
  const identity = await identityAt(work.place);
  const told = proven === undefined ? {} : { proven };
  return provePoint({ ...provingWith(work, undefined), point, identity, ...told }, work.binding.ports);
}

/** Who is said to have done it: a server's run, or else whoever is logged in. */
export function whoWorks(shell: Shell, mark: string | undefined): string {
  if (mark !== undefined) return `run ${mark.split("/", 1)[0] ?? mark}`;
  return shell.variable("USER") ?? "unknown";
}

function provingWith(work: Work, store: string | undefined, inTurn?: InTurn) {
  const { shell, binding, place, signal } = work;
  return {
    ...place,
    provenBy: whoWorks(shell, work.options.mark),
    scratch: scratchOf(work),
    path: binding.path,
    systems: shell.systems,
    clock: shell.clock,
    progress: progressTo(work, store, "proof"),
    follow: followTo(work, "proof", inTurn),
    signal,
  };
}

export function scratchOf({ shell, binding, options }: Work): string {
  return options.scratch === undefined ? binding.scratch : folderOf(shell, options.scratch);
}
