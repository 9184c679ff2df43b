import type { Row } from "../../api/types.ts";
import { durationText } from "../../parts/time-text.ts";
import type { SearchTexts } from "../../state/search-text.ts";

export type IncidentRow = Row<"/incidents">;

export const incidentStates = ["unclosed", "open", "acknowledged", "resolved", "closed"] as const;
export const incidentKinds = ["outage", "degradation", "vulnerability", "breach"] as const;
export const severities = ["critical", "high", "medium", "low"] as const;

/** The API's filter from the address. Without a state it is about those that are not closed; `all` names all. */
export function filterOf(search: SearchTexts) {
  const state =
    search["state"] === "all" ? undefined : (incidentStates.find((one) => one === search["state"]) ?? "unclosed");
  const text = (search["text"] ?? "").trim().slice(0, 200);
  return { state, environment: search["environment"], text: text === "" ? undefined : text };
}

const sources: Readonly<Record<IncidentRow["source"], string>> = {
  person: "opened by",
  rule: "a finding opened it",
  probe: "a probe opened it",
  alert: "an alert opened it",
};

/** What is said of it while what opened it is well again. */
const wells: Readonly<Partial<Record<IncidentRow["source"], string>>> = {
  rule: ", which shows no more",
  probe: ", which answers again",
};

/** Why it stands where it stands: who has it in hand, since when it is over, what it waits for. */
export function whyOf(
  incident: Pick<IncidentRow, "state" | "source" | "openedBy" | "ledBy" | "review" | "reviewDueAt" | "wellSince">,
): string {
  const { state, ledBy, review, reviewDueAt } = incident;
  const opened = openedText(incident);
  if (state === "open") return `${opened}; nobody has it in hand yet`;
  if (state === "acknowledged") return `${opened}; ${ledBy?.name ?? "somebody"} has it in hand`;
  if (state === "closed") return `${opened}; nothing is left to be done`;
  return review === undefined && reviewDueAt !== undefined
    ? "over, and its review is still owed"
    : "over, and not closed yet";
}

function openedText({ source, openedBy, wellSince }: Pick<IncidentRow, "source" | "openedBy" | "wellSince">): string {
  if (source === "person") return `opened by ${openedBy.name}`;
  return `${sources[source]}${wellSince === undefined ? "" : (wells[source] ?? "")}`;
}

/** How long it lasted, or has lasted so far. */
export function lastedText({ beganAt, resolvedAt }: Pick<IncidentRow, "beganAt" | "resolvedAt">, now: number): string {
  const end = resolvedAt === undefined ? now : Date.parse(resolvedAt);
  return durationText(Math.max(0, (end - Date.parse(beganAt)) / 1000));
}

/**
 * That alerts wait, and for whom: each holder once, and no more than one by name; undefined: none waits, or that was not read yet.
 * Where the last try to read it failed and none is known of, that is said.
 */
export function heldText(
  held: readonly { readonly heldBy: string }[] | undefined,
  error?: { readonly message: string },
): string | undefined {
  if (held === undefined || held.length === 0)
    return error === undefined ? undefined : `Whether alerts wait for what is held down is not known: ${error.message}`;
  const [first = "", ...others] = new Set(held.map(({ heldBy }) => heldBy));
  const more = others.length === 0 ? "" : ` and ${others.length} other${others.length === 1 ? "" : "s"}`;
  return `${held.length} ${held.length === 1 ? "alert waits" : "alerts wait"}: held down by ${first}${more}`;
}
