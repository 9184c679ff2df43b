import { createCipheriv, createDecipheriv, generateKeyPairSync, pbkdf2Sync, randomBytes } from "node:crypto";
import { parse, stringify } from "yaml";
import * as z from "zod";

/*
 * GitLab's rails secrets and the columns that open with them alone. Names of the entries: gitlabhq/gitlabhq
 * config/initializers/01_secret_token.rb; the Secret RELEASE-rails-secret holds them as `secrets.yml` (docs.gitlab.com/charts/backup-restore).
 * How columns are encrypted: app/models/concerns/ci/has_variable.rb @1363ca12 (ci_variables: AES-256-CBC, a key of 32 bytes by
 * PBKDF2-HMAC-SHA1 from db_key_base and the row's salt, 2000 rounds: attr-encrypted/encryptor 3), ci/new_has_variable.rb
 * (ci_instance_variables: AES-256-GCM with the first 32 bytes of db_key_base, the tag behind the text), and
 * vendor/gems/attr_encrypted @094a8a97 (base64 with line ends; a salt begins with `_`).
 */

const Secrets = z.object({ production: z.object({ db_key_base: z.string().length(128) }) });

/** A new `secrets.yml`. */
export function newRailsSecrets(): string {
  const token = (): string => randomBytes(64).toString("hex");
  const word = (): string => randomBytes(24).toString("base64").replaceAll(/[+/=]/g, "a").slice(0, 32);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return stringify({
    production: {
      secret_key_base: token(),
      otp_key_base: token(),
      db_key_base: token(),
      encrypted_settings_key_base: token(),
      openid_connect_signing_key: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
      active_record_encryption_primary_key: [word()],
      active_record_encryption_deterministic_key: [word()],
      active_record_encryption_key_derivation_salt: word(),
    },
  });
}

/** The key of encrypted columns, as text. Throws for another file. */
export function databaseKeyOf(secretsYml: string): string {
  return Secrets.parse(parse(secretsYml)).production.db_key_base;
}

/** A row of `ci_variables`. */
export interface SaltedColumn {
  readonly value: string;
  readonly salt: string;
  readonly iv: string;
}

export function sealSalted(text: string, databaseKey: string): SaltedColumn {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const cipher = createCipheriv("aes-256-cbc", saltedKey(databaseKey, salt), iv);
  const value = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return { value: packed(value), salt: `_${packed(salt)}`, iv: packed(iv) };
}

/** Throws when the key is another one. */
export function openSalted({ value, salt, iv }: SaltedColumn, databaseKey: string): string {
  const key = saltedKey(databaseKey, Buffer.from(salt.slice(1), "base64"));
  const cipher = createDecipheriv("aes-256-cbc", key, Buffer.from(iv, "base64"));
  return Buffer.concat([cipher.update(Buffer.from(value, "base64")), cipher.final()]).toString("utf8");
}

function saltedKey(databaseKey: string, salt: Buffer): Buffer {
  return pbkdf2Sync(databaseKey, salt, 2000, 32, "sha1");
}

/** A row of `ci_instance_variables`. */
export type PlainColumn = Omit<SaltedColumn, "salt">;

export function sealPlain(text: string, databaseKey: string): PlainColumn {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", databaseKey.slice(0, 32), iv);
  const value = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { value: packed(value), iv: packed(iv) };
}

/** Throws when the key is another one. */
export function openPlain({ value, iv }: PlainColumn, databaseKey: string): string {
  const bytes = Buffer.from(value, "base64");
  const cipher = createDecipheriv("aes-256-gcm", databaseKey.slice(0, 32), Buffer.from(iv, "base64"));
  cipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([cipher.update(bytes.subarray(0, -16)), cipher.final()]).toString("utf8");
}

/** Ruby's `pack("m")`: base64 in lines of sixty, each with its end. */
function packed(bytes: Buffer): string {
  return `${(bytes.toString("base64").match(/.{1,60}/g) ?? []).join("\n")}\n`;
}
