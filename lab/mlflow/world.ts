import type { Database } from "../databases/sql.ts";
import type { Ledger } from "../ledger.ts";

/** What MLflow's routes see. */
export interface MlflowWorld {
  readonly name: string;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** Where artifacts lie: a folder, served by its own proxy. */
  readonly artifacts: string;
  /** With the plugin: the address of SharingHub. Undefined: plain MLflow, open to all. */
  readonly sharinghubUrl: string | undefined;
  version: string;
}

/** One request, after the plugin has taken it apart. */
export interface Call {
  readonly request: Request;
  /** MLflow's own path, without the project's address. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Whose address was used; undefined in the view over all projects. */
  readonly project: string | undefined;
}
