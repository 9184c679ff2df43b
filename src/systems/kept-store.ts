import type { GitlabPart } from "../platform/backup-stores.ts";

/** Something that a system keeps and that is lost with it: it is backed up or declared disposable, and anything else is found. */
export interface KeptStore {
  /** Unique within the system, and how it is declared disposable: `database`. */
  readonly id: string;
  readonly title: string;
  /** One of them is enough. */
  readonly heldBy: readonly [Holder, ...Holder[]];
  /** Where it is known from that it keeps this. */
  readonly sources: readonly [string, ...string[]];
}

/** A declared store that holds it: of the same component, unless it says otherwise. */
export type Holder =
  | {
      readonly kind: "postgresql" | "sqlite" | "redis" | "files" | "objects";
      /** Of any component: what an object store keeps is backed up for those whose buckets they are. */
      readonly ofAny?: boolean;
    }
  /** GitLab's own archive, where it does not leave out this part. */
  | { readonly kind: "gitlab"; readonly part: GitlabPart | "secrets" }
  /**
   * Objects of the cluster, whosever: those of this namespace, of one that is called as the component, or of a store that is
   * declared of the component; undefined: of any.
   */
  | { readonly kind: "kubernetes"; readonly plural: "secrets" | "configmaps"; readonly namespace: string | undefined };
