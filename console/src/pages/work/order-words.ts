import type { Row } from "../../api/types.ts";
import type { SearchTexts } from "../../state/search-text.ts";

export type Order = Row<"/work-orders">;

export const orderStates = ["open", "proposed", "planned", "running", "done", "cancelled", "all"] as const;

/** The API's filter from the address. What somebody typed wrong there is left out rather than refused. */
export function filterOf(search: SearchTexts) {
  return {
    state: orderStates.find((state) => state === search["state"]),
    environment: search["environment"],
    component: shortened(search["component"], 100),
    text: shortened(search["text"], 200),
  };
}

function shortened(text: string | undefined, longest: number): string | undefined {
  const trimmed = (text ?? "").trim().slice(0, longest);
  return trimmed === "" ? undefined : trimmed;
}

/** Why an order stands where it stands, in one line: what ended it, what does it, or the first reason against it and how many more. */
export function whyOf({
  state,
  outcome,
  waiting,
  run,
  emergency,
}: Pick<Order, "state" | "outcome" | "waiting" | "run" | "emergency">): string {
  if (state === "done" || state === "cancelled") return outcome ?? "";
  if (state === "running") return run === undefined ? "somebody does it by hand" : `run ${run} does it`;
  const [first, ...others] = waiting;
  if (first === undefined) return emergency === undefined ? "nothing stands against it" : `an emergency: ${emergency}`;
  return others.length === 0 ? `not now: ${first}` : `not now: ${first}, and ${others.length} more`;
}

/** `60 min, and 30 min to put it back`. */
export function estimateText({ forwardMinutes, rollbackMinutes, basis, samples }: Order["estimate"]): string {
  const from = basis === "measured" ? `measured, ${samples} times` : "assumed";
  return `${forwardMinutes} min, and ${rollbackMinutes} min to put it back (${from})`;
}
