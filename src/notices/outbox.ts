import { sql } from "kysely";
import { instantOf } from "../kernel/instant.ts";
import type { Clock } from "../kernel/ports.ts";
import { redactUrls } from "../kernel/url.ts";
import type { NoticeDraft } from "../platform/record.ts";
import { asJson, type Store } from "../store/store.ts";
import { rank } from "./notice.ts";
import type { NoticeTables } from "./store.ts";

/** The first of the two numbers of an advisory lock on a key: `noti` in hexadecimal. */
const lock = 0x6e6f7469;

/**
 * Makes the `notify` that all others are given: it puts a message into the outbox in the caller's transaction, so that it is
 * sent if and only if what it tells of happened. The same key within its quiet time is only counted, unless it is worse now.
 */
export function openOutbox(clock: Clock, quietMinutes = 60): (store: Store, draft: NoticeDraft) => Promise<void> {
  return (store, draft) =>
    store.transaction(async (part) => {
      const now = clock.now();
      await sql`select pg_advisory_xact_lock(${lock}, hashtext(${draft.key}))`.execute(part.tables());
      const tables = part.tables<NoticeTables>();
      const earlier = await tables
        .selectFrom("notices")
        .select(["id", "severity"])
        .where("key", "=", fit(draft.key, 500))
        .where("created_at", ">", instantOf(Date.parse(now) - quietMinutes * 60_000))
        .orderBy("id", "desc")
        .limit(1)
        .executeTakeFirst();
      if (earlier !== undefined && rank(earlier.severity) >= rank(draft.severity)) {
        await tables
          .updateTable("notices")
          .set(({ eb }) => ({ repeats: eb("repeats", "+", 1), repeated_at: now }))
          .where("id", "=", earlier.id)
          .execute();
        return;
      }
      await tables
        .insertInto("notices")
        .values({
          key: fit(draft.key, 500),
          severity: draft.severity,
          title: fit(draft.title, 300),
          text: fit(draft.text, 20_000),
          environment: draft.environment ?? null,
          link: draft.link ?? null,
          audience: asJson(draft.audience ?? []),
          page: draft.page === undefined ? null : asJson(draft.page),
          created_at: now,
          repeated_at: null,
          routed_at: null,
        })
        .execute();
    });
}

/** What a database can hold and a message may show. */
function fit(text: string, longest: number): string {
  const clean = redactUrls(text.toWellFormed().replaceAll("\0", "\ufffd"));
  return clean.length > longest ? `${clean.slice(0, longest - 1).toWellFormed()}…` : clean;
}
