import type { BackupPorts, KeyFiles } from "../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { isQuick, isRandom, isSound, isWhole, opens, quickKeyFrom } from "./quick-key.ts";
import { keyFilesOf } from "./quick-key-files.ts";
import type { RepositoryPlace } from "./restic.ts";

/*
 * What the key files of a repository are good for. A key file's name is the SHA-256 of its bytes; one that is damaged, that is none
 * of restic's, or that costs more than restic's own is never opened by us.
 */

/** A key file as it lies there. */
type Held =
  | { readonly kind: "sound"; readonly name: string; readonly text: string }
  | { readonly kind: "unsound"; readonly name: string; readonly why: string };

type Outside = Pick<BackupPorts, "openKeys" | "openBucket">;

/** restic itself tries no more (cmd/restic/global.go, maxKeys). */
const mostTried = 20;
/** Of those that take half a second and more. */
const mostSlow = 3;
/** A hint saves half a second: nobody waits longer for a store than this. */
const patienceMs = 4000;

/**
 * The id of the key that restic is to try first: a quick one that the password opens. Where there is none and a file is damaged or
 * hostile, the first of the others that it opens: restic gives up at a key file that it cannot read. undefined: restic looks itself,
 * also where the files could not be asked for.
 */
export async function hintFor(place: RepositoryPlace, ports: Outside): Promise<string | undefined> {
  try {
    const files = keyFilesOf(place, ports, AbortSignal.timeout(patienceMs));
    return files === undefined ? undefined : await foundIn(files, place.password);
  } catch (thrown) {
    if (thrown instanceof InputError || thrown instanceof SystemError) return undefined;
    throw thrown;
  }
}

async function foundIn(files: KeyFiles, password: string): Promise<string | undefined> {
  const read: Held[] = [];
  for (const name of (await files.list()).slice(0, mostTried)) {
    const [held] = await heldIn(files, [name]);
    if (held?.kind === "sound" && isQuick(held.text) && opens(held.text, password)) return name;
    if (held !== undefined) read.push(held);
  }
  if (read.every(({ kind }) => kind === "sound")) return undefined;
  const tried = slowOf(read).slice(0, mostSlow);
  return tried.find(({ text }) => opens(text, password))?.name;
}

/** What is damaged of the key files, in words; nothing where they cannot be asked for: restic's own check says what it met. */
export async function keyComplaints(place: RepositoryPlace, ports: Outside): Promise<readonly string[]> {
  const files = keyFilesOf(place, ports);
  const all = files === undefined ? [] : await allIn(files);
  const unsound = all.flatMap((held) =>
    held.kind === "unsound" ? [`key ${held.name.slice(0, 8)} is damaged: ${held.why}`] : [],
  );
  const isOnlyQuick = all.length > 0 && all.every((held) => held.kind === "sound" && isQuick(held.text));
  return isOnlyQuick
    ? [
        ...unsound,
        "restic's own key is missing, only a quick one is left: make one by restic key add, with the same password",
      ]
    : unsound;
}

/** None where they cannot be asked for. */
async function allIn(files: KeyFiles): Promise<readonly Held[]> {
  try {
    return await heldIn(files, await files.list());
  } catch (thrown) {
    if (thrown instanceof SystemError) return [];
    throw thrown;
  }
}

/** What became of giving a repository a quick key. */
export interface QuickKey {
  readonly kind: "made" | "there" | "guessable" | "elsewhere" | "failed";
  /** Why it failed. */
  readonly why?: string;
  /** Quick keys that the present password does not open. */
  readonly strange: readonly string[];
}

/** Gives a repository a quick key, where its password is random and it has none. */
export async function addQuickKey(place: RepositoryPlace, ports: Outside): Promise<QuickKey> {
  const files = keyFilesOf(place, ports);
  if (files === undefined) return { kind: "elsewhere", strange: [] };
  try {
    const all = await heldIn(files, await files.list());
    const quick = all.flatMap((held) => (held.kind === "sound" && isQuick(held.text) ? [held] : []));
    const strange = quick.filter(({ text }) => !opens(text, place.password)).map(({ name }) => name);
    if (!isRandom(place.password)) return { kind: "guessable", strange };
    if (strange.length < quick.length) return { kind: "there", strange };
    const why = await made(files, slowOf(all), place.password);
    return why === undefined ? { kind: "made", strange } : { kind: "failed", why, strange };
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    return { kind: "failed", why: messageOf(thrown), strange: [] };
  }
}

/** Makes one and reads it again; why it did not become one. */
async function made(
  files: KeyFiles,
  slow: readonly { readonly text: string }[],
  password: string,
): Promise<string | undefined> {
  for (const { text } of slow) {
    const key = quickKeyFrom(text, password);
    if (key === undefined) continue;
    await files.write(key.name, Buffer.from(key.text));
    const [held] = await heldIn(files, [key.name]);
    if (held?.kind === "sound") return undefined;
    return `it was written and did not come back as it was: ${held?.why ?? "it is not there"}`;
  }
  return "no key of restic's that the password opens was found";
}

function slowOf(all: readonly Held[]): readonly Extract<Held, { readonly kind: "sound" }>[] {
  return all.flatMap((held) => (held.kind === "sound" && !isQuick(held.text) ? [held] : []));
}

/** One that is gone since it was listed is none. */
async function heldIn(files: KeyFiles, names: readonly string[]): Promise<readonly Held[]> {
  const all: Held[] = [];
  for (const name of names) {
    try {
      const bytes = await files.read(name);
      if (bytes !== undefined) all.push(judged(name, Buffer.from(bytes).toString("utf8")));
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
      all.push({ kind: "unsound", name, why: `it cannot be read: ${thrown.message}` });
    }
  }
  return all;
}

function judged(name: string, text: string): Held {
  if (!isWhole({ name, text })) return { kind: "unsound", name, why: "its content does not match its name" };
  return isSound(text)
    ? { kind: "sound", name, text }
    : { kind: "unsound", name, why: "it is no key file of restic's" };
}
