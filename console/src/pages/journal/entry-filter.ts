import type { SearchTexts } from "../../state/search-text.ts";

export const kinds = [
  "run",
  "approval",
  "change",
  "attestation",
  "incident",
  "duty",
  "work-order",
  "override",
  "access",
  "answer",
  "note",
] as const;

/** The API's filter from the address; what cannot be one is left out. Days are whole days in UTC, the last one included. */
export function filterOf(search: SearchTexts) {
  const { kind, environment, from, until, link, text } = search as Readonly<Record<string, string | undefined>>;
  const known = kinds.find((one) => one === kind);
  return {
    kind: known,
    // That a secret was used is most of the journal, and hides the rest.
    without: known === undefined ? ("access" as const) : undefined,
    environment,
    from: momentOf(from, 0),
    until: momentOf(until, 1),
    text: text === undefined || text.trim() === "" ? undefined : text.trim().slice(0, 200),
    link: link !== undefined && /^\w{1,40}=./.test(link) ? link : undefined,
  };
}

function momentOf(day: string | undefined, daysLater: number): string | undefined {
  if (day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const millis = Date.parse(`${day}T00:00:00.000Z`) + daysLater * 86_400_000;
  return Number.isNaN(millis) ? undefined : new Date(millis).toISOString();
}
