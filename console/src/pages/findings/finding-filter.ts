import type { SearchTexts } from "../../state/search-text.ts";

export const severities = ["critical", "high", "medium", "low"] as const;
export const states = ["open", "suppressed", "closed", "all"] as const;

/** The API's filter from the address. What somebody typed wrong there is left out rather than refused. */
export function filterOf(search: SearchTexts) {
  return {
    state: states.find((state) => state === search["state"]),
    severity: severities.find((severity) => severity === search["severity"]),
    environment: search["environment"],
    rule: search["rule"],
    group: search["group"],
  };
}
