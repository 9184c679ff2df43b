import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import * as z from "zod";
import type { Database } from "../../../kernel/backup-ports.ts";
import { openMessages } from "./active-record.ts";
import type { RailsKeys } from "./rails-keys.ts";

/*
 * Columns that open with GitLab's rails secrets alone. How they are encrypted: gitlabhq/gitlabhq app/models/concerns/ci/has_variable.rb
 * @1363ca12 (ci_variables: AES-256-CBC, its key of 32 bytes by PBKDF2-HMAC-SHA1 from db_key_base and the row's salt, 2000 rounds),
 * ci/new_has_variable.rb (ci_instance_variables: AES-256-GCM with the first 32 bytes of db_key_base, the tag behind the text),
 * vendor/gems/attr_encrypted @094a8a97 (base64; a salt begins with `_`). Columns of ActiveRecord::Encryption are active-record.ts'.
 */

export interface Opened {
  /** Rows that the key was tried on. */
  readonly tried: number;
  /** `ci_variables 3`: rows that it does not open. */
  readonly closed: readonly string[];
  /** Values that look encrypted, in a form that is not known here: whether the key opens them is not known either. */
  readonly unclear: readonly string[];
}

const most = 200;

const Row = z.object({ id: z.coerce.string(), value: z.string(), iv: z.string(), salt: z.string().nullish() });

const columns = [
  { table: "ci_variables", salt: "encrypted_value_salt", open: openSalted },
  { table: "ci_instance_variables", salt: "null", open: openPlain },
] as const;

/** Tries keys on the newest encrypted rows of each table that has any. */
export async function openColumns(db: Pick<Database, "query">, keys: RailsKeys): Promise<Opened> {
  const salted = await openOwn(db, keys.database);
  const messages = await openMessages(db, keys.activeRecord);
  return {
    tried: salted.tried + messages.tried,
    closed: [...salted.closed, ...messages.closed],
    unclear: messages.unclear,
  };
}

async function openOwn(db: Pick<Database, "query">, key: string): Promise<Omit<Opened, "unclear">> {
  const closed: string[] = [];
  let tried = 0;
  for (const { table, salt, open } of columns) {
    const [there] = await db.query(
      `select 1 from pg_catalog.pg_attribute where attrelid = pg_catalog.to_regclass('public.${table}') and attname = 'encrypted_value' and not attisdropped`,
    );
    if (there === undefined) continue;
    const rows = await db.query(
      `select id, encrypted_value as value, encrypted_value_iv as iv, ${salt} as salt from public.${table} where encrypted_value is not null order by id desc limit ${most}`,
    );
    for (const row of rows) {
      const parsed = Row.safeParse(row);
      tried += 1;
      if (!parsed.success || !opens(() => open(parsed.data, key))) closed.push(`${table} ${String(row["id"])}`);
    }
  }
  return { tried, closed };
}

function opens(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

type Row = z.infer<typeof Row>;

function openSalted({ value, iv, salt }: Row, key: string): void {
  const bytes = Buffer.from((salt ?? "").replace(/^_/, ""), "base64");
  const own = pbkdf2Sync(key, bytes, 2000, 32, "sha1");
  const cipher = createDecipheriv("aes-256-cbc", own, Buffer.from(iv, "base64"));
  cipher.update(Buffer.from(value, "base64"));
  cipher.final();
}

function openPlain({ value, iv }: Row, key: string): void {
  const bytes = Buffer.from(value, "base64");
  const cipher = createDecipheriv("aes-256-gcm", Buffer.from(key).subarray(0, 32), Buffer.from(iv, "base64"));
  cipher.setAuthTag(bytes.subarray(-16));
  cipher.update(bytes.subarray(0, -16));
  cipher.final();
}
