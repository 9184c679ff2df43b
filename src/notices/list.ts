import { sql } from "kysely";
import { patternOf } from "../access/paging.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { Notice } from "./notice.ts";
import { type NoticeTables, noticeOf } from "./store.ts";

export interface ListedDelivery {
  readonly id: string;
  readonly channel: string;
  readonly state: "waiting" | "sent" | "dead";
  readonly attempts: number;
  readonly notBefore: Instant;
  readonly lastError: string | null;
  readonly endedAt: Instant | null;
}

export interface ListedNotice extends Notice {
  readonly repeats: number;
  readonly deliveries: readonly ListedDelivery[];
}

interface NoticeFilter {
  /** Only those with a delivery in that state. */
  readonly state: "waiting" | "sent" | "dead" | undefined;
  /** undefined: all, also those that belong to none. */
  readonly environments: readonly string[] | undefined;
  /** In the title or the text. */
  readonly text?: string | undefined;
}

interface NoticeQuery extends NoticeFilter {
  readonly before: number | undefined;
  readonly limit: number;
}

/** Notices, newest first, with what became of them. */
export async function listNotices(store: Store, wanted: NoticeQuery): Promise<readonly ListedNotice[]> {
  const tables = store.tables<NoticeTables>();
  let query = noticesThat(store, wanted).selectAll().orderBy("id", "desc").limit(wanted.limit);
  if (wanted.before !== undefined) query = query.where("id", "<", wanted.before);
  const rows = await query.execute();
  const ids = rows.map(({ id }) => id);
  const deliveries =
    ids.length === 0
      ? []
      : await tables
          .selectFrom("notice_deliveries")
          .selectAll()
          .where("notice_id", "in", ids)
          .orderBy("channel")
          .execute();
  return rows.map((row) => ({
    ...noticeOf(row),
    repeats: row.repeats,
    deliveries: deliveries
      .filter(({ notice_id }) => notice_id === row.id)
      .map((one) => ({
        id: one.id,
        channel: one.channel,
        state: one.state,
        attempts: one.attempts,
        notBefore: one.not_before,
        lastError: one.last_error,
        endedAt: one.ended_at,
      })),
  }));
}

/** How many notices fit, whatever the page. */
export async function totalNotices(store: Store, filter: NoticeFilter): Promise<number> {
  const query = noticesThat(store, filter).select(sql<number>`count(*)::int`.as("total"));
  return (await query.executeTakeFirstOrThrow()).total;
}

function noticesThat(store: Store, { state, environments, text }: NoticeFilter) {
  const tables = store.tables<NoticeTables>();
  let query = tables.selectFrom("notices");
  if (environments !== undefined) query = query.where(sql<boolean>`environment = any(${[...environments]}::text[])`);
  if (state !== undefined)
    query = query.where(
      "id",
      "in",
      tables.selectFrom("notice_deliveries").select("notice_id").where("state", "=", state),
    );
  if (text === undefined) return query;
  const pattern = patternOf(text);
  return query.where(sql<boolean>`(title ilike ${pattern} or text ilike ${pattern})`);
}

/** How the outbox stands, for `/metrics`: what waits though it was due a quarter of an hour ago, and what nobody gets. */
export async function outboxCounts(
  store: Store,
  now: Instant,
): Promise<{ readonly waiting: number; readonly late: number; readonly dead: number }> {
  const late = instantOf(Date.parse(now) - 900_000);
  const { rows } = await sql<{ waiting: number; late: number; dead: number }>`
    select count(*) filter (where state = 'waiting') as waiting,
      count(*) filter (where state = 'waiting' and not_before < ${late}) as late,
      count(*) filter (where state = 'dead') as dead
    from notice_deliveries where state <> 'sent'`.execute(store.tables());
  return rows[0] ?? { waiting: 0, late: 0, dead: 0 };
}

/** Which environment a delivery's notice belongs to; undefined when there is no such delivery. */
export async function environmentOfDelivery(
  store: Store,
  id: string,
): Promise<{ readonly environment: string | undefined } | undefined> {
  const row = await store
    .tables<NoticeTables>()
    .selectFrom("notice_deliveries")
    .innerJoin("notices", "notices.id", "notice_id")
    .select("environment")
    .where("notice_deliveries.id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : { environment: row.environment ?? undefined };
}
