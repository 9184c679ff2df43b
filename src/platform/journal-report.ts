import type { Instant } from "../kernel/instant.ts";
import type { EntryKind } from "./record.ts";

/** The lengths of a report of the journal. Weeks begin on Monday; all in UTC. */
export const reportPeriods = ["week", "month", "quarter"] as const;
export type ReportPeriod = (typeof reportPeriods)[number];

/** One line of a report. */
export interface ReportedEntry {
  readonly sequence: number;
  readonly at: Instant;
  readonly kind: EntryKind;
  readonly task: string;
  readonly maintainer: string;
  readonly environment: string | undefined;
  readonly durationSeconds: number | undefined;
}

/** What the journal says of a week, a month or a quarter. */
export interface JournalReport {
  readonly schema: "millwright/journal-report/1";
  readonly period: ReportPeriod;
  readonly from: Instant;
  /** Not included. */
  readonly until: Instant;
  readonly entries: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly byEnvironment: Readonly<Record<string, number>>;
  readonly byMaintainer: Readonly<Record<string, number>>;
  /** The sum of what was measured. */
  readonly workedSeconds: number;
  /** Runs, changes, work orders, incidents and overrides, oldest first. */
  readonly work: readonly ReportedEntry[];
  readonly issues: readonly { readonly sequence: number; readonly text: string }[];
  readonly nextActions: readonly { readonly sequence: number; readonly text: string }[];
  /** Changes of the platform that name no change request. */
  readonly withoutChangeRequest: readonly ReportedEntry[];
  /** Where the chain stood at the end of the period. */
  readonly head: { readonly sequence: number; readonly hash: string } | undefined;
}
