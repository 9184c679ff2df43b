import { hash } from "node:crypto";

/**
 * A short stable name for a list of parts: the first 16 hex digits of SHA-256 over the parts, each preceded by its
 * length so that `["a", "bc"]` and `["ab", "c"]` differ. The same parts give the same id on every machine, for ever.
 */
export function idOf(parts: readonly string[]): string {
  return hash("sha256", parts.map((part) => `${part.length}:${part}`).join("")).slice(0, 16);
}
