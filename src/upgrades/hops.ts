import { compareReleases } from "../kernel/version.ts";
import { checksOf, irreversibleOf, type Place } from "./checks.ts";
import type { Stop, SystemUpgrade, UpgradeFacts } from "./facts.ts";
import {
  type ChartVersion,
  chartOf,
  hasPatch,
  majorOf,
  minorOf,
  numbersOf,
  rowFor,
  serverNumbers,
} from "./gitlab-facts.ts";
import type { Leg } from "./legs.ts";
import type { Check, Hop } from "./plan-types.ts";

type Unnumbered = Omit<Hop, "number">;

/** GitLab's legs as hops with their checks. `toChart` is the chart the request named for the last one. */
export function gitlabHops(facts: UpgradeFacts, legs: readonly Leg[], toChart: string | undefined): readonly Hop[] {
  const releases = legs.filter((leg) => leg.kind === "release");
  return legs.map((leg, index) => {
    const place = { first: leg === releases[0], last: leg === releases.at(-1) };
    const hop =
      leg.kind === "release"
        ? releaseHop(facts, leg, place, place.last ? toChart : undefined)
        : datastoreHop(facts, leg);
    return { number: index + 1, ...hop };
  });
}

function releaseHop(
  facts: UpgradeFacts,
  leg: Leg & { kind: "release" },
  { first, last }: { readonly first: boolean; readonly last: boolean },
  toChart: string | undefined,
): Unnumbered {
  const chart: ChartVersion = toChart === undefined ? chartOf(facts, leg.version) : { kind: "known", version: toChart };
  const place: Place = {
    from: leg.from,
    version: leg.version,
    chart: chart.kind === "known" ? chart.version : undefined,
    gitlab: leg.version,
    first,
    last,
  };
  const { checks, irreversible } = facts.checks;
  const before = [...checksOf(checks, "before", place, facts.answers), ...dynamicChecks(facts, place)];
  return {
    kind: "release",
    system: "gitlab",
    from: leg.from,
    version: leg.version,
    chart,
    why: leg.stop === undefined ? "the target" : whyStop(leg.stop),
    condition: leg.condition ?? null,
    before,
    during: checksOf(checks, "during", place, facts.answers),
    after: checksOf(checks, "after", place, facts.answers),
    irreversible: irreversibleOf(irreversible, place),
    notes: notesOf(leg),
    source: leg.stop?.source ?? facts.path.rules[0]?.source ?? "",
  };
}

function whyStop(stop: Stop): string {
  switch (stop.kind) {
    case "required":
      return "required stop: later releases count on its migrations";
    case "conditional":
      return `conditional stop: ${stop.condition ?? ""}`;
    case "announced":
      return "announced stop: taken as required";
  }
}

function notesOf(leg: Leg & { kind: "release" }): readonly string[] {
  const patch = hasPatch(leg.version)
    ? []
    : [`The newest patch of ${leg.version} is not known here: take it from the Helm index, never by counting up.`];
  return [...patch, ...(leg.stop?.note === undefined ? [] : [leg.stop.note])];
}

/** The window of PostgreSQL as the server itself states it, and the Kubernetes versions GitLab documents. */
function dynamicChecks(facts: UpgradeFacts, place: Place): readonly Check[] {
  const row = rowFor(facts.datastores.postgresql.rows, place.version);
  const checks: Check[] = [];
  if (row !== undefined) {
    const newest = row.tested ?? row.max;
    const below =
      newest === null
        ? ""
        : ` AND current_setting('server_version_num')::int < ${(majorOf(newest) ?? 0) * 10_000 + 10_000}`;
    checks.push({
      id: "postgresql-window",
      what: `PostgreSQL is ${row.min} or newer${newest === null ? "" : ` and no newer than ${newest}`}: with an external server nothing in the chart checks it before the migrations run`,
      how: {
        kind: "sql",
        database: "main",
        query: `SELECT 1 WHERE current_setting('server_version_num')::int >= ${serverNumbers(row.min).first}${below};`,
        expect: "a-row",
      },
      source: facts.datastores.postgresql.source,
    });
  }
  if (place.first) checks.push(kubernetesCheck(facts));
  return checks;
}

function kubernetesCheck(facts: UpgradeFacts): Check {
  const rows = facts.charts.kubernetes_support.map(
    (row) => `${row.kubernetes} from GitLab ${row.min_gitlab} on (${row.status})`,
  );
  return {
    id: "kubernetes-support",
    what: `GitLab supports the cluster's Kubernetes at every hop: ${rows.join(", ")}`,
    how: { kind: "ask" },
    source: facts.charts.kubernetes_support_source,
  };
}

function datastoreHop(facts: UpgradeFacts, leg: Leg & { kind: "datastore" }): Unnumbered {
  const checks = facts.checks.datastores[leg.store];
  const place: Place = {
    from: leg.from ?? "the version now",
    version: leg.version,
    chart: undefined,
    gitlab: leg.gitlab,
    first: true,
    last: true,
  };
  return {
    kind: "datastore",
    system: leg.store,
    from: leg.from ?? null,
    version: leg.version,
    chart: null,
    why: leg.why,
    condition: leg.condition ?? null,
    before: checksOf(checks, "before", place, facts.answers),
    during: checksOf(checks, "during", place, facts.answers),
    after: checksOf(checks, "after", place, facts.answers),
    irreversible: [
      {
        what: "The old datastore cannot read what the new one has written: keep its data and the dump until the next release hop is proven",
        source: facts.datastores[leg.store].source,
      },
    ],
    notes: [`GitLab stays on ${leg.gitlab}.`],
    source: facts.datastores[leg.store].source,
  };
}

/** The hops of any other system. */
export function systemHops(
  facts: UpgradeFacts,
  system: SystemUpgrade,
  from: string,
  versions: readonly string[],
): readonly Hop[] {
  return versions.map((version, index) => {
    const here = versions[index - 1] ?? from;
    const last = index === versions.length - 1;
    const place: Place = { from: here, version, chart: undefined, gitlab: version, first: index === 0, last };
    return {
      number: index + 1,
      kind: "release",
      system: system.id,
      from: here,
      version,
      chart: chartOfSystem(system, version),
      why: last ? "the target" : `one minor at a time is ${system.strength ?? "recommended"}`,
      condition: null,
      before: checksOf(system.checks, "before", place, facts.answers),
      during: checksOf(system.checks, "during", place, facts.answers),
      after: checksOf(system.checks, "after", place, facts.answers),
      irreversible: irreversibleOf(system.irreversible, place),
      notes: hasPatch(version) ? [] : [`Take the newest patch of ${minorOf(version)}.`],
      source: system.source,
    };
  });
}

function chartOfSystem(system: SystemUpgrade, version: string): ChartVersion | null {
  const since = system.chartEqualsVersionFrom;
  if (since === undefined) return null;
  if (compareReleases(numbersOf(version), numbersOf(since)) >= 0) return { kind: "known", version };
  return {
    kind: "unknown",
    line: null,
    why: `before ${since} the Git tag is not the chart's version`,
    howToLearn: "read Chart.yaml at the tag",
  };
}
