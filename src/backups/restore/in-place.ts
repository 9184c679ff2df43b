import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { followNot } from "../progress/follow.ts";
import { following, type InTurn } from "../progress/turns.ts";
import type { SealedManifest } from "../repository/manifest.ts";
import type { Repository } from "../repository/restic.ts";
import type { StoreRestored } from "./contract.ts";
import { restoreTurn, safetyTurn } from "./expected.ts";
import { holdPlace } from "./hold.ts";
import { keepRestore, knownRestore, type RestoreRecord } from "./record.ts";
import { type PlannedStore, type RestoreOptions, type RestorePlan, restoreLast, restoreOne } from "./restore.ts";
import { retold } from "./retold.ts";
import { type Down, whileDown } from "./while-down.ts";

export interface InPlaceOptions extends RestoreOptions {
  /** Who restores. */
  readonly by: string;
  /** Where it is written down, and taken back from: the repository that `backUp` backs up into. */
  readonly home: Repository;
  /**
   * Backs a store up before it is replaced, `inTurn` as one of several pieces of work; undefined: nobody wants that, or it cannot be
   * done any more.
   */
  readonly backUp: ((store: BackupStore, inTurn?: InTurn) => Promise<SealedManifest>) | undefined;
  readonly behindFence: Down;
}

export interface RestoredInPlace {
  readonly record: RestoreRecord;
  /** Applications that are still down, and what is left to do by hand. */
  readonly notGivenBack: readonly string[];
}

type StoreState = RestoreRecord["stores"][number];

/** Their restores change nothing when they fail before they begin to replace it. */
const whole: ReadonlySet<BackupStore["kind"]> = new Set(["postgresql", "millwright", "sqlite", "files"]);

/** Those of them that say when they begin to replace it; a database's own marks say that. */
const telling: ReadonlySet<BackupStore["kind"] | undefined> = new Set(["sqlite", "files"]);

/** Whether what is there was replaced by no attempt; one that was killed may have, and one that failed as it replaced it. */
function isUntouched({ state, replacing }: StoreState, { kind }: BackupStore): boolean {
  return state === "not-begun" || (state === "failed" && replacing !== true && whole.has(kind));
}

/**
 * Restores what was planned in the place of what is there: applications down, a backup of each store, then store by store; what a
 * killed attempt of the same id did stays done. It stops at the first store that fails, which is left as it was.
 */
export async function restoreInPlace(
  plan: RestorePlan,
  options: InPlaceOptions,
  ports: BackupPorts,
): Promise<RestoredInPlace> {
  const { home, id, from, prefix, gitRepository, by, clock, behindFence } = options;
  const earlier = await knownRestore(id, home);
  if (earlier?.state === "restored") return { record: earlier, notGivenBack: [] };
  if (earlier?.state === "undone") throw new InputError(`the restore ${id} was taken back; begin another`);
  const record: RestoreRecord = {
    schema: "millwright/restore/1",
    id,
    from,
    prefix,
    ...(gitRepository === undefined ? {} : { gitRepository }),
    by,
    beganAt: clock.now(),
    state: "begun",
    notDown: [],
    ...earlier,
    stores: storesOf(plan, earlier),
  };
  const all = new InPlace(plan, options, ports, record);
  const todo = "look at what came back, or take it back";
  const { done, notGivenBack, notDown } = await whileDown(behindFence, todo, () => all.run());
  // Only now is it known whether they were down: one that was killed before is begun again.
  const ended: RestoreRecord = {
    ...(done.record.state === "restored" ? await all.finish() : done.record),
    endedAt: clock.now(),
    notDown: [...new Set([...record.notDown, ...notDown])],
  };
  await keepRestore(ended, home, options);
  return { record: ended, notGivenBack: [...done.notGivenBack, ...notGivenBack] };
}

/** Of all attempts: between two of them a store may have been declared, or be declared no more. */
function storesOf(plan: RestorePlan, earlier: RestoreRecord | undefined): StoreState[] {
  const known = earlier?.stores ?? [];
  const added = plan.stores.filter(({ store }) => !known.some((one) => one.store === store));
  return [
    ...known,
    ...added.map(
      ({ store, backup }): StoreState => ({ store, backup: backup.id, besides: [], state: "not-begun", words: [] }),
    ),
  ];
}

/** What was thrown, and what to do. */
function notMade(store: string, thrown: unknown): unknown {
  const todo = "it was not replaced (--no-safety-backup leaves that out)";
  return retold(thrown, (message) => `${store} could not be backed up as it is now: ${message}; ${todo}`);
}

class InPlace {
  readonly #plan: RestorePlan;
  readonly #options: InPlaceOptions;
  readonly #ports: BackupPorts;
  #record: RestoreRecord;

  constructor(plan: RestorePlan, options: InPlaceOptions, ports: BackupPorts, record: RestoreRecord) {
    [this.#plan, this.#options, this.#ports, this.#record] = [plan, options, ports, { ...record, state: "begun" }];
  }

  /** All places are held before anything is backed up, and all stores are backed up before the first is touched. */
  async run(): Promise<RestoredInPlace> {
    const stores: PlannedStore[] = [];
    const releases: (() => Promise<readonly string[]>)[] = [];
    const notGivenBack: string[] = [];
    let record: RestoreRecord;
    try {
      for (const planned of this.#plan.stores) {
        const held = await holdPlace(planned.config, this.#options, this.#ports);
        releases.unshift(held.release);
        const isThere = held.isThere ?? planned.plan.isThere;
        stores.push({ ...planned, config: held.config, plan: { ...planned.plan, isThere } });
      }
      record = await this.#all(stores);
    } finally {
      for (const release of releases) notGivenBack.push(...(await release()));
      for (const words of notGivenBack) this.#options.progress(words);
    }
    return { record, notGivenBack };
  }

  async #all(stores: readonly PlannedStore[]): Promise<RestoreRecord> {
    const saved = stores.filter((planned) => this.#isSaved(planned));
    const turns = [...saved.map(safetyTurn), ...stores.map((planned) => restoreTurn(planned, this.#options))];
    for (const [before, planned] of saved.entries()) await this.#safety(planned, { turns, before });
    for (const [index, planned] of stores.entries()) {
      this.#refuseBrokenOff();
      if (this.#of(planned)?.state === "restored") continue;
      const replacing = this.#of(planned)?.replacing === true;
      await this.#set(planned, { state: "begun", ...(telling.has(planned.config?.kind) ? { replacing } : {}) });
      const failed = await this.#one(planned, { turns, before: saved.length + index });
      if (failed) return { ...this.#record, state: "failed" };
    }
    return { ...this.#record, state: "restored" };
  }

  /** What waited until every store was back and nobody was held down any more. */
  async finish(): Promise<RestoreRecord> {
    for (const planned of this.#plan.stores) {
      const failed = await this.#told(planned, this.#of(planned)?.words ?? [], () =>
        restoreLast(planned, this.#options, this.#ports),
      );
      if (failed) return { ...this.#record, state: "failed" };
    }
    const isWhole = this.#record.stores.every(({ state }) => state === "restored");
    return { ...this.#record, state: isWhole ? "restored" : "failed" };
  }

  /** Whether what is there of a store is backed up before it is replaced. */
  #isSaved(planned: PlannedStore): boolean {
    const isWanted = this.#options.backUp !== undefined && planned.config !== undefined && planned.plan.isThere;
    return isWanted && this.#of(planned)?.state !== "restored";
  }

  /** All stores have theirs before the first is touched, at each attempt: users may have worked since the one before. */
  async #safety(planned: PlannedStore, inTurn: InTurn): Promise<void> {
    const { backUp, progress } = this.#options;
    const { config } = planned;
    const known = this.#of(planned);
    if (backUp === undefined || config === undefined || known === undefined) return;
    progress(`backing up ${planned.store} as it is now`);
    const make = async (): Promise<string> => (await backUp(config, inTurn)).manifest.id;
    if (!isUntouched(known, config)) return this.#beside(planned, known, make);
    const made = await make().catch((thrown: unknown) => {
      this.#refuseBrokenOff();
      throw notMade(planned.store, thrown);
    });
    const besides = known.safety === undefined ? known.besides : [...known.besides, known.safety];
    await this.#set(planned, { safety: made, besides });
  }

  /** What may be half replaced is taken back by what was made before the first attempt; one more keeps what users wrote since. */
  async #beside(planned: PlannedStore, { safety, besides }: StoreState, make: () => Promise<string>): Promise<void> {
    const { progress } = this.#options;
    const way = safety === undefined ? "" : `; it is taken back by ${safety}, of before the first attempt`;
    try {
      const made = await make();
      await this.#set(planned, { besides: [...besides, made] });
      progress(`${planned.store}, which an attempt before has begun to replace, is kept in ${made}${way}`);
    } catch (thrown) {
      this.#refuseBrokenOff();
      if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
      progress(`no backup can be made of ${planned.store}, half replaced as it may be: ${messageOf(thrown)}${way}`);
    }
  }

  #one(planned: PlannedStore, inTurn: InTurn): Promise<boolean> {
    const takeBackBy = this.#of(planned)?.safety === undefined ? undefined : this.#options.takeBackBy;
    const follow = following(this.#options.follow ?? followNot, inTurn);
    const beginsToReplace = (): Promise<void> => this.#set(planned, { replacing: true });
    const options = { ...this.#options, takeBackBy, follow, beginsToReplace };
    return this.#told(planned, [], () => restoreOne(planned, options, this.#ports));
  }

  /** Writes down what came of some work on a store, after the words before, and whether it failed. */
  async #told(
    planned: PlannedStore,
    before: readonly string[],
    work: () => Promise<StoreRestored | undefined>,
  ): Promise<boolean> {
    try {
      const restored = await work();
      if (restored === undefined) return false;
      const { did, differences, notes } = restored;
      const state = differences.length === 0 ? "restored" : "failed";
      await this.#set(planned, { state, words: [...before, ...did, ...differences, ...notes] });
      return state === "failed";
    } catch (thrown) {
      this.#refuseBrokenOff();
      if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
      await this.#set(planned, { state: "failed", words: [...before, messageOf(thrown)] });
      return true;
    }
  }

  /** Whoever broke it off is told what to do, whatever that made of the work. */
  #refuseBrokenOff(): void {
    const { signal, takeBackBy } = this.#options;
    if (!signal.aborted) return;
    const isBefore = this.#record.stores.every(({ state }) => state === "not-begun");
    const how = takeBackBy === undefined ? "" : `: ${takeBackBy}`;
    const todo = isBefore ? " before anything was replaced: do it again" : `; do it again, or take it back${how}`;
    throw new SystemError(`the restore was broken off${todo}`, "stop", { cause: signal.reason });
  }

  #of({ store }: PlannedStore): StoreState | undefined {
    return this.#record.stores.find((one) => one.store === store);
  }

  async #set({ store }: PlannedStore, change: Partial<StoreState>): Promise<void> {
    const stores = this.#record.stores.map((one) => (one.store === store ? { ...one, ...change } : one));
    this.#record = { ...this.#record, stores };
    await keepRestore(this.#record, this.#options.home, this.#options);
  }
}
