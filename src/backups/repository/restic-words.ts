import type { Ended } from "../../kernel/backup-ports.ts";

/** Why restic gave up, in its own words, without its stack. */
export function wordsOf({ errors, status, signal }: Ended): string {
  const lines = errors
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s*(?:github|main\.|runtime|\/)/.test(line));
  const locked = lines.find((line) => /already locked/.test(line));
  if (locked !== undefined) return locked.slice(0, 300);
  return lines.length === 0 ? `it ended with ${status ?? signal}` : lines.slice(-3).join(" ").slice(0, 300);
}

/** What to do about it, where its words tell. */
export function adviceFor(errors: string): string {
  if (/wrong password|no key found/i.test(errors)) return " (is it this repository's password?)";
  if (/signature we calculated|InvalidAccessKeyId|access key id|SignatureDoesNotMatch/i.test(errors))
    return " (are the keys under the repository's variables right?)";
  if (/access denied|forbidden|AccessDenied/i.test(errors))
    return " (the keys under the repository's variables may not do that on its bucket)";
  if (/connection refused|no such host|i\/o timeout|network is unreachable/i.test(errors))
    return " (the store of the repository does not answer; try again when it does)";
  // It says no more of a bucket that it may not read, or does not find.
  if (/unable to open config[^]*rclone:millwrightfirst:/.test(errors))
    return " (spoken to by rclone for the copy alone: are the first repository's address, keys and AWS_DEFAULT_REGION right?)";
  if (/unable to open config|Is there a repository/i.test(errors))
    return " (its config is missing or damaged: copy it back from another copy of the repository)";
  if (/no space left on device/i.test(errors)) return " (the disk that it writes to is full)";
  if (/already locked/i.test(errors)) return " (another restic works there; wait until it has ended)";
  return "";
}
