import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { kindOf } from "../kinds/index.ts";
import { followNot } from "../progress/follow.ts";
import { following, type Turn, turnIn } from "../progress/turns.ts";
import { catalogueOf } from "../repository/catalogue.ts";
import { manifestOf } from "../repository/read-manifest.ts";
import type { SealedBody } from "../store-kind.ts";
import { holdPlace } from "./hold.ts";
import type { InPlaceOptions, RestoredInPlace } from "./in-place.ts";
import { keepRestore, type RestoreRecord } from "./record.ts";
import { lend, type RestoreOptions, sealedBody } from "./restore.ts";
import { type Down, whileDown } from "./while-down.ts";

/** `repository`: where the restore was written down. */
export interface UndoOptions extends RestoreOptions {
  /** Backs a store up as it is before it is taken back; left out: nobody wants that. */
  readonly backUp?: InPlaceOptions["backUp"];
  readonly behindFence?: Down;
}

type StoreState = RestoreRecord["stores"][number];

type Became = Pick<StoreState, "state" | "words">;

/** What became of the backup of what is there now. */
interface Kept {
  readonly words: readonly string[];
  readonly isInTheWay: boolean;
}
const goOn: Kept = { words: [], isInTheWay: false };

/** Whether there is nothing of it to take back: what was written after a restore that replaced nothing would be lost for nothing. */
export function isOver({ state, replacing }: StoreState): boolean {
  return state === "not-begun" || state === "undone" || (state === "failed" && replacing === false);
}

/** Whether what is there is kept beside when a kind takes a restore back: nothing is lost then. */
export function keepsItself(kind: BackupStore["kind"]): boolean {
  return kind === "postgresql" || kind === "millwright";
}

/** Takes a restore in place back, the last store first. What cannot be taken back is told, and the rest is. */
export async function undoRestore(
  record: RestoreRecord,
  options: UndoOptions,
  ports: BackupPorts,
): Promise<RestoredInPlace> {
  const undoing = new Undoing(record, options, ports);
  const work = async (): Promise<void> => {
    for (const one of record.stores.toReversed()) {
      refuseBrokenOff(options);
      if (!isOver(one)) await undoing.one(one);
    }
    refuseBrokenOff(options);
  };
  const { notDown, notGivenBack } = await whileDown(options.behindFence, "look at what is there now", work);
  return { record: await undoing.end(notDown), notGivenBack };
}

/** Whoever broke it off is told what to do, whatever that made of the work. */
function refuseBrokenOff({ signal }: UndoOptions): void {
  if (signal.aborted)
    throw new SystemError("taking it back was broken off; do it again", "stop", { cause: signal.reason });
}

class Undoing {
  readonly #options: UndoOptions;
  readonly #ports: BackupPorts;
  readonly #turns: readonly Turn[];
  #record: RestoreRecord;

  constructor(record: RestoreRecord, options: UndoOptions, ports: BackupPorts) {
    [this.#record, this.#options, this.#ports] = [record, options, ports];
    const open = record.stores.toReversed().filter((one) => !isOver(one));
    this.#turns = open.flatMap(({ store }): Turn[] => {
      // Some kinds keep beside what was there before, and read no backup: nobody knows how long that takes.
      const back = { what: "restores", store, millis: undefined } as const;
      const config = this.#declared(store);
      return config !== undefined && this.#isKept(config) ? [{ ...back, what: "backups" }, back] : [back];
    });
  }

  async one(one: StoreState): Promise<void> {
    const { repository } = this.#options;
    const { store, safety } = one;
    try {
      const config = this.#declared(store);
      if (config === undefined || kindOf(config.kind).restore?.undo === undefined)
        throw new InputError(`${store} is not taken back by itself`);
      const before = catalogueOf(await repository.snapshots()).backups.find(({ id }) => id === safety);
      const sealed = before === undefined ? undefined : sealedBody(await manifestOf(before, repository));
      this.#set(store, await this.#takeBack(config, one, sealed));
    } catch (thrown) {
      refuseBrokenOff(this.#options);
      if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
      this.#set(store, { state: "failed", replacing: true, words: [messageOf(thrown)] });
    }
  }

  #declared(store: string): BackupStore | undefined {
    return this.#options.declared.find(({ component, store: name }) => `${component}/${name}` === store);
  }

  /** Whether what is there now is backed up before a store is taken back. */
  #isKept({ kind }: BackupStore): boolean {
    const { backUp, gitRepository } = this.#options;
    return backUp !== undefined && gitRepository === undefined && !keepsItself(kind);
  }

  async end(notDown: readonly string[]): Promise<RestoreRecord> {
    const state = this.#record.stores.every(isOver) ? "undone" : "failed";
    this.#record = { ...this.#record, state, notDown: [...notDown], endedAt: this.#options.clock.now() };
    await keepRestore(this.#record, this.#options.repository, this.#options);
    return this.#record;
  }

  /** In the store's own place, held meanwhile. */
  async #takeBack(config: BackupStore, one: StoreState, safety: SealedBody<unknown> | undefined): Promise<Became> {
    const { progress } = this.#options;
    const place = await holdPlace(config, this.#options, this.#ports);
    const words: string[] = [];
    try {
      // Without the backup of before nothing is replaced.
      const isReplaced = safety !== undefined && place.isThere !== false;
      const kept = isReplaced ? await this.#keepNow(place.config, one) : goOn;
      words.push(...kept.words);
      if (kept.isInTheWay) return { state: one.state, words };
      words.push(...(await this.#undo(place.config, one, safety)));
      return { state: "undone", words };
    } finally {
      const left = await place.release();
      for (const one of left) progress(one);
      words.push(...left);
    }
  }

  async #undo(config: BackupStore, { store, backup }: StoreState, safety: SealedBody<unknown> | undefined) {
    const { follow = followNot } = this.#options;
    const followed = following(follow, turnIn(this.#turns, "restores", store))({ store });
    try {
      const lent = lend({ ...this.#options, broughtBack: backup }, this.#ports, followed);
      return (await kindOf(config.kind).restore?.undo?.(config, safety, lent)) ?? [];
    } finally {
      followed.end();
    }
  }

  /** Backs up what is there now, which is lost otherwise. What was begun may be half replaced, so that no backup can be made of it. */
  async #keepNow(config: BackupStore, { store, state, besides }: StoreState): Promise<Kept> {
    const { backUp, progress, signal } = this.#options;
    if (backUp === undefined || !this.#isKept(config)) return goOn;
    progress(`backing up ${store} as it is now`);
    try {
      const { manifest } = await backUp(config, turnIn(this.#turns, "backups", store));
      await this.#begin(store, [...besides, manifest.id]);
      return { words: [`what was there until now is in ${manifest.id}`], isInTheWay: false };
    } catch (thrown) {
      if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
      const why = `${store} could not be backed up as it is now: ${messageOf(thrown)}`;
      if (state === "restored" || signal.aborted)
        return { words: [`${why}; it was not taken back (--no-safety-backup leaves that out)`], isInTheWay: true };
      await this.#begin(store, besides);
      return { words: [why], isInTheWay: false };
    }
  }

  /** From here on it may be half taken back. */
  async #begin(store: string, besides: readonly string[]): Promise<void> {
    this.#set(store, { state: "begun", besides: [...besides] });
    await keepRestore({ ...this.#record, state: "begun" }, this.#options.repository, this.#options);
  }

  #set(store: string, change: Partial<StoreState>): void {
    const stores = this.#record.stores.map((one) => (one.store === store ? { ...one, ...change } : one));
    this.#record = { ...this.#record, stores };
  }
}
