import { pbkdf2Sync } from "node:crypto";
import { parse } from "yaml";
import * as z from "zod";
import type { KeptSecrets } from "./body.ts";

/*
 * What `secrets.yml` holds to open encrypted columns (docs.gitlab.com/charts/backup-restore; gitlabhq/gitlabhq
 * config/initializers/2_secret_token.rb and 3_active_record_encryption.rb @3077db32). Those of ActiveRecord::Encryption are lists, and
 * db_key_base may be one, while it is rotated: the last one encrypts, each decrypts (gitlab-org/gitlab!259131, gitlab-org/charts/gitlab!5444).
 */

const Words = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]);

const long = z.string().min(32);

const SecretsFile = z.object({
  production: z.object({
    db_key_base: z.union([long.transform((one) => [one]), z.array(long).min(1)]),
    otp_key_base: Words,
    active_record_encryption_primary_key: Words,
    active_record_encryption_deterministic_key: Words,
    active_record_encryption_key_derivation_salt: z.string().optional(),
  }),
});

export interface RailsKeys {
  /** The one that GitLab encrypts with first. */
  readonly database: readonly string[];
  /** Of users' second factors; none where the file has none. */
  readonly otp: readonly string[];
  /** Of 32 bytes each, for columns of ActiveRecord::Encryption; none where the file is older than that. */
  readonly activeRecord: readonly Uint8Array[];
}

/** The keys in the first kept Secret that has them. */
export function railsKeysIn(secrets: KeptSecrets): RailsKeys | undefined {
  for (const { data } of secrets) {
    const file = data["secrets.yml"];
    if (file === undefined) continue;
    const parsed = SecretsFile.safeParse(yamlOr(Buffer.from(file, "base64").toString("utf8")));
    if (parsed.success) return keysOf(parsed.data.production);
  }
  return undefined;
}

/**
 * rails/rails activerecord/lib/active_record/encryption/derived_secret_key_provider.rb and key_generator.rb: PBKDF2-HMAC with the
 * derivation salt, 2^16 rounds (activesupport/lib/active_support/key_generator.rb), 32 bytes. Which digest depends on the defaults
 * that an application was loaded with: SHA-1 before Rails 7.0's, SHA-256 since.
 */
const rounds = 2 ** 16;

function keysOf(file: z.infer<typeof SecretsFile>["production"]): RailsKeys {
  const words = [...file.active_record_encryption_primary_key, ...file.active_record_encryption_deterministic_key];
  const salt = file.active_record_encryption_key_derivation_salt;
  const derived = (word: string): readonly Uint8Array[] =>
    salt === undefined ? [] : ["sha256", "sha1"].map((digest) => pbkdf2Sync(word, salt, rounds, 32, digest));
  return {
    database: file.db_key_base.toReversed(),
    otp: file.otp_key_base,
    activeRecord: words.flatMap(derived),
  };
}

function yamlOr(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
