import { compareReleases } from "../kernel/version.ts";
import type { Answers } from "./answers.ts";
import type { CheckFact, How, On } from "./facts.ts";
import { crosses, minorOf, numbersOf, serverNumbers } from "./gitlab-facts.ts";
import type { Check, Irreversible } from "./plan-types.ts";

/** A hop as its checks see it. */
export interface Place {
  readonly from: string;
  readonly version: string;
  readonly chart: string | undefined;
  /** The version of GitLab while a datastore is moved. */
  readonly gitlab: string;
  readonly first: boolean;
  readonly last: boolean;
}

/** The checks of one phase of a hop, in the order of the data, with the hop's versions filled in. */
export function checksOf(
  facts: readonly CheckFact[],
  phase: CheckFact["phase"],
  place: Place,
  answers: Answers,
): readonly Check[] {
  return facts
    .filter((fact) => fact.phase === phase && belongs(fact.on, place) && !answeredAway(fact.unless, answers))
    .map(({ id, what, how, source }) => ({
      id,
      what: fill(what, place),
      how: fillHow(how, place),
      source,
    }));
}

/** What cannot be taken back after a hop. */
export function irreversibleOf(
  facts: readonly (Irreversible & { readonly on: On })[],
  place: Place,
): readonly Irreversible[] {
  return facts.filter(({ on }) => belongs(on, place)).map(({ what, source }) => ({ what: fill(what, place), source }));
}

function belongs(on: On, place: Place): boolean {
  if (on === "every") return true;
  if (on === "first") return place.first;
  if (on === "last") return place.last;
  if ("crosses" in on) return crosses(place.from, place.version, on.crosses);
  if ("exactly" in on) return on.exactly.includes(place.version);
  if ("below" in on) return compareReleases(numbersOf(place.version), numbersOf(on.below)) < 0;
  return compareReleases(numbersOf(place.version), numbersOf(on.from)) >= 0;
}

function answeredAway(unless: CheckFact["unless"], answers: Answers): boolean {
  const known = Object.entries(answers);
  return Object.entries(unless ?? {}).some(([name, is]) =>
    known.some(([other, value]) => other === name && value === is),
  );
}

/** In commands an unknown chart is the variable that the runbook asks for. */
function fill(text: string, place: Place, unknownChart = "the chart of this version"): string {
  const { first, last } = serverNumbers(place.version);
  const [fromMajor = 0, fromMinor = 0] = numbersOf(place.from);
  return text
    .replaceAll("{fromMajor}", String(fromMajor))
    .replaceAll("{fromMinor}", String(fromMinor))
    .replaceAll("{firstServerNumber}", String(first))
    .replaceAll("{lastServerNumber}", String(last))
    .replaceAll("{from}", place.from)
    .replaceAll("{version}", place.version)
    .replaceAll("{minor}", minorOf(place.version))
    .replaceAll("{gitlab}", place.gitlab)
    .replaceAll("{chart}", place.chart ?? unknownChart);
}

function fillHow(how: How, place: Place): How {
  switch (how.kind) {
    case "sql":
      return { ...how, query: fill(how.query, place) };
    case "http":
      return how.match === undefined ? how : { ...how, match: fill(how.match, place) };
    case "shell":
    case "do":
    case "look":
      return { ...how, command: fill(how.command, place, "$CHART") };
    case "record":
      return { ...how, command: fill(how.command, place, "$CHART"), to: fill(how.to, place) };
    case "job":
    case "ask":
      return how;
  }
}
