import type { BackupPorts, Database } from "../../kernel/backup-ports.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Clock } from "../../kernel/ports.ts";
import type { System, SystemStore } from "../../systems/contract.ts";
import type { GitlabArchive, Phase, ProofVerdict, RestoredDatabase, TableCount } from "./proof.ts";
import type { RestoreTarget } from "./throw-away.ts";
import type { Workbench } from "./workbench.ts";

/** What one backup's proof works with. */
export interface Proving {
  readonly ports: BackupPorts;
  readonly clock: Clock;
  readonly systems: readonly System[];
  readonly workbench: Workbench;
  /** A line for the person who waits. */
  readonly progress: (text: string) => void;
  /** What is done now, told beside how far it is; called often. */
  readonly phase?: (text: string) => void;
  readonly now: Instant;
  readonly signal: AbortSignal;
  /** Looks at a restored database before anything else does; tables that it has counted are not counted again, nor asked how new they are. */
  readonly examine?: (db: Database, target: RestoreTarget) => Promise<readonly TableCount[]> | Promise<void>;
  /** Of the database that is restored into; UTF8 when left out. */
  readonly encoding?: string;
}

/** What was learned so far; it stays when the restore breaks off. */
export interface Gathered {
  readonly databases: RestoredDatabase[];
  /** The stores that the databases were recognised as. */
  readonly stores: SystemStore[];
  /** Of databases that mean nothing, why. */
  readonly empty: string[];
  readonly notes: string[];
  readonly phases: Phase[];
  /** Paths within the backup. */
  readonly held: string[];
  gitlab: GitlabArchive | undefined;
  format: string;
  /** It does not say where it ends: cut off between two statements, it would look the same. */
  endless: boolean;
  /** It makes roles and settings of a server, and no database: it belongs beside dumps of those. */
  rolesAlone: boolean;
}

export function nothingYet(format: string): Gathered {
  return {
    databases: [],
    stores: [],
    empty: [],
    notes: [],
    phases: [],
    held: [],
    gitlab: undefined,
    format,
    endless: false,
    rolesAlone: false,
  };
}

/** Why nothing more can be said; undefined when all went well. */
export type Problem = Extract<ProofVerdict, { readonly kind: "not-restorable" | "unknown" }> | undefined;

/** Of the problems of two parts the graver one: what nobody can tell of one hides no damage of the other. */
export function graver(one: Problem, other: Problem): Problem {
  return one?.kind === "not-restorable" ? one : (other ?? one);
}

/** Runs a part of the work and keeps how long it took, also when it fails. */
export async function timed<T>(
  name: string,
  { clock }: Proving,
  gathered: Gathered,
  work: () => Promise<T>,
): Promise<T> {
  const began = Date.parse(clock.now());
  try {
    return await work();
  } finally {
    gathered.phases.push({ name, millis: Date.parse(clock.now()) - began });
  }
}
