import type * as z from "zod";
import type { BackupPorts, RestoredDatabase, Scratch } from "../kernel/backup-ports.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeWriter } from "../kernel/kube.ts";
import type { Clock } from "../kernel/ports.ts";
import type { BackupClass } from "../platform/backup-schedule.ts";
import type { BackupStore } from "../platform/backup-stores.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { System } from "../systems/contract.ts";
import type { Source } from "./parts.ts";
import type { CataloguedBackup, CataloguedPack } from "./repository/catalogue.ts";
import type { Identity, Manifest, Part } from "./repository/manifest.ts";
import type { OwnProof, OwnVerdict } from "./repository/own-proof.ts";
import type { Repository } from "./repository/restic.ts";
import type { KindRestore } from "./restore/contract.ts";

/**
 * A kind of store: how its backups are made, what their manifests say beside what all say, and how they are proven. The runner
 * (run.ts, prove-own.ts) does what is the same for all: ids, parts, manifest, seal, identity, the proof's place.
 */
export interface StoreKind<Config extends BackupStore, Body> {
  readonly id: Config["kind"];
  /**
   * When in a recovery point without a fence: archives, which hold a database of their own, and databases before the object stores
   * whose objects their rows name, then the rest, so that no copied row points at an object made later.
   */
  readonly turn: "archive" | "database" | "objects" | "rest";
  /** It is taken without a look at earlier backups, of which it is shown none: it begins while the repository is still asked. */
  readonly asksNoHistory?: true;
  /** What only its manifests say; checked when a manifest is read. */
  readonly body: z.ZodType<Body>;
  /** Throws when there is no backup; what it had stored then is debris. Called while nothing is known of the store but `config`. */
  take(config: Config, taking: Taking): Promise<Taken<Body>>;
  /**
   * Asks, before a fence is raised, what only a running application tells; what it gives takes the backup in the place of `take`.
   * Where it throws, `take` is on its own.
   */
  ahead?(config: Config, asking: Asking): Promise<(taking: Taking) => Promise<Taken<Body>>>;
  /**
   * Restores into what is thrown away and compares. Throws `InputError` for what this machine lacks to try it at all; what is
   * wrong with the backup is a verdict. A part whose bytes are not those of the manifest fails the proof by itself.
   */
  prove(sealed: SealedBody<Body>, proving: OwnProving): Promise<Proved>;
  /** For kinds that hold what rows of a database may name. */
  readonly lists?: {
    /** Undefined where this backup holds none of it. */
    where(body: Body): Listed | undefined;
    /** The keys of all objects, the paths of all files. */
    keys(sealed: SealedBody<Body>, proving: OwnProving): AsyncIterable<string>;
  };
  /** Parts of its component that it leaves to other stores: `lfs` to `gitlab/lfs`. */
  leaves?(body: Body): readonly { readonly part: string; readonly store: string }[];
  /** How its backups come back; a kind without it comes back as files in a folder. */
  readonly restore?: KindRestore<Config, Body> | undefined;
  /** In some words: `database mlflow, 12 tables, 3000 rows`. */
  summary(body: Body): string;
  /** For a person, beside what all manifests say: a label and a text. */
  facts(body: Body): readonly (readonly [label: string, text: string])[];
  /** What belongs to the store and no backup of this kind holds. */
  readonly doesNotCover: readonly string[];
}

/** Where the keys lie that a backup lists. */
export type Listed =
  | { readonly kind: "bucket"; readonly bucket: string; readonly prefix: string }
  /** A part of a system's own archive, by its name there: `lfs`. */
  | { readonly kind: "part"; readonly part: string }
  /** Absolute paths. */
  | { readonly kind: "folders"; readonly paths: readonly string[] };

/** A kind with its types forgotten, as the list holds it: its configuration and bodies only ever come back to itself. */
export type AnyStoreKind = StoreKind<BackupStore, unknown>;

/** A manifest whose body was read by its kind. */
export type SealedBody<Body> = Omit<Manifest, "body"> & { readonly body: Body };

/** Of that, what is lent before a fence is raised. */
export type Asking = Pick<Taking, "cluster" | "secret" | "down" | "signal">;

/** What the runner lends for making one backup. */
export interface Taking {
  /** The backup's. */
  readonly id: string;
  readonly identity: Omit<Identity, "repository">;
  /** What it is taken for. */
  readonly class: BackupClass;
  /** All that are declared of the environment. */
  readonly stores: readonly BackupStore[];
  readonly ports: BackupPorts;
  /** The environment's cluster, by the backup runner's account; throws `InputError` where none is declared. */
  readonly cluster: () => Promise<KubeWriter>;
  readonly secret: (ref: SecretRef) => Promise<string>;
  /** Where the server's own database is, by its own configuration. */
  readonly own?: OwnDatabase | undefined;
  /** Workloads that the fence holds down meanwhile, by its names of them: `deployment mlflow/mlflow`. */
  readonly down?: readonly string[] | undefined;
  /** Hears what could not be taken away afterwards, with what to do: the backup stands. */
  readonly left?: ((words: string) => void) | undefined;
  /** Where a folder may be made for what is no secret (a clone of Git); undefined: nowhere. */
  readonly scratch?: string | undefined;
  readonly repository: Repository;
  /** Of all stores of the environment, the newest first. */
  readonly others: readonly CataloguedBackup[];
  /** Of this store, the newest first. */
  readonly earlier: readonly CataloguedBackup[];
  /** Of this store, also those that killed runs left, which may be cut short: only what their own end proves is whole. */
  readonly packs: readonly CataloguedPack[];
  /** What an earlier backup said. */
  readonly bodyOf: (backup: CataloguedBackup) => Promise<unknown>;
  readonly systems: readonly System[];
  readonly clock: Clock;
  /** A line for the person who waits. */
  readonly progress: (text: string) => void;
  /** Fires when the run is broken off: by a person, or because the runner ends. */
  readonly signal: AbortSignal;
  /**
   * Stores a stream, or what a program prints, as one snapshot of restic's, which belongs to this backup and goes with it. When the
   * source throws, so does this, with the same, and nothing that looks whole is left. Names are unique within a backup. Of the
   * snapshot's id there may be the first letters alone.
   */
  readonly storePart: (name: string, source: Source, signal?: AbortSignal) => Promise<Part>;
  /** The same for what later backups of this store may share, by its whole id: it is kept while any manifest names it under `packs`. */
  readonly storePack: (name: string, stream: AsyncIterable<Uint8Array>, signal?: AbortSignal) => Promise<Part>;
}

export interface OwnDatabase {
  readonly url: SecretRef | undefined;
  /** The folder of a server that Millwright runs itself. */
  readonly embedded: string | undefined;
  /** `$PATH`, to look for that server's programs on. */
  readonly path: string;
}

export interface Taken<Body> {
  readonly body: Body;
  /** The moment that the backup shows, by our clock: what was written later is not in it. */
  readonly takenAt: Instant;
  /** Of the programs that made it, beside restic and ourselves. */
  readonly versions: Readonly<Record<string, string>>;
  /** All packs that it needs, of this run and of earlier ones. */
  readonly packs?: readonly Part[];
}

/** What the runner lends for proving one backup. */
export interface OwnProving {
  readonly ports: BackupPorts;
  /** Below it restored data may lie; whoever makes a folder there removes it. */
  readonly scratch: string;
  /** `$PATH`. */
  readonly path: string;
  readonly repository: Repository;
  /** A secret that the configuration names, and the environment's cluster: for what only a living system can tell. */
  readonly secret: (ref: SecretRef) => Promise<string>;
  readonly cluster: () => Promise<KubeWriter>;
  readonly systems: readonly System[];
  readonly clock: Clock;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
  /** A part's bytes, held against what binds it: throws `InputError` at the end when they are others or fewer. */
  readonly readPart: (part: Part) => AsyncIterable<Uint8Array>;
  /** The same into a file of the scratch folder, under the part's name. */
  readonly placePart: (part: Part, scratch: Scratch, signal: AbortSignal) => Promise<void>;
  /**
   * To be called with every database that was restored, before it is thrown away: what it names elsewhere is asked here. It is
   * PostgreSQL's where nothing is said.
   */
  readonly restored: (db: RestoredDatabase, dialect?: "sqlite") => Promise<void>;
  /** Hears of every pointer of Git LFS' in a repository that was opened: what it names elsewhere is looked for as well. */
  readonly pointed?: ((pointer: LfsPointer) => void) | undefined;
}

/** What a repository's file names in the store of LFS objects. */
export interface LfsPointer {
  /** For a person: `team/model`, or its path below the storage. */
  readonly repository: string;
  /** SHA-256 of the object, 64 letters. */
  readonly oid: string;
  /** Where Git saw it first. */
  readonly path: string;
}

export interface Proved {
  readonly verdict: OwnVerdict;
  /** `tables`, `rows`, `objects`: what was compared. */
  readonly counts: Readonly<Record<string, number>>;
  /** The major of the server, where there is one. */
  readonly restoredInto?: number | undefined;
  /** What this backup in particular leaves out, beside what its kind never holds. */
  readonly doesNotCover: readonly string[];
  /** Of these what another store may hold. */
  readonly elsewhere?: OwnProof["elsewhere"];
  readonly notes: readonly string[];
}
