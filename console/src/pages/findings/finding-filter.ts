import type { SearchTexts } from "../../state/search-text.ts";

export const severities = ["critical", "high", "medium", "low"] as const;
export const states = ["open", "suppressed", "closed", "all"] as const;

export const sorts = ["worst", "newest", "oldest"] as const;

/** The API's filter from the address. What somebody typed wrong there is left out rather than refused. */
export function filterOf(search: SearchTexts) {
  return {
    state: states.find((state) => state === search["state"]),
    severity: severities.find((severity) => severity === search["severity"]),
    environment: search["environment"],
    text: textOf(search["text"]),
    sort: sorts.find((sort) => sort === search["order"]),
    rule: search["rule"],
    group: search["group"],
  };
}

function textOf(text: string | undefined): string | undefined {
  const trimmed = (text ?? "").trim().slice(0, 200);
  return trimmed === "" ? undefined : trimmed;
}
