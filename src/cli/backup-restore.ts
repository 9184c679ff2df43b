import { behindFence } from "../backups/fence/fence.ts";
import type { InTurn } from "../backups/progress/turns.ts";
import type { Repository } from "../backups/repository/restic.ts";
import type { AskedApplication } from "../backups/restore/ask-application.ts";
import type { RestoreTarget } from "../backups/restore/contract.ts";
import { restoreElsewhere } from "../backups/restore/elsewhere.ts";
import { restoreInPlace } from "../backups/restore/in-place.ts";
import { planUndo, type UndoPlan } from "../backups/restore/plan-undo.ts";
import { findRestore, type RestoreRecord } from "../backups/restore/record.ts";
import { planRestore, type RestoreOptions, type RestorePlan, refusalsOf } from "../backups/restore/restore.ts";
import { isOver, type UndoOptions, undoRestore } from "../backups/restore/undo.ts";
import { backUp } from "../backups/run.ts";
import { InputError } from "../kernel/errors.ts";
import type { BackupStore } from "../platform/backup-stores.ts";
import { askApplications } from "./backup-ask.ts";
import { givenBack } from "./backup-fence.ts";
import { identityAt } from "./backup-places.ts";
import { followTo, progressTo } from "./backup-progress.ts";
import { homeOf } from "./backup-restore-home.ts";
import { fenceOf, scratchOf, type Work, whoWorks } from "./backup-work.ts";
import { folderOf } from "./platform.ts";
import { type TargetFlags, targetOf } from "./restore-target.ts";
import { version } from "./version.ts";

export interface RestoreFlags extends TargetFlags {
  readonly replace?: boolean;
  readonly store?: readonly string[];
  readonly prefix?: string;
  readonly repository?: string;
  readonly safetyBackup: boolean;
  readonly fence: boolean;
  readonly mark?: string;
  readonly config?: string;
}

/** What became of a restore. */
export interface ToldRestore {
  readonly id: string;
  readonly state: RestoreRecord["state"];
  readonly stores: readonly {
    readonly store: string;
    readonly backup: string;
    readonly state: string;
    readonly safety?: string | undefined;
    readonly besides?: readonly string[];
    readonly words: readonly string[];
  }[];
  readonly applications: readonly AskedApplication[];
  /** Applications that are still down. */
  readonly notGivenBack: readonly string[];
  /** Why applications were not down all the time: what came back, or was taken back, has to be looked at. */
  readonly notDown: readonly string[];
  /** The command that brings back what was there before, of a restore that failed after a backup of it was made. */
  readonly takeBack?: string;
}

/** A store that is backed up as it is; `inTurn`: where that is one of several pieces of work. */
interface Safety {
  readonly store: BackupStore;
  readonly inTurn: InTurn | undefined;
}

/** A restore by this process: its plan, and when that is agreed to, what it says. */
export class RestoreRun {
  readonly #work: Work;
  readonly #flags: RestoreFlags;

  constructor(work: Work, flags: RestoreFlags) {
    [this.#work, this.#flags] = [work, flags];
  }

  async plan(from: string): Promise<RestorePlan> {
    const plan = await planRestore(await this.#options(from, this.#id(), this.#target()), this.#work.binding.ports);
    const [first, ...rest] = plan.stores;
    // A folder is this machine's own.
    if (first === undefined || plan.target.kind === "folder") return plan;
    const { mayNotChange } = this.#work.place;
    const isInPlace = plan.target.kind === "in-place";
    const home = isInPlace ? await homeOf(this.#work, this.#flags) : undefined;
    const more = [...(mayNotChange === undefined ? [] : [mayNotChange]), ...(home?.kind === "none" ? [home.why] : [])];
    const notes = isInPlace ? await this.#notesOfFence() : [];
    const told = { ...first.plan, notes: [...notes, ...first.plan.notes], refuses: [...more, ...first.plan.refuses] };
    return { ...plan, stores: [{ ...first, plan: told }, ...rest] };
  }

  async #notesOfFence(gitRepository = this.#flags.repository, always = false): Promise<readonly string[]> {
    if (gitRepository !== undefined) return [];
    const down = (await this.#fence(always))?.parts ?? [];
    return down.length === 0
      ? ["no application is taken down for it: none is declared under fence.scaleDown; take them down yourself"]
      : [`down meanwhile, and up again afterwards: ${down.map(({ name }) => name).join(", ")}`];
  }

  /** Does what was planned. Throws `InputError` where the plan says that it cannot be done. */
  async run(plan: RestorePlan): Promise<ToldRestore> {
    const refusals = refusalsOf(plan);
    if (refusals.length > 0) throw new InputError(`Nothing was restored: ${refusals.join("; ")}`);
    const id = this.#id();
    const options = await this.#options(plan.from, id, plan.target);
    if (plan.target.kind !== "in-place") return this.#elsewhere(plan, options);
    const { binding, shell } = this.#work;
    const home = await homeOf(this.#work, this.#flags);
    if (home.kind === "none") throw new InputError(`Nothing was restored: ${home.why}`);
    const fence = await this.#fence();
    const takeBackBy = this.#takeBackBy(id);
    const { record, notGivenBack: left } = await restoreInPlace(
      plan,
      {
        ...options,
        takeBackBy,
        by: whoWorks(shell, this.#flags.mark),
        home: home.repository,
        backUp: this.#backUp(id, home.repository),
        behindFence: fence === undefined ? undefined : (work) => behindFence(fence, work),
      },
      binding.ports,
    );
    const notGivenBack = await givenBack(fence, left);
    const applications = record.state === "restored" ? await askApplications(plan, this.#work) : [];
    const { state, stores, notDown } = record;
    const isOffered = state === "failed" && stores.some((one) => one.safety !== undefined && !isOver(one));
    const told = { id: record.id, state, stores, applications, notGivenBack, notDown };
    return isOffered ? { ...told, takeBack: takeBackBy } : told;
  }

  /** A server's runner may have its configuration elsewhere than who reads this. */
  #takeBackBy(id: string): string {
    const { config, mark } = this.#flags;
    const named = config === undefined || mark !== undefined ? "" : ` --config ${quoted(config)}`;
    return `millwright backup restore --undo ${id} --environment ${quoted(this.#work.place.environment)}${named}`;
  }

  async planUndo(id: string): Promise<UndoPlan> {
    const { record, options } = await this.#undoing(id);
    const plan = await planUndo(record, options);
    const [first, ...rest] = plan.stores;
    if (first === undefined) return plan;
    const notes = [...(await this.#notesOfFence(record.gitRepository, true)), ...first.notes];
    return { ...plan, stores: [{ ...first, notes }, ...rest] };
  }

  async undo(id: string): Promise<ToldRestore> {
    const { record, options } = await this.#undoing(id);
    // Nobody has to stop for the refs of one repository. What a killed attempt of it holds is taken up.
    const fence = record.gitRepository === undefined ? await this.#fence(true, record.id) : undefined;
    const { record: undone, notGivenBack } = await undoRestore(
      record,
      { ...options, behindFence: fence === undefined ? undefined : (work) => behindFence(fence, work) },
      this.#work.binding.ports,
    );
    const { id: whole, state, stores, notDown } = undone;
    return { id: whole, state, stores, applications: [], notGivenBack, notDown };
  }

  /** What was restored of each store is in the record: as much of it is taken back. */
  async #undoing(id: string): Promise<{ readonly record: RestoreRecord; readonly options: UndoOptions }> {
    const { mayNotChange, repository } = this.#work.place;
    if (mayNotChange !== undefined) throw new InputError(`Nothing was taken back: ${mayNotChange}.`);
    const record = await findRestore(id, repository);
    const home = await homeOf(this.#work, this.#flags);
    if (home.kind === "none") throw new InputError(`Nothing was taken back: ${home.why}`);
    const { prefix, gitRepository } = record;
    const options = await this.#options(record.from, record.id, { kind: "in-place" });
    return { record, options: { ...options, prefix, gitRepository, backUp: this.#backUp(record.id, home.repository) } };
  }

  #backUp(id: string, home: Repository): UndoOptions["backUp"] {
    return this.#flags.safetyBackup ? (store, inTurn) => this.#safety({ store, inTurn }, id, home) : undefined;
  }

  async #elsewhere(plan: RestorePlan, options: RestoreOptions): Promise<ToldRestore> {
    const stores = await restoreElsewhere(plan, options, this.#work.binding.ports);
    const state = stores.every((one) => one.state === "restored") ? "restored" : "failed";
    return { id: options.id, state, stores, applications: [], notGivenBack: [], notDown: [] };
  }

  #unique: string | undefined;

  /** The same for every attempt of a step. */
  #id(): string {
    const { mark } = this.#flags;
    if (mark !== undefined) return `restore-${mark.replace("/", "-")}`;
    const { shell } = this.#work;
    this.#unique ??= `restore-${shell.clock.now().replace(/[-:]|\.\d+/g, "")}-${shell.uniqueId().slice(0, 8)}`;
    return this.#unique;
  }

  async #safety({ store, inTurn }: Safety, id: string, repository: Repository) {
    const { place, shell, binding, signal } = this.#work;
    return backUp(
      {
        ...place,
        repository,
        store,
        stores: place.declared.stores,
        scratch: scratchOf(this.#work),
        unique: shell.uniqueId().slice(0, 8),
        millwright: version,
        systems: shell.systems,
        clock: shell.clock,
        progress: progressTo(this.#work, `${store.component}/${store.store}`, "backup"),
        follow: followTo(this.#work, "backup", inTurn),
        class: "before-restore",
        run: this.#flags.mark ?? id,
        signal,
      },
      binding.ports,
    );
  }

  async #fence(always = false, by = this.#id()) {
    // Nobody has to stop for the refs of one repository.
    if (!this.#flags.fence || this.#flags.repository !== undefined || (!always && this.#flags.inPlace !== true))
      return undefined;
    const fence = await fenceOf(this.#work, by, "workloads");
    if ("kind" in fence || fence.parts.length === 0) return undefined;
    return fence;
  }

  async #options(from: string, id: string, target: RestoreTarget): Promise<RestoreOptions> {
    const { place, shell, binding, signal } = this.#work;
    const { store = [], prefix = "", repository } = this.#flags;
    return {
      id,
      from,
      stores: store,
      prefix,
      gitRepository: repository,
      target,
      replaces: this.#flags.replace,
      backsUp: target.kind === "in-place" && this.#flags.safetyBackup,
      repository: place.repository,
      identity: await identityAt(place),
      declared: place.declared.stores,
      scratch: scratchOf(this.#work),
      path: binding.path,
      secret: place.secret,
      cluster: place.restorer,
      own: place.own,
      down: target.kind === "in-place" ? (await this.#fence(true))?.parts.map(({ name }) => name) : [],
      systems: shell.systems,
      clock: shell.clock,
      progress: progressTo(this.#work, undefined, "restore"),
      follow: followTo(this.#work, "restore"),
      signal,
    };
  }

  #target(): RestoreTarget {
    return targetOf(this.#flags, (written) => folderOf(this.#work.shell, written));
  }
}

/** For a shell. */
function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
