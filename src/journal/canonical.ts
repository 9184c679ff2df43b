/**
 * The one text of a JSON value: keys in the order of their UTF-16 units, no blanks, numbers and strings as ECMAScript writes
 * them (RFC 8785). Properties that are undefined are left out. Throws for what JSON cannot say: that is our bug.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${value} has no place in JSON`);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new Error(`a ${typeof value} has no place in JSON`);
  return text;
}
