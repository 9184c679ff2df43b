import type { Severity } from "../systems/contract.ts";
import type { CompiledCalendar } from "./compiled.ts";
import type { WorkOrder } from "./work-order.ts";

/** One turn of a duty that is to be done. Moments are milliseconds since 1970. */
export interface Obligation {
  readonly duty: string;
  readonly dueAt: number;
  /** Whether it was said that it is overdue. */
  readonly overdue: boolean;
}

/** How far a duty was followed. */
export interface DutyProgress {
  /** Every turn due up to then is an obligation already, or was done before its time. */
  readonly raisedUntil: number;
  /** The last turn that came due, while it is not done. */
  readonly open: Obligation | undefined;
}

/** An opening that work was started in. */
export interface Use {
  readonly environment: string;
  /** `quarter 227`: no other opening of that turn may be used. */
  readonly turn: string;
  /** Which opening it was: its beginning. */
  readonly from: number;
}

/** What of an open finding the calendar needs. */
export interface FindingToPlan {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly environment: string | undefined;
  readonly component: string | undefined;
  /** When it was first seen: its clock runs from there. */
  readonly since: number;
  /** What is mended together is one piece of work; of its own when left out. */
  readonly together?: { readonly key: string; readonly title: string } | undefined;
}

/** Which piece of work a finding belongs to. */
export function togetherKey({ id, together }: FindingToPlan): string {
  return together?.key ?? id;
}

/** All that `decide` knows. Whatever it decides goes back in by `apply`, or through the database. */
export interface CalendarState {
  readonly calendar: CompiledCalendar;
  /** The server's emergency stop: nothing is started while it stands. */
  readonly stop: { readonly reason: string } | undefined;
  readonly duties: ReadonlyMap<string, DutyProgress>;
  /** Work orders that are not over. */
  readonly orders: readonly WorkOrder[];
  /** Ids of all there ever were, so that none is proposed again. */
  readonly everOrdered: ReadonlySet<string>;
  readonly uses: readonly Use[];
  /** The open ones; undefined when nobody looked, which closes none. */
  readonly findings: readonly FindingToPlan[] | undefined;
  /** When it was last decided; undefined at the first time. */
  readonly lastDecidedAt: number | undefined;
}

/** The state before anything happened. */
export function freshState(calendar: CompiledCalendar): CalendarState {
  return {
    calendar,
    stop: undefined,
    duties: new Map(),
    orders: [],
    everOrdered: new Set(),
    uses: [],
    findings: undefined,
    lastDecidedAt: undefined,
  };
}
