import type { Ended } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { adviceFor, wordsOf } from "./restic-words.ts";

/*
 * What it means that restic ended as it did: it has one exit status for all, and tells the rest in words.
 */

/**
 * What it says where no repository is (cmd/restic/global.go, OpenRepository): it says the same of a store that refuses our keys or
 * does not answer, so that the reason after it has to be absence: of a file, or as S3 says it of a key or a bucket.
 */
const noRepository =
  /unable to open config file[^\n]*(?:no such file or directory|does not exist|not exist|not found|NoSuchKey|NoSuchBucket|\b404\b)/i;
const isAway =
  /connection (?:refused|reset)|no such host|i\/o timeout|network is unreachable|TLS handshake timeout|\b50[0234] [A-Z]|Service Unavailable|SlowDown/i;
/** The store or this machine, whatever lies in the repository; a file that it could not write (a quota, a broken disk) is none of it. */
const isRefused =
  /AccessDenied|access denied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|\b40[13] [A-Z]|wrong password|no key found|no space left on device|out of memory|cannot allocate memory|too many open files|write \/dev\/stdout:/i;
const isDamage = /ciphertext verification|no such file|not exist|NoSuchKey|not found|invalid|does not match/i;
const isLocked = /already locked|unable to create lock/i;

/**
 * restic asks again for a quarter of an hour for what is gone or too short, and it does not come back; a read that was cut by the
 * network may, so that it gets some tries.
 */
export const inVain =
  /retrying after (?:.*(?:no such file or directory|does not exist|ciphertext verification failed)|(?:[2-9]|\d\d+)\.\d+s: .*EOF)/;

/**
 * A store that lets nothing go: restic asks ten times over most of a minute for each file, and keeps everybody else out meanwhile. After
 * some seconds no answer but this one is to be had.
 */
export const refusesRemoving =
  /Remove\(<\S+>\) returned error, retrying after (?:[2-9]|\d\d+)\.\d+s: .*(?:Access ?Denied|\b40[135] [A-Z]|not permitted|permission denied|read-only file system)/i;

export function saysNoRepository({ errors }: Ended): boolean {
  return noRepository.test(errors) && !/wrong password|ciphertext|invalid|damaged/i.test(errors);
}

export function failure(what: string, ended: Ended): SystemError {
  const isKilled = ended.signal !== null && !refusesRemoving.test(ended.errors);
  return new SystemError(
    `restic ${what}: ${wordsOf(ended)}${adviceFor(ended.errors)}`,
    isLocked.test(ended.errors) || isKilled || isAway.test(ended.errors) ? "retry" : "stop",
  );
}

/** What lies in a repository cannot be read: it is damaged, or gone. */
export class Damaged extends InputError {}

/** The damage that a read met; anything else is thrown on. */
export function damageIn(thrown: unknown): Damaged {
  if (thrown instanceof Damaged) return thrown;
  throw thrown;
}

/** Of a read: `Damaged` where what lies there is, else `SystemError`. */
export function unread(ended: Ended): Error {
  const damage = new Damaged(`restic cannot read it whole: ${wordsOf(ended)}`);
  if (inVain.test(ended.errors)) return damage; // we killed it at that
  const atLast = ended.errors
    .split("\n")
    .filter((line) => !line.includes("retrying after"))
    .join("\n");
  const away = isAway.test(isDamage.test(atLast) ? atLast : ended.errors);
  return ended.signal !== null || away || isRefused.test(atLast) ? failure("could not read it", ended) : damage;
}

/** What a check complains of, in restic's words; none where it found nothing. */
export function complaintsIn(text: string, ended: Ended): readonly string[] {
  if (ended.status === 0) return [];
  const words = `${text}\n${ended.errors}`
    .split("\n")
    .filter((line) => /error|fatal|damaged|not referenced|does not|missing|mismatch|invalid|failed/i.test(line))
    .filter((line) => !/^(?:no errors|\s*main\.|\s*\/)/.test(line))
    .map((line) => line.replace(/^Fatal: /, "").trim());
  return words.length === 0 ? [wordsOf(ended)] : [...new Set(words)].slice(0, 20);
}
