import { hash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isQuick, type NamedKey, rewrapped } from "./quick-key.ts";

/**
 * Replaces restic's own key of a repository in a folder by one for the same password that is derived in a few milliseconds. It opens
 * the same master key and counts as restic's own: all else is as restic made it. Tests start restic hundreds of times.
 */
export function quickenKey(repository: string, password: string): void {
  const keys = join(repository, "keys");
  const [own, ...more] = keysOf(repository).filter(({ text }) => !isQuick(text));
  if (own === undefined || more.length > 0) throw new Error(`${keys} holds not just one key of restic's own`);
  const made = rewrapped(own.text, password, { N: 1024, r: 8, p: 1 }, "tests");
  if (made === undefined) throw new Error(`the password does not open ${keys}`);
  writeFileSync(join(keys, made.name), made.text, { mode: 0o600 });
  rmSync(join(keys, own.name));
}

/** The key files of a repository in a folder. */
export function keysOf(repository: string): readonly NamedKey[] {
  const keys = join(repository, "keys");
  return readdirSync(keys).map((name) => ({ name, text: readFileSync(join(keys, name), "utf8") }));
}

/** As a key file of any content would be named. */
export function namedKey(text: string): NamedKey {
  return { name: hash("sha256", text), text };
}
