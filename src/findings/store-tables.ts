import type { Generated } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Component, Pin } from "../platform/pin.ts";
import type { Severity } from "../systems/contract.ts";
import type { Finding } from "./finding.ts";
import type { FindingEventKind, FindingState, Holds } from "./life-cycle.ts";
import type { Suppression } from "./suppression.ts";

/** What is observed of repositories and clusters (migration 0070). */
export interface FindingTables {
  readonly finding: {
    readonly id: string;
    readonly rule: string;
    readonly title: string;
    readonly rule_group: string;
    readonly severity: Severity;
    readonly urgency: number;
    readonly subject: string;
    readonly environment: string | null;
    readonly message: string;
    readonly fix: string;
    readonly places: Finding["places"];
    readonly content: string;
    readonly state: FindingState;
    readonly suppression: Suppression | null;
    readonly first_seen_at: Instant;
    readonly state_since: Instant;
    readonly closed_by: string | null;
    readonly version: Generated<number>;
  };
  readonly finding_count: {
    readonly environment: string;
    readonly severity: Severity;
    readonly state: FindingState;
    readonly count: number;
  };
  readonly finding_sighting: {
    readonly finding_id: string;
    readonly source: string;
    readonly holds: Holds;
    readonly unknown_why: string | null;
    readonly first_seen_at: Instant;
    readonly last_seen_at: Instant;
  };
  readonly finding_event: {
    readonly number: Generated<number>;
    readonly finding_id: string;
    readonly at: Instant;
    readonly kind: FindingEventKind;
    readonly source: string;
    readonly detail: string;
  };
  readonly open_question: {
    readonly source: string;
    readonly id: string;
    readonly rule: string;
    readonly title: string;
    readonly subject: string;
    readonly environment: string | null;
    readonly why: string;
    readonly how_to_learn: string;
    readonly since: Instant;
  };
  readonly configuration_in_force: {
    readonly source: string;
    readonly text: string;
    readonly revision: string | null;
    readonly since: Instant;
  };
  readonly observed_source: {
    readonly source: string;
    readonly at: Instant;
    readonly revision: string | null;
    readonly summary: LookSummary;
  };
  readonly observed_component: {
    readonly source: string;
    readonly name: string;
    readonly environment: string;
    readonly system: string | null;
    readonly namespace: string | null;
    readonly version: string | null;
    readonly pins: Component["pins"];
  };
  readonly observed_pin: {
    readonly source: string;
    readonly id: string;
    readonly environment: string;
    readonly state: Pin["state"];
    readonly kind: Pin["kind"];
    readonly name: string;
    readonly pin: Pin;
  };
}

/** What one look at a source found, in numbers. */
export interface LookSummary {
  readonly findings: number;
  readonly suppressed: number;
  readonly unknown: number;
  readonly rules: number;
  readonly problems: readonly string[];
}

/** Rows in lists that one statement can carry: PostgreSQL takes 65,535 values in one. */
export function inChunks<T>(rows: readonly T[], size = 1000): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}
