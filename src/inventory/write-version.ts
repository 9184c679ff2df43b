import { unknown } from "../kernel/fact.ts";
import { isTemplated } from "../kernel/version.ts";
import type { Pin } from "../platform/pin.ts";
import type { SourceFile } from "../platform/source.ts";
import type { Splice } from "./write.ts";
import { insertVersion } from "./write-insert.ts";
import { appendVersion, isWritable, type Refusal, type Replacement, replaceVersion } from "./write-text.ts";

/** The version a pin shall have. */
export interface NewVersion {
  readonly version: string;
  /** Of an image: what the version's content is. Needed where the pin carries a digest. */
  readonly digest?: string;
}

/**
 * The splices that give a pin of `file` another version, and its digest with it: in place where one is written, else behind the
 * name or on a new line beside it. An `Unknown` says why it cannot be done safely. No splices: it has that version.
 */
export function splicesFor(file: SourceFile, pin: Pin, to: NewVersion): readonly Splice[] | Refusal {
  const refusal = refuse(pin, to);
  if (refusal !== undefined) return refusal;
  if (pin.version === to.version && (pin.digest === null || pin.digest === to.digest)) return [];
  const place = charactersOf(file.text, pin.range);
  const version = versionReplacement(file, pin, place, to.version);
  if ("kind" in version) return version;
  if (pin.digest === null || pin.digest === to.digest) return [spliceOf(file, version)];
  const digest = digestReplacement(file, place, pin.digest, to.digest ?? "");
  if (digest === undefined) return digestElsewhere(pin);
  return [version, digest]
    .filter(({ start, end, text }) => file.text.slice(start, end) !== text)
    .map((change) => spliceOf(file, change));
}

function refuse(pin: Pin, to: NewVersion): Refusal | undefined {
  if (!isWritable(pin.kind, to.version)) {
    return unknown(
      `${JSON.stringify(to.version)} is no exact version of ${pin.kind} ${pin.name}`,
      "name one release, without operators or blanks",
    );
  }
  if (pin.version !== null && isTemplated(pin.version)) {
    const composed =
      pin.effective?.kind === "known" ? `, which comes to ${pin.effective.value} by ${pin.effective.source}` : "";
    return unknown(`the version is the expression ${pin.version}${composed}`, "change what the expression is made of");
  }
  if (pin.digest === null || pin.version === to.version || /^sha256:[0-9a-f]{64}$/.test(to.digest ?? ""))
    return undefined;
  return unknown(
    `a digest is needed: ${pin.name} is pinned by one, and a new tag beside the old digest would still run the old image`,
    `ask the registry: crane digest ${pin.name}:${to.version}`,
  );
}

function versionReplacement(
  file: SourceFile,
  pin: Pin,
  place: readonly [number, number],
  to: string,
): Replacement | Refusal {
  if (pin.version !== null) return replaceVersion(file, pin, place, to);
  return (
    appendVersion(file, pin, place, to) ??
    insertVersion(file, pin, place, to) ??
    unknown(
      `where ${pin.path} would be written cannot be told safely`,
      `write ${to} there by hand: ${pin.file}:${pin.line}`,
    )
  );
}

/** The digest right behind the tag, or in the reference that has no tag. */
function digestReplacement(
  file: SourceFile,
  [start, end]: readonly [number, number],
  digest: string,
  to: string,
): Replacement | undefined {
  if (file.text.startsWith(`@${digest}`, end)) return { start: end + 1, end: end + 1 + digest.length, text: to };
  const found = file.text.slice(start, end).indexOf(`@${digest}`);
  if (found < 0) return undefined;
  const at = start + found + 1;
  return { start: at, end: at + digest.length, text: to };
}

function digestElsewhere(pin: Pin): Refusal {
  return unknown(`the digest of ${pin.name} stands apart from its tag`, `change both by hand: ${pin.file}:${pin.line}`);
}

/** Bytes of the file, byte order mark included, as UTF-16 units of its text. */
function charactersOf(text: string, [start, end]: readonly [number, number]): readonly [number, number] {
  const bytes = Buffer.from(text);
  const before = bytes.toString("utf8", 0, start).length;
  return [before, before + bytes.toString("utf8", start, end).length];
}

function spliceOf(file: SourceFile, { start, end, text }: Replacement): Splice {
  const expect = file.text.slice(start, end);
  const from = Buffer.byteLength(file.text.slice(0, start));
  return { range: [from, from + Buffer.byteLength(expect)], expect, text };
}
