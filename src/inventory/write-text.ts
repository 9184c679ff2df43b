import { type Unknown, unknown } from "../kernel/fact.ts";
import type { Scalar } from "../kernel/tree.ts";
import type { Pin, PinKind } from "../platform/pin.ts";
import type { SourceFile } from "../platform/source.ts";
import { splitImage } from "./image.ts";
import { type Spot, scalarAround } from "./write-node.ts";

/** A replacement in UTF-16 units of the file's text. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Why a version cannot be written safely. */
export type Refusal = Unknown;

const words: Readonly<Record<PinKind, RegExp>> = {
  image: /^\w[\w.-]{0,127}$/,
  git: /^\w[\w./+-]{0,199}$/,
  action: /^\w[\w./+-]{0,199}$/,
  chart: /^\w[\w.+-]{0,127}$/,
  module: /^\w[\w.+-]{0,127}$/,
  provider: /^\w[\w.+-]{0,127}$/,
  tool: /^\w[\w.+-]{0,127}$/,
  package: /^\w[\w.+!-]{0,127}$/,
};

/** Whether `version` is one word that this kind of pin can hold: it is written into a file as it is. */
export function isWritable(kind: PinKind, version: string): boolean {
  return words[kind].test(version) && !version.includes("..");
}

/** A version written in place of the one at `[start, end)`. */
export function replaceVersion(
  file: SourceFile,
  pin: Pin,
  place: readonly [number, number],
  to: string,
): Replacement | Refusal {
  const [start, end] = place;
  const written = file.text.slice(start, end);
  if (written !== pin.version) {
    const why = `${JSON.stringify(pin.version)} is written with escapes or over several lines`;
    return unknown(why, `write it as plain text in ${pin.file}:${pin.line}`);
  }
  const text = pin.kind === "package" && /^[<>=~!]/.test(written) ? `==${to}` : to;
  const spot = scalarAround(file, start, end);
  if (spot === undefined || !isWholePlain(spot, place)) return { start, end, text };
  if (spot.node.templated)
    return unknown(`the version is the expression ${written}`, "change what the expression refers to");
  if (spot.syntax === "yaml" && readsAsText(text)) return { start, end, text };
  const quote = quoteIn(spot.within);
  if (quote !== undefined) return { start, end, text: `${quote}${text}${quote}` };
  return unknown(
    `${text} needs quotes inside a quoted document, which cannot be added safely`,
    `quote the version in ${pin.file}:${pin.line}, then fix it again`,
  );
}

/** Whether the version is all of an unquoted scalar. */
function isWholePlain({ node }: Spot<Scalar>, [start, end]: readonly [number, number]): boolean {
  return node.style === "plain" && node.start === start && node.end === end;
}

/** The quotes that a version may have in a document that stands in such a string. */
function quoteIn(within: Scalar["style"] | undefined): string | undefined {
  switch (within) {
    case "double":
      return "'";
    case "single":
    case "plain":
      return undefined;
    case "literal":
    case "folded":
    case undefined:
      return '"';
  }
}

/**
 * Whether a plain YAML scalar of this text is read as text. Charts and manifests are read by YAML 1.1 parsers as well, where
 * dates, `1_0` and `yes` are no text either (https://yaml.org/type/).
 */
export function readsAsText(text: string): boolean {
  if (/^[-+]?(?=[\d.]*\d)[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?$/.test(text)) return false;
  if (/^[-+]?0(?:x[\da-f_]+|o[0-7_]+|b[01_]+)$/i.test(text)) return false;
  return !/^\d{4}-\d\d?-\d\d?(?:[Tt\s]|$)|^(?:true|false|yes|no|on|off|y|n|null|~)$|^[-+]?\.(?:inf|nan)$/i.test(text);
}

/** A version put behind a name that has none: `nginx` → `nginx:1.27.1`. Undefined when the place holds something else. */
export function appendVersion(
  file: SourceFile,
  pin: Pin,
  place: readonly [number, number],
  to: string,
): Replacement | undefined {
  const [start, end] = place;
  const written = file.text.slice(start, end);
  if (/[\s{}"'\\]/.test(written)) return undefined;
  const sign = signs[pin.kind](pin, written);
  if (sign === undefined) return undefined;
  const at = pin.kind === "image" ? start + written.length - (splitImage(written).digest?.length ?? -1) - 1 : end;
  return { start: at, end: at, text: `${sign}${to}` };
}

const none = (): undefined => undefined;

/** What stands between a name and its version, where the two are one text; the other kinds have a key for the version. */
const signs: Readonly<Record<PinKind, (pin: Pin, written: string) => string | undefined>> = {
  image: (pin, written) => (isUntagged(written.replace(/^docker:\/\//, ""), pin.name) ? ":" : undefined),
  action: (pin, written) => (written === pin.name ? "@" : undefined),
  git: signOfGit,
  package: (_, written) => (/^[\w.-]+(?:\[[\w,.-]*\])?$/.test(written) ? "==" : undefined),
  chart: none,
  module: none,
  provider: none,
  tool: none,
};

function isUntagged(written: string, image: string): boolean {
  const { name, tag } = splitImage(written);
  return tag === undefined && (name === image || image.endsWith(`/${name}`));
}

/** A CI component takes `@version`, a Terraform source a query; elsewhere the revision has a key of its own. */
function signOfGit(pin: Pin, written: string): string | undefined {
  if (pin.reader === "gitlab-ci") return written === pin.name ? "@" : undefined;
  if (pin.reader !== "terraform" || !pin.path.endsWith("source")) return undefined;
  return written.includes("?") ? "&ref=" : "?ref=";
}
