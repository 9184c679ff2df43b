import type { OwnProving, SealedBody } from "../store-kind.ts";

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
  | { readonly kind: "bucket"; readonly bucket: string; readonly prefix: string };

/** What a kind is lent for restoring. */
export interface Restoring extends Omit<OwnProving, "restored" | "repository"> {
  /** The restore's own: what it leaves at its target bears it, and by it the same restore is taken up. */
  readonly id: string;
  /** Only keys that begin so, where the kind has keys. */
  readonly prefix: string;
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

export interface KindRestore<Config, Body> {
  readonly targets: readonly RestoreTarget["kind"][];
  plan(sealed: SealedBody<Body>, config: Config, target: RestoreTarget, restoring: Restoring): Promise<StorePlan>;
  /** Done again after a kill it finds what it left, and comes to the same. */
  run(sealed: SealedBody<Body>, config: Config, target: RestoreTarget, restoring: Restoring): Promise<StoreRestored>;
  /**
   * Takes back what a restore in place did, and says how; done again it finds it done. `safety` is the backup that was made of the
   * store before. Throws `InputError` where it cannot be taken back any more.
   */
  undo?(config: Config, safety: SealedBody<Body> | undefined, restoring: Restoring): Promise<readonly string[]>;
}
