import type { Database } from "../databases/sql.ts";
import type { Ledger } from "../ledger.ts";
import type { Redis } from "../stand-in/redis.ts";

/** What GitLab's routes see and what its faults change. */
export interface GitlabWorld {
  readonly name: string;
  readonly database: Database;
  readonly redis: Redis;
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** Its address as its users write it, without a slash at its end. */
  readonly externalUrl: () => string;
  /** Where the repositories of projects are that are made while it runs; none have one when left out. */
  readonly repositories: string | undefined;
  version: string;
  /** Whether who asks is on the monitoring allowlist. */
  allowed: boolean;
  /** Whether metrics are switched on (Admin, Metrics and profiling). */
  metrics: boolean;
  /** Gitaly's shards that do not answer. */
  readonly deadShards: Set<string>;
  /** None while its workload has no pod that runs. */
  readonly sidekiqProcesses: number;
}

/** Answers instead of the route. */
export class Refused extends Error {
  readonly response: Response;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`refused with ${status}`);
    this.response = Response.json(body, { status, headers });
  }
}
