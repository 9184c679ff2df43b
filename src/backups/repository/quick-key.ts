import { hash, randomBytes } from "node:crypto";
import * as z from "zod";
import { type Cost, isBounded, sealedBy, unsealed } from "./quick-key-seal.ts";

/*
 * restic takes half a second of a core to derive a key from the password, at each start, and has no setting for it: that keeps
 * guessing slow. A password of 256 random bits cannot be guessed: for it a repository is given a second key file, of the same
 * password and the same master key, that is derived at once (docs/decisions/quick-key.md).
 */

const Base64 = z
  .string()
  .max(4096)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);

/** restic's key file (internal/repository/key.go, Key). */
const KeyFile = z.object({
  created: z.string().optional(),
  username: z.string().optional(),
  hostname: z.string().optional(),
  kdf: z.literal("scrypt"),
  N: z.int(),
  r: z.int(),
  p: z.int(),
  salt: Base64,
  data: Base64,
});
type KeyFile = z.infer<typeof KeyFile>;

/** What the master key looks like when it is opened (internal/repository/crypto, Key). */
const MasterKey = z.object({ mac: z.object({ k: z.string(), r: z.string() }), encrypt: z.string() });

/** A key file as it lies in a repository: its name is the SHA-256 of its bytes. */
export interface NamedKey {
  readonly name: string;
  readonly text: string;
}

/** What `restic key list` shows as the user of a quick key. */
const quickUser = "millwright-quick";
/** The least that scrypt does; its memory is 2 kB. */
const quickCost: Cost = { N: 2, r: 8, p: 1 };
/** restic's own begins far above: it measures half a second. */
const mostOfQuick = 1024;

/**
 * Whether a password is random by its form: 64 hex digits, or base64 of at least 32 bytes. Words, sentences and numbers have
 * another form; a random key that looks like words by chance (one in a thousand of base64) is taken for guessable.
 */
export function isRandom(password: string): boolean {
  // Chance repeats no eight characters, nor leaves out so many.
  if (password.length > 1024 || /(.{8}).*\1/.test(password) || new Set(password).size < 10) return false;
  if (/^(?:[0-9a-f]{64,}|[0-9A-F]{64,})$/.test(password)) return /[a-f]/i.test(password);
  if (!/^[A-Za-z0-9+/_-]{43,}={0,2}$/.test(password) || !/[a-z]/.test(password)) return false;
  if (!/[A-Z]/.test(password) || !/[0-9]/.test(password)) return false;
  // Where words are joined, few letters stand beside one of another class: in random text two of three do.
  const classes = password.replace(/[a-z]/g, "a").replace(/[A-Z]/g, "b").replace(/[0-9]/g, "c");
  const changes = (classes.match(/(.)(?!\1)(?=.)/g) ?? []).length;
  return changes > 0.4 * (password.length - 1);
}

/** Whether the bytes of a key file are those that it is named by. */
export function isWhole({ name, text }: NamedKey): boolean {
  return hash("sha256", text) === name;
}

/** Whether restic could read it, and deriving it takes no more than restic's own cost. */
export function isSound(text: string): boolean {
  return parsed(text) !== undefined;
}

export function isQuick(text: string): boolean {
  const file = parsed(text);
  return file !== undefined && file.N * file.r * file.p <= mostOfQuick;
}

/** Whether the password opens it: takes what the file says that it costs, at once for a quick one. */
export function opens(text: string, password: string): boolean {
  return masterOf(parsed(text), password) !== undefined;
}

/** A second key file for the same password and master key, at little cost; undefined where the password does not open this one. */
export function quickKeyFrom(text: string, password: string): NamedKey | undefined {
  return rewrapped(text, password, quickCost, quickUser);
}

/** The same at any cost, and under any user's name. */
export function rewrapped(text: string, password: string, cost: Cost, username: string): NamedKey | undefined {
  const file = parsed(text);
  const master = masterOf(file, password);
  if (file === undefined || master === undefined) return undefined;
  const salt = randomBytes(64);
  const data = sealedBy(password, master, salt, cost).toString("base64");
  const made = JSON.stringify({ ...file, username, ...cost, salt: salt.toString("base64"), data });
  return { name: hash("sha256", made), text: made };
}

function parsed(text: string): KeyFile | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data: file } = KeyFile.safeParse(json);
  // restic takes no other salt (internal/repository/crypto, KDF).
  if (file === undefined || Buffer.from(file.salt, "base64").length !== 64) return undefined;
  return isBounded(file) ? file : undefined;
}

function masterOf(file: KeyFile | undefined, password: string): Buffer | undefined {
  if (file === undefined) return undefined;
  const master = unsealed(Buffer.from(file.data, "base64"), password, Buffer.from(file.salt, "base64"), file);
  return master !== undefined && MasterKey.safeParse(JSON.parse(master.toString("utf8"))).success ? master : undefined;
}
