import type { SearchTexts } from "../../state/search-text.ts";
import { runStates } from "./run-words.ts";

/** The API's filter from the address. What somebody typed wrong there is left out rather than refused. */
export function filterOf(search: SearchTexts) {
  return {
    live: search["view"] === "live" ? ("true" as const) : undefined,
    state: runStates.find((state) => state === search["state"]),
    environment: search["environment"],
    procedure: shortened(search["procedure"], 100),
    text: shortened(search["text"], 200),
  };
}

function shortened(text: string | undefined, longest: number): string | undefined {
  const trimmed = (text ?? "").trim().slice(0, longest);
  return trimmed === "" ? undefined : trimmed;
}
