import { redactUrls } from "../kernel/url.ts";
import type { JournalDraft } from "../platform/record.ts";

/*
 * The journal is pushed, exported and kept for years, so nothing that looks like a secret gets in, whoever wrote the draft. It
 * is better to take out too much: evidence is a digest, a name or a number, never a credential.
 */

/** Names of properties whose text is never kept. `tokenId`, `secretName` and the like are names, not secrets. */
const secretKey =
  /(?:^|[_.-])(?:pass(?:word|wd|phrase)?|secret|token|api_?key|access_?key|secret_?key|private_?key|client_?secret|authorization|cookie|credentials?|dsn|connection_?string|kubeconfig)$/i;

/** Texts that are credentials by their shape, wherever they stand. */
const secretShapes: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  /\bmw_[0-9a-f]{16}_[A-Za-z0-9_-]{43}/g,
  /\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_.-]{15,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /\b(?:Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/gi,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g,
  /\b(?:password|passwd|secret|token|api[_-]?key)\s*[=:]\s*[^\s,;"']{4,}/gi,
];

export interface Redacted {
  readonly draft: JournalDraft;
  /** Paths, in the order found: `evidence.before.password`. */
  readonly redacted: readonly string[];
}

/** The draft without what looks like a secret, and without signs that a database cannot hold. */
export function redactDraft(draft: JournalDraft): Redacted {
  const redacted: string[] = [];
  const clean = Object.fromEntries(
    Object.entries(draft).map(([name, value]) => [name, cleaned(value, name, name === "evidence", redacted)]),
  );
  return { draft: clean as unknown as JournalDraft, redacted };
}

function cleaned(value: unknown, path: string, judgeKeys: boolean, found: string[]): unknown {
  if (typeof value === "string") return cleanText(value, path, found);
  if (Array.isArray(value)) return value.map((item, index) => cleaned(item, `${path}.${index}`, judgeKeys, found));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = cleanText(key, path, found);
      const where = `${path}.${name}`;
      if (judgeKeys && isSecretKey(key) && typeof inner === "string" && inner !== "") {
        found.push(where);
        return [name, "***"];
      }
      return [name, cleaned(inner, where, judgeKeys, found)];
    }),
  );
}

function isSecretKey(key: string): boolean {
  return secretKey.test(key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_"));
}

function cleanText(text: string, path: string, found: string[]): string {
  const whole = text.toWellFormed().replaceAll("\0", "\ufffd");
  const clean = secretShapes.reduce((rest, shape) => rest.replace(shape, "***"), redactUrls(whole));
  if (clean !== whole) found.push(path);
  return clean;
}
