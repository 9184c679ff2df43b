import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { parse, stringify } from "yaml";
import * as z from "zod";
import { databaseKeyOf, newRailsSecrets, sealPlain, sealSalted } from "../../../../lab/stores/rails-secrets.ts";
import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { emptyDatabase } from "../../../store/test-support.ts";
import { testPorts } from "../../own.test-support.ts";
import { openColumns } from "./encrypted-columns.ts";
import { railsKeysIn } from "./rails-keys.ts";
import { sealAgainst, sealMessage, sealToken } from "./sealed-values.test-support.ts";

const [own, foreign] = [newRailsSecrets(), newRailsSecrets()];
const [ownKey, foreignKey] = [databaseKeyOf(own), databaseKeyOf(foreign)];
const keysOf = (secretsYml: string) =>
  railsKeysIn([{ name: "rails", data: { "secrets.yml": Buffer.from(secretsYml).toString("base64") } }]) ??
  assert.fail();
const keys = keysOf(own);
const { signal } = new AbortController();

const Production = z.object({ production: z.looseObject({ otp_key_base: z.string(), db_key_base: z.string() }) });
const productionOf = (secretsYml: string) => Production.parse(parse(secretsYml)).production;

/** Secrets that were another installation's keys before, or still have both; the salt of ActiveRecord::Encryption stays. */
function rotated(keep: "before and now" | "now"): string {
  const [before, now] = [productionOf(own), productionOf(foreign)];
  const lists = Object.entries(now).map(([name, value]) => {
    if (name === "active_record_encryption_key_derivation_salt") return [name, before[name]];
    if (!/^(?:db_key_base|active_record_encryption_.*)$/.test(name)) return [name, value];
    return [name, keep === "now" ? [value].flat() : [before[name], value].flat()];
  });
  return stringify({ production: Object.fromEntries(lists) });
}

let db: SourceDatabase;
before(async () => {
  db = await testPorts.connectSource(await emptyDatabase());
});
after(() => db.close());

async function filled(table: string, columns: string, rows: readonly unknown[]): Promise<void> {
  await db.query(`drop table if exists ${table}; create table ${table} (${columns})`);
  const text = JSON.stringify(rows).replaceAll("'", "''");
  await db.query(`insert into ${table} select * from json_populate_recordset(null::${table}, '${text}')`);
}

async function emptied(...tables: readonly string[]): Promise<void> {
  await db.query(`drop table if exists ${tables.join(", ")}`);
}

const plainRow = (id: number, key = ownKey) => {
  const { value, iv } = sealPlain(`variable ${id}`, key);
  return { id, encrypted_value: value, encrypted_value_iv: iv };
};

test("every row is tried: one that another key closed is found below hundreds of newer ones", async () => {
  const rows = Array.from({ length: 900 }, (_, index) => plainRow(index + 1, index === 0 ? foreignKey : ownKey));
  await filled("ci_instance_variables", "id bigint, encrypted_value text, encrypted_value_iv text", rows);

  const { tried, closed, firstClosed, unclear } = await openColumns(db, keys, signal);
  await emptied("ci_instance_variables");

  assert.deepEqual([tried, closed, firstClosed, unclear.size], [900, 1, "ci_instance_variables 1", 0]);
});

test("messages behind thousands of other values of a column are tried, and behind hundreds of messages", async () => {
  const others = Array.from({ length: 6000 }, () => ({ key: { a: 1 } }));
  const messages = Array.from({ length: 300 }, (_, index) => ({ key: JSON.parse(sealMessage(`${index}`, own)) }));
  const closed = { key: JSON.parse(sealMessage("of another installation", foreign)) };
  await filled("application_settings", "key jsonb", [...others, ...messages, closed]);

  const opened = await openColumns(db, keys, signal);
  await emptied("application_settings");

  assert.deepEqual([opened.tried, opened.closed, opened.firstClosed], [301, 1, "application_settings.key"]);
});

test("tokens, columns of bytes and salted values of other tables are tried; what no form opens is counted", async () => {
  const salted = sealSalted("url", ownKey);
  const bytes = sealPlain("properties", ownKey);
  const hex = (base64: string): string => `\\x${Buffer.from(base64, "base64").toString("hex")}`;
  await filled("projects", "id bigint, runners_token_encrypted varchar", [
    { id: 1, runners_token_encrypted: sealToken("glrt-1", ownKey, true) },
    { id: 2, runners_token_encrypted: sealToken("glrt-2", ownKey, false) },
    { id: 3, runners_token_encrypted: sealToken("glrt-3", foreignKey, true) },
    { id: 4, runners_token_encrypted: "" },
  ]);
  await filled("integrations", "encrypted_properties bytea, encrypted_properties_iv bytea", [
    { encrypted_properties: hex(bytes.value), encrypted_properties_iv: hex(bytes.iv) },
    { encrypted_properties: hex(bytes.value), encrypted_properties_iv: hex(randomBytes(12).toString("base64")) },
  ]);
  await filled(
    "remote_mirrors",
    "encrypted_credentials text, encrypted_credentials_iv text, encrypted_credentials_salt text",
    [
      {
        encrypted_credentials: salted.value,
        encrypted_credentials_iv: salted.iv,
        encrypted_credentials_salt: salted.salt,
      },
    ],
  );
  await filled("users", "encrypted_password text, encrypted_other text, admin_encrypted boolean", [
    { encrypted_password: "$2a$10$abc", encrypted_other: "x", admin_encrypted: true },
  ]);

  const { tried, closed, unclear } = await openColumns(db, keys, signal);
  await emptied("projects", "integrations", "remote_mirrors", "users");

  assert.deepEqual([tried, closed], [4, 0]);
  assert.deepEqual(
    [...unclear],
    [
      ["integrations.encrypted_properties", 1],
      ["projects.runners_token_encrypted", 1],
      ["users.encrypted_other", 1],
    ],
  );
});

test("an empty variable is not encrypted, and closes nothing; one that is cut short is closed", async () => {
  const sealed = sealSalted("a token", ownKey);
  const row = { encrypted_value_iv: sealed.iv, encrypted_value_salt: sealed.salt };
  await filled("ci_variables", "id int, encrypted_value text, encrypted_value_iv text, encrypted_value_salt text", [
    { id: 1, encrypted_value: "" },
    { id: 2, encrypted_value: sealed.value, ...row },
    { id: 3, encrypted_value: sealed.value.slice(0, 8), ...row },
    { id: 4, encrypted_value: sealed.value, encrypted_value_iv: sealed.iv },
  ]);

  const { tried, closed, firstClosed } = await openColumns(db, keys, signal);
  await emptied("ci_variables");

  assert.deepEqual([tried, closed, firstClosed], [3, 2, "ci_variables 3"]);
});

const otpKeys = [own, foreign].map((one) => productionOf(one).otp_key_base);
const otpColumns =
  "id int, otp_required_for_login boolean, encrypted_otp_secret text, encrypted_otp_secret_iv text, encrypted_otp_secret_salt text";

function secondFactor(id: number, secretsYml: string, key: "otp_key_base" | "db_key_base") {
  const { value, iv, salt } = sealAgainst("JBSWY3DPEHPK3PXP", productionOf(secretsYml)[key], otpKeys);
  return {
    id,
    otp_required_for_login: true,
    encrypted_otp_secret: value,
    encrypted_otp_secret_iv: iv,
    encrypted_otp_secret_salt: salt,
  };
}

test("second factors that are used open with their own key: one that another installation closed, or the database's key, is found", async () => {
  const nobody = { id: 4, encrypted_otp_secret: null };
  const rows = [secondFactor(1, own, "otp_key_base"), secondFactor(2, foreign, "otp_key_base"), nobody];
  const begun = { ...secondFactor(5, foreign, "otp_key_base"), otp_required_for_login: false };
  await filled("users", otpColumns, [...rows, secondFactor(3, own, "db_key_base"), begun]);

  const { tried, closed, firstClosed } = await openColumns(db, keys, signal);
  const without = await openColumns(db, { ...keys, otp: [] }, signal);
  await emptied("users");

  assert.deepEqual([tried, closed, firstClosed], [3, 2, "users 2"]);
  assert.deepEqual([without.tried, [...without.unclear]], [0, [["users.encrypted_otp_secret", 3]]]);
});

test("while keys are rotated each of a list opens, in every form; a key that was taken out of the list leaves its rows closed", async () => {
  const variable = (id: number, key: string) => {
    const { value, iv, salt } = sealAgainst(`variable ${id}`, key, [ownKey, foreignKey]);
    return { id, encrypted_value: value, encrypted_value_iv: iv, encrypted_value_salt: salt };
  };
  const order = [ownKey, foreignKey, foreignKey, ownKey];
  await filled(
    "ci_variables",
    "id int, encrypted_value text, encrypted_value_iv text, encrypted_value_salt text",
    order.map((key, index) => variable(index + 1, key)),
  );
  await filled(
    "ci_instance_variables",
    "id bigint, encrypted_value text, encrypted_value_iv text",
    order.map((key, index) => plainRow(index + 1, key)),
  );
  const tokens = order.map((key, index) => ({ id: index, runners_token_encrypted: sealToken("t", key, index > 1) }));
  await filled("projects", "id bigint, runners_token_encrypted varchar", tokens);
  await filled("application_settings", "key jsonb", [
    { key: JSON.parse(sealMessage("before", own)) },
    { key: JSON.parse(sealMessage("now", rotated("now"))) },
  ]);

  const both = await openColumns(db, keysOf(rotated("before and now")), signal);
  const now = await openColumns(db, keysOf(rotated("now")), signal);
  await emptied("ci_variables", "ci_instance_variables", "projects", "application_settings");

  assert.deepEqual([both.tried, both.closed, both.unclear.size], [14, 0, 0]);
  assert.deepEqual([now.closed, now.firstClosed], [5, "ci_instance_variables 1"]);
  assert.deepEqual([...now.unclear], [["projects.runners_token_encrypted", 2]]);
});

test("it is broken off between two of its questions, and leaves the connection as it was", async () => {
  await filled("ci_instance_variables", "id bigint, encrypted_value text, encrypted_value_iv text", [plainRow(1)]);

  await assert.rejects(openColumns(db, keys, AbortSignal.abort()), SystemError);
  await db.query("drop table ci_instance_variables");

  assert.deepEqual(await db.query("select pg_current_xact_id_if_assigned() is null as none"), [{ none: true }]);
});
