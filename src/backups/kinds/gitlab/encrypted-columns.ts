import { isUtf8 } from "node:buffer";
import { createDecipheriv, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import * as z from "zod";
import type { Database } from "../../../kernel/backup-ports.ts";
import { refuseAborted } from "../../parts.ts";
import { quoteName } from "../../proof/throw-away.ts";
import { openMessages } from "./active-record.ts";
import { allRows, brokenOff } from "./all-rows.ts";
import { type Opened, Tally, type ValueState } from "./opened.ts";
import type { RailsKeys } from "./rails-keys.ts";

/*
 * Columns that open with GitLab's rails secrets alone. How they are encrypted: gitlabhq/gitlabhq app/models/concerns/ci/has_variable.rb
 * @1363ca12 (ci_variables: AES-256-CBC, its key of 32 bytes by PBKDF2-HMAC-SHA1 from db_key_base and the row's salt, 2000 rounds),
 * ci/new_has_variable.rb (ci_instance_variables: AES-256-GCM with the first 32 bytes of db_key_base, the tag behind the text),
 * vendor/gems/attr_encrypted @094a8a97 (columns `encrypted_NAME` with `_iv` and maybe `_salt`, base64 or, of type bytea, as it is; a salt
 * begins with `_`; an empty value stays as it is), lib/gitlab/crypto_helper.rb and
 * app/models/concerns/token_authenticatable_strategies/encryption_helper.rb @14bd84b6 (columns `NAME_encrypted`: the same key, the vector
 * behind the base64 where a `|` stands before it, the first 12 bytes of db_key_base otherwise). Second factors are as ci_variables, with
 * otp_key_base in the place of db_key_base (app/models/user.rb @00124398: users.encrypted_otp_secret; who has begun to set one up and uses
 * none keeps what another key closed when keys are rotated: lib/gitlab/otp_key_rotator.rb @2039c828). Columns of ActiveRecord::Encryption
 * are active-record.ts'.
 */

/** A column, and in which form its values are. `known` ones are in no other: what does not open is closed by another key. */
interface Column {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly form: "salted" | "plain" | "token" | "any";
  readonly known: boolean;
  readonly keys: "database" | "otp";
  /** Expressions of SQL. */
  readonly iv: string;
  readonly salt: string;
  readonly value: string;
  readonly row: string;
  /** Whether anybody uses it. */
  readonly used: string;
}

const Found = z.object({
  schema: z.string(),
  table: z.string(),
  column: z.string(),
  raw: z.boolean(),
  /** null: there is no such column. */
  raw_iv: z.boolean().nullable(),
  salted: z.boolean(),
  numbered: z.boolean(),
});

const Row = z.object({
  value: z.string(),
  iv: z.string().nullable(),
  salt: z.string().nullable(),
  row: z.string(),
  used: z.boolean(),
});
type Row = z.infer<typeof Row>;

/**
 * Tries keys on every encrypted row of every table, in a transaction that only reads. It is broken off by `signal` with a
 * `SystemError`. A hundred thousand rows of `ci_variables` take 54 s of processor time for their salts, on the four threads of Node's
 * pool; as many of any other form some seconds.
 */
export async function openColumns(db: Pick<Database, "query">, keys: RailsKeys, signal: AbortSignal): Promise<Opened> {
  const tally = new Tally();
  await db.query("begin read only");
  try {
    const ring = { database: new KeyRing(keys.database), otp: new KeyRing(keys.otp) };
    for (const column of await columnsOf(db)) await tryColumn(db, column, ring[column.keys], tally, signal);
    await openMessages(db, keys.activeRecord, tally, signal);
  } finally {
    await db.query("rollback");
  }
  return tally;
}

/** Passwords of users are no values to open: `encrypted_password` is a digest of bcrypt's. */
const question = `select n.nspname::text as schema, c.relname::text as table, a.attname::text as column,
    a.atttypid = 'pg_catalog.bytea'::pg_catalog.regtype as raw,
    iv.atttypid = 'pg_catalog.bytea'::pg_catalog.regtype as raw_iv,
    salt.attname is not null as salted, id.attname is not null as numbered
  from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_attribute iv on iv.attrelid = c.oid and iv.attname::text = a.attname::text || '_iv' and not iv.attisdropped
    left join pg_catalog.pg_attribute salt on salt.attrelid = c.oid and salt.attname::text = a.attname::text || '_salt' and not salt.attisdropped
    left join pg_catalog.pg_attribute id on id.attrelid = c.oid and id.attname = 'id' and not id.attisdropped
  where c.relkind = 'r' and n.nspname <> 'pg_catalog' and n.nspname <> 'information_schema'
    and a.attnum > 0 and not a.attisdropped
    and a.atttypid in ('pg_catalog.text'::pg_catalog.regtype, 'pg_catalog.varchar'::pg_catalog.regtype, 'pg_catalog.bytea'::pg_catalog.regtype)
    and a.attname::text ~ '^encrypted_|_encrypted$' and a.attname::text !~ '_(iv|salt)$' and a.attname <> 'encrypted_password'
  order by 1, 2, 3`;

async function columnsOf(db: Pick<Database, "query">): Promise<readonly Column[]> {
  return (await db.query(question)).map((row) => {
    const { schema, table, column, raw, raw_iv, salted, numbered } = Found.parse(row);
    const known = schema === "public" ? knownForms.get(`${table}.${column}`) : undefined;
    const name = quoteName(column);
    return {
      schema,
      table,
      column,
      ...(known ?? formByName(column)),
      known: known !== undefined,
      value: inBase64(name, raw),
      iv: raw_iv === null ? "null" : inBase64(quoteName(`${column}_iv`), raw_iv),
      salt: salted ? `${quoteName(`${column}_salt`)}::text` : "null",
      row: numbered ? "id::text" : "ctid::text",
    };
  });
}

type Form = Pick<Column, "form" | "keys" | "used">;

function formByName(column: string): Form {
  return { form: column.startsWith("encrypted_") ? "any" : "token", keys: "database", used: "true" };
}

/** True where there is no such column. */
const usesSecondFactor = "coalesce((pg_catalog.to_jsonb(t) ->> 'otp_required_for_login')::boolean, true)";

const knownForms: ReadonlyMap<string, Form> = new Map([
  ["ci_variables.encrypted_value", { form: "salted", keys: "database", used: "true" }],
  ["ci_instance_variables.encrypted_value", { form: "plain", keys: "database", used: "true" }],
  ["users.encrypted_otp_secret", { form: "salted", keys: "otp", used: usesSecondFactor }],
]);

function inBase64(name: string, isRaw: boolean): string {
  return isRaw ? `pg_catalog.encode(${name}, 'base64')` : `${name}::text`;
}

async function tryColumn(
  db: Pick<Database, "query">,
  column: Column,
  keys: KeyRing,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const from = `${quoteName(column.schema)}.${quoteName(column.table)}`;
  const { value, iv, salt, row, used } = column;
  const select = `select ${value} as value, ${iv} as iv, ${salt} as salt, ${row} as row, ${used} as used from ${from} as t where ${value} <> ''`;
  for await (const rows of allRows(db, select)) {
    refuseAborted(signal, brokenOff);
    // Salts are reckoned beside each other, and beside all else.
    const tried = rows.map(async (one) => {
      const parsed = Row.parse(one);
      return { row: parsed.row, state: await stateOf(parsed, column, keys) };
    });
    for (const { row: number, state } of await Promise.all(tried))
      tally.take(state, `${column.table}.${column.column}`, `${column.table} ${number}`);
  }
}

async function stateOf(row: Row, { form, known }: Column, keys: KeyRing): Promise<ValueState> {
  let isUnsure = keys.all.length === 0;
  for (const key of keys.all)
    for (const open of ways[form])
      try {
        if ((await open(row, key)) === "opened") {
          keys.opened(key);
          return "opened";
        }
        isUnsure = true;
      } catch {
        // By this way it does not.
      }
  if (!row.used) return "other";
  return known && !isUnsure ? "closed" : "unclear";
}

/** Keys of which each may open a value: the one that last did is tried first, as a salted row costs half a millisecond for each. */
class KeyRing {
  all: readonly string[];

  constructor(all: readonly string[]) {
    this.all = all;
  }

  opened(key: string): void {
    if (key !== this.all[0]) this.all = [key, ...this.all.filter((one) => one !== key)];
  }
}

/** Throws for a value that this key closed not. `by-chance`: any key may have come to it. */
type Way = (row: Row, key: string) => Opening | Promise<Opening>;
type Opening = "opened" | "by-chance";

const ways: Readonly<Record<Column["form"], readonly Way[]>> = {
  salted: [openSalted],
  plain: [openPlain],
  token: [openToken],
  any: [openPlain, openSalted],
};

const derived = promisify(pbkdf2);

/**
 * Without a tag, a key that is another one comes to an end that looks right once in 256 times: what is no text, nor what Ruby's Marshal
 * writes (4, 8), is none that GitLab wrote (as it judges where it has several keys: gitlab-org/gitlab spec/lib/gitlab/encrypted_attribute_spec.rb).
 */
async function openSalted({ value, iv, salt }: Row, key: string): Promise<Opening> {
  if (iv === null || salt === null) throw new Error("it has no vector, or no salt");
  const own = await derived(key, Buffer.from(salt.replace(/^_/, ""), "base64"), 2000, 32, "sha1");
  const cipher = createDecipheriv("aes-256-cbc", own, Buffer.from(iv, "base64"));
  const text = Buffer.concat([cipher.update(Buffer.from(value, "base64")), cipher.final()]);
  return isUtf8(text) || (text[0] === 4 && text[1] === 8) ? "opened" : "by-chance";
}

function openPlain({ value, iv }: Row, key: string): Opening {
  if (iv === null) throw new Error("it has no vector");
  return openTagged(Buffer.from(value, "base64"), Buffer.from(iv, "base64"), key);
}

const nonceLetters = 12;

function openToken({ value }: Row, key: string): Opening {
  const own = value.startsWith("|");
  const text = own ? value.slice(1, -nonceLetters) : value;
  return openTagged(
    Buffer.from(text, "base64"),
    Buffer.from(own ? value.slice(-nonceLetters) : key).subarray(0, 12),
    key,
  );
}

const tagBytes = 16;

function openTagged(bytes: Buffer, iv: Buffer, key: string): Opening {
  if (bytes.length < tagBytes) throw new Error("it has no whole tag");
  const cipher = createDecipheriv("aes-256-gcm", Buffer.from(key).subarray(0, 32), iv);
  cipher.setAuthTag(bytes.subarray(-tagBytes));
  cipher.update(bytes.subarray(0, -tagBytes));
  cipher.final();
  return "opened";
}
