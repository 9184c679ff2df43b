import type { BackupStore } from "../../platform/backup-stores.ts";
import type { SecretRef } from "../../platform/secret-ref.ts";
import type { OwnDatabase, OwnProving, SealedBody } from "../store-kind.ts";

/*
 * How backups of a kind come back: what it would do is told first and changes nothing.
 */

/** Where to. In place: where the configuration says that the store is. */
export type RestoreTarget =
  | { readonly kind: "in-place" }
  /** Files, in a folder of this machine that is empty. */
  | { readonly kind: "folder"; readonly folder: string }
  /** A database that is not there yet, or is empty, on the store's own server. */
  | { readonly kind: "database"; readonly name: string }
  /** Another bucket of the same object store. */
  | { readonly kind: "bucket"; readonly bucket: string; readonly prefix: string }
  /** Another Redis: its address where no password stands in it, or the secret that holds it. */
  | { readonly kind: "redis"; readonly url: string | SecretRef }
  /** Another namespace of the same cluster; `from`: whose objects, where the backup has those of several. */
  | { readonly kind: "namespace"; readonly namespace: string; readonly from: string | undefined };

/** What a kind is lent for restoring. */
export interface Restoring extends Omit<OwnProving, "restored" | "repository" | "placePart"> {
  /** The restore's own: what it leaves at its target bears it, and by it the same restore is taken up. */
  readonly id: string;
  /** Only keys that begin so, where the kind has keys. */
  readonly prefix: string;
  /** One Git repository alone, as GitLab names it (`group/project`), for kinds that keep them apart. */
  readonly gitRepository?: string | undefined;
  /** All stores that are declared of the environment. */
  readonly declared?: readonly BackupStore[] | undefined;
  /** For a plan: stores that the same restore has brought back by the time it comes to this one. */
  readonly comesBefore?: readonly string[] | undefined;
  /** What another Redis or namespace holds may go, of which no backup is made. */
  readonly replaces?: boolean | undefined;
  /** What is there is backed up before it is replaced. */
  readonly backsUp?: boolean | undefined;
  /** Where the server's own database is, by its own configuration. */
  readonly own?: OwnDatabase | undefined;
  /** Workloads that are down while it is restored in place, by the fence's names of them: `deployment mlflow/mlflow`. */
  readonly down?: readonly string[] | undefined;
  /** The command that brings back what was there before; undefined where no backup was made of it, or this does just that. */
  readonly takeBackBy?: string | undefined;
  /** For taking a restore back: the backup that it brought back of this store, as it may have brought back others beside it. */
  readonly broughtBack?: string | undefined;
  /** Called by a kind that changes nothing until then, right before it touches what is there; lent where that is written down. */
  readonly beginsToReplace?: (() => Promise<void>) | undefined;
}

/** What restoring one store would do. */
export interface StorePlan {
  readonly does: readonly string[];
  /** What is there now, and is not afterwards. */
  readonly loses: readonly string[];
  /** What keeps it from being done; nothing is done as long as there is any. */
  readonly refuses: readonly string[];
  /** What a person has to know or do. */
  readonly notes: readonly string[];
  /** Whether anything is there that a backup could be made of. */
  readonly isThere: boolean;
}

export interface StoreRestored {
  readonly did: readonly string[];
  /** What did not come back as it was. Where there is any, the target was left as it was before. */
  readonly differences: readonly string[];
  readonly notes: readonly string[];
}

/** A store's place that nobody else uses until it is let go. */
export interface HeldPlace<Config> {
  /** Where it is meanwhile: the store is backed up, restored and taken back by this. */
  readonly config: Config;
  /** Whether anything is there that a backup could be made of. */
  readonly isThere: boolean;
  /** What is left to do by hand, if anything. Throws nothing. */
  readonly release: () => Promise<readonly string[]>;
}

export interface KindRestore<Config, Body> {
  /** Why it never comes back in place together with other stores of a point; it is named by itself then. */
  readonly alone?: string | undefined;
  readonly targets: readonly RestoreTarget["kind"][];
  /** It reads only what the target lacks: how much that is, and how long it takes, its size does not tell. */
  readonly readsWhatLacks?: true;
  plan(sealed: SealedBody<Body>, config: Config, target: RestoreTarget, restoring: Restoring): Promise<StorePlan>;
  /**
   * For kinds whose files lie in the pod of an application that is down by now: gives them a place. Throws `InputError` while others
   * use it, and then nothing was done.
   */
  hold?(config: Config, restoring: Restoring): Promise<HeldPlace<Config>>;
  /** Done again after a kill it finds what it left, and comes to the same. */
  run(sealed: SealedBody<Body>, config: Config, target: RestoreTarget, restoring: Restoring): Promise<StoreRestored>;
  /**
   * In place, for what other programs act on at once: done when every store is back and nobody is held down any more. Done again it comes
   * to the same.
   */
  last?(sealed: SealedBody<Body>, config: Config, restoring: Restoring): Promise<StoreRestored>;
  /**
   * Takes back what a restore in place did, and says how; done again it finds it done. `safety` is the backup that was made of the
   * store before. Throws `InputError` where it cannot be taken back any more.
   */
  undo?(config: Config, safety: SealedBody<Body> | undefined, restoring: Restoring): Promise<readonly string[]>;
}
