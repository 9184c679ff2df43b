/** A database that a system keeps, and how it is known again in a backup that others made. */
export interface SystemStore {
  /** Unique within the system: `database`. */
  readonly id: string;
  readonly title: string;
  readonly product: "postgresql";
  /** Tables that all stand in one schema of it; no other system has them all. */
  readonly tables: readonly [string, ...string[]];
  /** One row, one column: which migrations it has. Asked with the schema of `tables` first on the path. */
  readonly schemaHead: string;
  /** Columns that say when something last happened; those that are not there are passed over. */
  readonly newest: readonly NewestColumn[];
  /** Tables without which the system holds nothing, when all of them are empty: what that means. */
  readonly emptyMeans?: {
    readonly tables: readonly [string, ...string[]];
    readonly why: string;
    readonly howToLearn: string;
  };
  /** What its rows name in an object store: each must be there, or the two are not of one moment. */
  readonly references?: readonly StoreReference[];
  /** What belongs to a whole backup of the system and is in no dump of this database. */
  readonly beside: readonly Beside[];
  /** Where tables, columns and the parts beside are known from. */
  readonly sources: readonly [string, ...string[]];
}

export interface StoreReference {
  readonly id: string;
  /** In some words: `each LFS object`. */
  readonly what: string;
  /** Tables without which there is nothing to ask. */
  readonly tables: readonly [string, ...string[]];
  /** Gives `name`, for a person, and `location`: an object's key, or a URI that ends with one. Asked like `schemaHead`. */
  readonly query: string;
  /** The same for SQLite, where the system may keep its tables there. */
  readonly sqlite?: string;
  /** Which of what lies `beside` the database: `lfs`. */
  readonly part: string;
  /** What lies at a location: an object, or objects below it. */
  readonly names: "object" | "folder";
}

export interface NewestColumn {
  readonly table: string;
  readonly column: string;
  /** How the column counts when it is a number: since 1970. */
  readonly unit?: "milliseconds" | "seconds";
}

export interface Beside {
  readonly id: string;
  readonly what: string;
  /** What is lost without it. */
  readonly why: string;
  /** Without it the database cannot be used, even when it restores. */
  readonly essential: boolean;
  /** Beginnings of paths in the system's own archives that hold it. */
  readonly heldIn?: readonly string[];
  /** Kinds of stores of the same component that hold it. */
  readonly keptBy?: readonly ("gitlab" | "objects")[];
}
