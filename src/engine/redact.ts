import type { Evidence } from "./action.ts";

/** How much evidence of one attempt is kept, as JSON. */
const maxLength = 20_000;

/** Evidence with every text in it redacted; what is too long is told by its length alone. */
export function redactEvidence(evidence: Evidence | undefined, redact: (text: string) => string): Evidence | undefined {
  if (evidence === undefined) return undefined;
  const clean = redacted(evidence, redact) as Evidence;
  const { length } = JSON.stringify(clean);
  return length <= maxLength ? clean : { tooLong: `${length} characters of evidence were not kept` };
}

function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [redact(key), redacted(field, redact)]));
}
