import type { Generated } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { NoticeDraft } from "../platform/record.ts";
import type { Notice } from "./notice.ts";

/** The tables of migration 0030. */
export interface NoticeTables {
  readonly notices: {
    readonly id: Generated<number>;
    readonly key: string;
    readonly severity: NoticeDraft["severity"];
    readonly title: string;
    readonly text: string;
    readonly environment: string | null;
    readonly link: string | null;
    readonly audience: readonly string[];
    readonly page: NonNullable<NoticeDraft["page"]> | null;
    readonly created_at: Instant;
    readonly repeats: Generated<number>;
    readonly repeated_at: Instant | null;
    readonly routed_at: Instant | null;
  };
  readonly notice_deliveries: {
    readonly id: string;
    readonly notice_id: number;
    readonly channel: string;
    readonly state: "waiting" | "sent" | "dead";
    readonly attempts: Generated<number>;
    readonly not_before: Instant;
    readonly claimed_until: Instant | null;
    readonly last_error: string | null;
    readonly ended_at: Instant | null;
  };
}

/** A row of `notices` as it is selected. */
export interface NoticeRow {
  readonly id: number;
  readonly key: string;
  readonly severity: NoticeDraft["severity"];
  readonly title: string;
  readonly text: string;
  readonly environment: string | null;
  readonly link: string | null;
  readonly audience: readonly string[];
  readonly page: NonNullable<NoticeDraft["page"]> | null;
  readonly created_at: Instant;
}

export function noticeOf(row: NoticeRow): Notice {
  return {
    id: row.id,
    key: row.key,
    severity: row.severity,
    title: row.title,
    text: row.text,
    environment: row.environment ?? undefined,
    link: row.link ?? undefined,
    audience: row.audience,
    page: row.page ?? undefined,
    at: row.created_at,
  };
}
