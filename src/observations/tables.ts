import type { Generated } from "kysely";
import type { Instant } from "../kernel/instant.ts";

export type ObservedState = "healthy" | "unhealthy" | "absent" | "unknown";

/** Migration 0060. */
export interface ObservationTables {
  /** Migration 0104. */
  readonly component_holds: {
    readonly environment: string;
    readonly workload: string;
    readonly component: string;
    readonly by: string;
    /** Of migration 0105. */
    readonly probes: readonly string[] | null;
    readonly since: Instant;
    readonly seen_at: Instant;
    readonly left_at: Instant | null;
  };
  readonly observation: {
    readonly environment: string;
    readonly component: string;
    readonly probe: string;
    readonly subject: string;
    readonly system: string;
    readonly tells: "own" | "whole" | "upkeep";
    readonly state: ObservedState;
    readonly value: string | number | boolean | null;
    readonly evidence: string;
    readonly how_to_learn: string | null;
    readonly at: Instant;
    readonly since: Instant;
    readonly known_at: Instant | null;
    readonly stale_at: Instant;
  };
  readonly observation_change: {
    readonly number: Generated<number>;
    readonly environment: string;
    readonly component: string;
    readonly probe: string;
    readonly subject: string;
    readonly at: Instant;
    readonly before: ObservedState | null;
    readonly after: ObservedState | "gone";
    readonly evidence: string;
  };
  readonly series: {
    readonly id: Generated<number>;
    readonly key: string;
    readonly name: string;
    readonly environment: string;
    readonly component: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly sample: { readonly series_id: number; readonly at: Instant; readonly value: number };
  readonly sample_hourly: {
    readonly series_id: number;
    readonly hour: Instant;
    readonly count: number;
    readonly sum: number;
    readonly least: number;
    readonly most: number;
  };
}
