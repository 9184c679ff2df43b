import type { Fact } from "../../kernel/fact.ts";
import type { Instant } from "../../kernel/instant.ts";

/** What was learned about backups that others made; the JSON of `millwright backup prove`. */
export interface ProofReport {
  readonly schema: "millwright/backup-proof/1";
  readonly at: Instant;
  /** As the user named it, without a password. */
  readonly source: string;
  readonly kind: SourceKind;
  readonly proofs: readonly Proof[];
  /** What was found there and not restored, with the reason. */
  readonly passedOver: readonly { readonly name: string; readonly why: string }[];
  /** Words about the run itself: debris removed, how long. */
  readonly notes: readonly string[];
}

export type SourceKind = "file" | "folder" | "restic" | "bucket";

/** One backup: a file, a folder of a dump, a file of a snapshot. */
export interface Proof {
  readonly name: string;
  /** `custom archive of pg_dump, gzip`. */
  readonly format: string;
  /** As it lies there. */
  readonly bytes: number | undefined;
  /** When the file says it was last written: copies and downloads change it. */
  readonly fileAt: Instant | undefined;
  readonly verdict: ProofVerdict;
  readonly databases: readonly RestoredDatabase[];
  readonly gitlab: GitlabArchive | undefined;
  /** What a whole backup of the system has and this one has not. */
  readonly notIncluded: readonly { readonly what: string; readonly why: string; readonly essential: boolean }[];
  readonly notes: readonly string[];
  readonly phases: readonly Phase[];
}

export type ProofVerdict =
  /** All of it came back. */
  | { readonly kind: "proven" }
  /** The data came back, and this is wrong with it. */
  | { readonly kind: "proven-with-lacks"; readonly lacks: readonly [string, ...string[]] }
  | { readonly kind: "not-restorable"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string; readonly howToLearn: string };

export interface Phase {
  readonly name: string;
  readonly millis: number;
}

export interface RestoredDatabase {
  readonly name: string;
  /** The system whose database it is, when its tables tell. */
  readonly system: string | undefined;
  /** The server it was dumped from, and the pg_dump. */
  readonly serverVersion: string | undefined;
  readonly dumpVersion: string | undefined;
  /** The major it was restored into. */
  readonly restoredInto: number;
  /** When pg_dump says it ran, by the clock of its machine, whose zone is not told. */
  readonly madeAt: Instant | undefined;
  readonly schemaHead: Fact<string>;
  readonly tables: readonly TableCount[];
  readonly rows: number;
  readonly bytes: number;
  /** How old the data really is. */
  readonly newest: Fact<NewestRow>;
  /** Constraints and unique indexes that the data breaks, or that were never checked. */
  readonly constraints: readonly string[];
  readonly sequencesBehind: readonly string[];
  /** Roles that own or may use things; no dump of one database holds them. */
  readonly roles: readonly string[];
  readonly extensions: readonly { readonly name: string; readonly present: boolean }[];
  readonly failures: readonly RestoreFailure[];
}

export interface TableCount {
  readonly table: string;
  readonly rows: number;
}

export interface NewestRow {
  readonly table: string;
  readonly column: string;
  readonly at: Instant;
}

/** A statement of the dump that the server refused. */
export interface RestoreFailure {
  readonly kind: "data" | "table" | "constraint" | "object" | "extension" | "collation" | "right" | "setting";
  /** `COPY public.runs`. */
  readonly what: string;
  readonly message: string;
}

/** What a tar of GitLab's own backup says of itself. */
export interface GitlabArchive {
  readonly version: string | undefined;
  readonly createdAt: string | undefined;
  readonly installation: string | undefined;
  readonly skipped: readonly string[];
  /** Its parts: `repositories`, `uploads.tar.gz`. */
  readonly parts: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
}
