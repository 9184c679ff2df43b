import { createDecipheriv } from "node:crypto";
import * as z from "zod";
import type { Database } from "../../../kernel/backup-ports.ts";
import { jsonOr } from "../../../kernel/json.ts";
import { refuseAborted } from "../../parts.ts";
import { quoteName } from "../../proof/throw-away.ts";
import { allRows, brokenOff } from "./all-rows.ts";
import type { Tally, ValueState } from "./opened.ts";

/*
 * Columns that models of GitLab 17 and 18 declare by `encrypts` (docs.gitlab.com/development/application_secrets: in columns of type
 * jsonb; gitlab-org/gitlab !175154). A message is JSON, `p` the text and `h` its headers, `iv` and `at` of them the vector and the tag,
 * all base64 (rails/rails activerecord/lib/active_record/encryption/message_serializer.rb @10c74f5b); AES-256-GCM without further
 * data (cipher/aes256_gcm.rb @1406ac29). With a key under `k` (envelope encryption) the text opens with that one, not with ours.
 */

const Message = z.object({
  p: z.base64(),
  h: z.object({ iv: z.base64(), at: z.base64(), k: z.unknown().optional() }),
});

/** Tries keys on every value of a column of type jsonb that looks like a message: other columns of that type hold no such objects. */
export async function openMessages(
  db: Pick<Database, "query">,
  keys: readonly Uint8Array[],
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const columns = await db.query(
    "select n.nspname::text as schema, c.relname::text as table, a.attname::text as column from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where a.atttypid = 'pg_catalog.jsonb'::pg_catalog.regtype and not a.attisdropped and a.attnum > 0 and c.relkind = 'r' and n.nspname <> 'pg_catalog' and n.nspname <> 'information_schema' order by 1, 2, 3",
  );
  for (const { schema, table, column } of columns) {
    const value = quoteName(String(column));
    const label = `${String(table)}.${String(column)}`;
    const select = `select message from (select case when pg_catalog.jsonb_typeof(${value}) = 'string' then ${value} #>> '{}' else ${value}::text end as message from ${quoteName(String(schema))}.${quoteName(String(table))} where ${value} is not null) as all_of_them where message like '{"%' and message like '%"p":%' and message like '%"h":%'`;
    for await (const rows of allRows(db, select)) {
      refuseAborted(signal, brokenOff);
      for (const { message } of rows) tally.take(stateOf(String(message), keys), label, label);
    }
  }
}

function stateOf(text: string, keys: readonly Uint8Array[]): ValueState {
  const value = jsonOr(text);
  if (!isMessageLike(value)) return "other";
  const message = Message.safeParse(value);
  if (!message.success || message.data.h.k !== undefined) return "unclear";
  return keys.some((key) => opens(message.data, key)) ? "opened" : "closed";
}

/** These two fields and no others. */
function isMessageLike(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).toSorted().join() === "h,p";
}

function opens({ p, h }: z.infer<typeof Message>, key: Uint8Array): boolean {
  const tag = Buffer.from(h.at, "base64");
  if (tag.length !== 16) return false; // a shorter one is easier to forge
  try {
    const cipher = createDecipheriv("aes-256-gcm", key, Buffer.from(h.iv, "base64"));
    cipher.setAuthTag(tag);
    cipher.update(Buffer.from(p, "base64"));
    cipher.final();
    return true;
  } catch {
    return false;
  }
}
