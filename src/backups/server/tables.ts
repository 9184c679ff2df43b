import type { Generated } from "kysely";
import type { Instant } from "../../kernel/instant.ts";
import type { BackupClass } from "../../platform/backup-schedule.ts";
import type { DrillReport, SignedReport } from "../drill/report.ts";
import type { Removal } from "../removal/record.ts";
import type { DescribedSecond } from "./described.ts";
import type { ForeignListed } from "./foreign.ts";

/** The tables of migration 0100. */
export interface BackupTables {
  readonly backup_looks: {
    readonly environment: string;
    readonly at: Instant;
    readonly seen_at: Instant | null;
    readonly why: string | null;
    readonly debris: number;
    readonly others: number;
    /** Of migration 0109. */
    readonly debris_since: Instant | null;
  };
  readonly backups: BackupRow;
  readonly backup_proofs: ProofRow;
  readonly backup_points: {
    readonly environment: string;
    readonly id: string;
    readonly at: Instant;
    readonly fenced: boolean;
    readonly content: Readonly<Record<string, unknown>>;
    readonly last_seen: Instant;
  };
  readonly backup_checks: {
    readonly id: Generated<number>;
    readonly environment: string;
    readonly at: Instant;
    readonly ended_at: Instant;
    readonly read_data: boolean;
    readonly damage: readonly string[];
    readonly run: string | null;
  };
  readonly backup_receipts: {
    readonly environment: string;
    readonly backup: string;
    readonly store: string;
    readonly line: string;
    readonly taken_at: Instant;
    readonly valid_until: Instant;
    readonly issued_at: Instant;
    readonly run: string | null;
  };
  readonly backup_holds: {
    readonly run: string;
    readonly environment: string;
    readonly backup: string;
    readonly since: Instant;
  };
  /** Of migration 0101. */
  readonly backup_sizes: {
    readonly environment: string;
    readonly at: Instant;
    readonly bytes: number;
  };
  /** Of migration 0101: what others back up, as it was seen last. */
  readonly backup_foreign: {
    readonly environment: string;
    readonly at: Instant;
    readonly seen_at: Instant | null;
    readonly why: string | null;
    readonly seen: ForeignListed["foreign"] | null;
  };
  /** Of migration 0102: how the second repository stands, as it was asked last. */
  readonly backup_second: {
    readonly environment: string;
    readonly at: Instant;
    readonly seen_at: Instant | null;
    readonly why: string | null;
    readonly seen: DescribedSecond | null;
  };
  readonly backup_drills: DrillRow;
  /** Of migration 0109: removals as they are written down in repositories. */
  readonly backup_removals: {
    readonly environment: string;
    readonly id: string;
    readonly at: Instant;
    readonly said: Removal | null;
    readonly untrusted: string | null;
    readonly asked_at: Instant | null;
  };
  /** Of migration 0107: what was proven once, also when it is there no more. */
  readonly backups_proven: {
    readonly environment: string;
    readonly id: string;
    readonly store: string;
    readonly taken_at: Instant;
    readonly proven_at: Instant;
  };
  readonly backup_turns: {
    readonly environment: string;
    readonly schedule: string;
    readonly begun_until: Instant;
  };
}

export interface BackupRow {
  readonly environment: string;
  readonly id: string;
  readonly store: string;
  readonly kind: string;
  readonly class: BackupClass;
  readonly mark: string | null;
  readonly point: string | null;
  readonly taken_at: Instant;
  readonly bytes: number;
  readonly digest: string;
  readonly first_seen: Instant;
  readonly last_seen: Instant;
  readonly gone_at: Instant | null;
  readonly removed_by: string | null;
}

export interface ProofRow {
  readonly environment: string;
  readonly snapshot: string;
  readonly backup: string;
  readonly proven_at: Instant;
  readonly verdict: string;
  readonly digest: string;
  readonly millis: number | null;
}

export interface DrillRow {
  readonly environment: string;
  readonly id: string;
  readonly at: Instant;
  readonly verdict: string;
  readonly run: string | null;
  /** As it was signed; null: not read yet. */
  readonly signed: { readonly report: DrillReport; readonly signature?: SignedReport["signature"] } | null;
  /** When it was asked for last, of one that is not read yet. */
  readonly asked_at: Instant | null;
}
