import { SystemError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import type { ListedObject } from "../kernel/object-store.ts";

/*
 * The lists of S3 (docs.aws.amazon.com/AmazonS3/latest/API: ListObjectsV2; s3-versions.ts: ListObjectVersions). They are flat, with
 * no attributes that matter: what is read is each element's text. `encoding-type` is not asked for: stores do not agree on what a plus is then.
 */

export interface ListPage<T> {
  readonly entries: readonly T[];
  /** What the next question has to say; undefined at the end. */
  readonly next: Readonly<Record<string, string>> | undefined;
}

export function readObjects(xml: string, label: string): ListPage<ListedObject> {
  const root = rootOf(xml, "ListBucketResult", label);
  const entries = elements(root, ["Contents"]).map(({ inner }) => objectIn(inner, label));
  const count = textOf(root, "KeyCount");
  if (count !== undefined && Number(count) !== entries.length)
    throw new SystemError(`${label} says that it lists ${count} objects, and lists ${entries.length}`, "retry");
  return { entries, next: nextOf(root, label, [["NextContinuationToken", "continuation-token"]]) };
}

/** `size`: of what has none. */
export function objectIn(inner: string, label: string, size?: number): ListedObject {
  const key = keyOf(inner, label);
  const bytes = size ?? Number(textOf(inner, "Size") ?? Number.NaN);
  const modified = Date.parse(textOf(inner, "LastModified") ?? "");
  if (!Number.isSafeInteger(bytes) || Number.isNaN(modified))
    throw new SystemError(`${label} lists ${JSON.stringify(key)} without its size or time`, "stop");
  return { key, size: bytes, etag: etagOf(textOf(inner, "ETag")), modified: instantOf(modified) };
}

/** `"d41d8…"` as headers and lists have it; nothing where a store knows none. */
export function etagOf(text: string | undefined): string | undefined {
  const bare = text?.replace(/^W\//, "").replace(/^"|"$/g, "");
  return bare === "" ? undefined : bare;
}

/** What an answer holds, when it is the whole of one. */
export function rootOf(xml: string, name: string, label: string): string {
  const whole = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*)</${name}>\\s*$`).exec(xml)?.[1];
  if (whole !== undefined) return whole;
  const cut = xml.includes(`<${name}`);
  throw new SystemError(
    `${label} answered ${cut ? `a ${name} that is cut short` : `something that is no ${name}`}; nothing is known of what is there`,
    cut ? "retry" : "stop",
  );
}

export function textOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : unescaped(text);
}

export function elements(
  xml: string,
  names: readonly string[],
): readonly { readonly name: string; readonly inner: string }[] {
  return [...xml.matchAll(new RegExp(`<(${names.join("|")})>([\\s\\S]*?)</\\1>`, "g"))].map(
    ([, name = "", inner = ""]) => ({ name, inner }),
  );
}

function keyOf(inner: string, label: string): string {
  const text = textOf(inner, "Key");
  if (text === undefined || text === "") throw new SystemError(`${label} lists an object without a key`, "stop");
  return text;
}

export function nextOf(
  root: string,
  label: string,
  markers: readonly (readonly [element: string, parameter: string])[],
): ListPage<never>["next"] {
  if (textOf(root, "IsTruncated") !== "true") return undefined;
  const next = markers.flatMap(([element, parameter]) => {
    const text = textOf(root, element);
    return text === undefined ? [] : [[parameter, text] as const];
  });
  if (next.length === 0) throw new SystemError(`${label} says that its list goes on, and not where`, "stop");
  return Object.fromEntries(next);
}

const signs: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, number?: string, name?: string) => {
    if (name !== undefined) return signs[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(number) : Number.parseInt(hex, 16));
  });
}
