import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { Severity } from "../systems/contract.ts";
import type { Blocker } from "./blockers.ts";
import type { Estimate } from "./estimate.ts";
import type { Gate, Origin, Told, WorkOrder, WorkProcedure, WorkState } from "./work-order.ts";

/** What proves that a duty was done. */
export interface DutyEvidence {
  readonly text: string;
  readonly links: readonly string[];
}

export type TurnState = "due" | "overdue" | "done" | "missed";

export interface TurnRow {
  readonly duty: string;
  readonly due_at: Instant;
  readonly title: string;
  readonly environment: string | null;
  readonly owner: string | null;
  readonly state: TurnState;
  readonly while_down: boolean;
  readonly done_at: Instant | null;
  readonly done_by: Actor | null;
  readonly evidence: DutyEvidence | null;
}

export interface OrderRow {
  readonly id: string;
  readonly title: string;
  readonly environment: string | null;
  readonly component: string | null;
  readonly origin: Origin;
  readonly severity: Severity | null;
  readonly disruptive: boolean;
  readonly changes: boolean;
  readonly state: WorkState;
  readonly created_at: Instant;
  readonly created_by: Actor;
  readonly planned_by: Actor | null;
  readonly not_before: Instant | null;
  readonly deadline: Instant | null;
  readonly estimate: Estimate;
  readonly change_request: string | null;
  readonly gates: readonly Gate[];
  readonly emergency: { readonly reason: string; readonly by: string } | null;
  readonly procedure: WorkProcedure | null;
  readonly run_id: string | null;
  readonly started_at: Instant | null;
  readonly closes_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly outcome: string | null;
  readonly rolled_back_minutes: number | null;
  readonly told: readonly Told[];
  readonly waiting: readonly Blocker[];
  readonly version: number;
}

/** The tables of migrations 0040 and 0041. */
export interface CalendarTables {
  readonly calendar_clock: { readonly only_row: boolean; readonly decided_at: Instant | null };
  readonly duty_progress: {
    readonly duty: string;
    readonly raised_until: Instant;
    readonly open_due_at: Instant | null;
    readonly open_overdue: boolean;
  };
  readonly duty_turns: TurnRow;
  readonly work_orders: OrderRow;
  readonly window_uses: {
    readonly environment: string;
    readonly turn: string;
    readonly opened_at: Instant;
    readonly work_order: string;
  };
}

/** A work order as `decide` knows it. */
export function orderOf(row: OrderRow): WorkOrder {
  return {
    id: row.id,
    title: row.title,
    environment: row.environment ?? undefined,
    component: row.component ?? undefined,
    origin: row.origin,
    severity: row.severity ?? undefined,
    disruptive: row.disruptive,
    changes: row.changes,
    state: row.state,
    createdAt: Date.parse(row.created_at),
    notBefore: millis(row.not_before),
    deadline: millis(row.deadline),
    estimate: row.estimate,
    changeRequest: row.change_request ?? undefined,
    gates: row.gates,
    emergency: row.emergency ?? undefined,
    procedure: row.procedure ?? undefined,
    startedAt: millis(row.started_at),
    closesAt: millis(row.closes_at),
    told: row.told,
  };
}

/** Milliseconds since 1970 of a moment that may be missing. */
export function millis(at: Instant | null): number | undefined {
  return at === null ? undefined : Date.parse(at);
}

/** The moment of milliseconds that may be missing. */
export function instantOrNull(at: number | undefined): Instant | null {
  return at === undefined ? null : instantOf(at);
}
