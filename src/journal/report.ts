import { type Instant, instantOf } from "../kernel/instant.ts";
import type { JournalReport, ReportedEntry, ReportPeriod } from "../platform/journal-report.ts";
import type { EntryKind } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import type { HashedEntry } from "./entry.ts";
import { listEntries } from "./store.ts";

const day = 86_400_000;

/** The week, month or quarter that a moment is in, in UTC; `until` is not included. */
export function periodAround(period: ReportPeriod, on: Instant): { readonly from: Instant; readonly until: Instant } {
  const date = new Date(on);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (period) {
    case "week": {
      const monday = Date.UTC(year, month, date.getUTCDate()) - ((date.getUTCDay() + 6) % 7) * day;
      return { from: instantOf(monday), until: instantOf(monday + 7 * day) };
    }
    case "month":
      return { from: instantOf(Date.UTC(year, month, 1)), until: instantOf(Date.UTC(year, month + 1, 1)) };
    case "quarter": {
      const first = month - (month % 3);
      return { from: instantOf(Date.UTC(year, first, 1)), until: instantOf(Date.UTC(year, first + 3, 1)) };
    }
  }
}

/** The report of the period that `on` is in, from the entries that these environments' viewers may see (undefined: all). */
export async function reportOn(
  store: Store,
  period: ReportPeriod,
  on: Instant,
  environments: readonly string[] | undefined,
): Promise<JournalReport> {
  const { from, until } = periodAround(period, on);
  const entries: HashedEntry[] = [];
  for (let before: number | undefined; ; ) {
    const part = await listEntries(store, { from, until, environments, before, limit: 1000 });
    entries.push(...part);
    before = part.at(-1)?.sequence;
    if (part.length < 1000) break;
  }
  return summarise(period, from, until, entries.toReversed());
}

/** Kinds by which the platform itself was worked on. */
const workKinds: ReadonlySet<EntryKind> = new Set([
  "run",
  "change",
  "work-order",
  "incident",
  "override",
  "attestation",
  "duty",
]);
const changeKinds: ReadonlySet<EntryKind> = new Set(["run", "change"]);

/** Sums up entries given oldest first. */
function summarise(
  period: ReportPeriod,
  from: Instant,
  until: Instant,
  entries: readonly HashedEntry[],
): JournalReport {
  const last = entries.at(-1);
  return {
    schema: "millwright/journal-report/1",
    period,
    from,
    until,
    entries: entries.length,
    byKind: counted(entries.map(({ kind }) => kind)),
    byEnvironment: counted(entries.map(({ environment }) => environment ?? "none")),
    byMaintainer: counted(entries.map(({ actor }) => actor.name)),
    workedSeconds: entries.reduce((sum, { durationSeconds }) => sum + (durationSeconds ?? 0), 0),
    work: entries.filter(({ kind }) => workKinds.has(kind)).map(reported),
    issues: entries.flatMap(({ sequence, issues }) => issues.map((text) => ({ sequence, text }))),
    nextActions: entries.flatMap(({ sequence, nextActions }) => nextActions.map((text) => ({ sequence, text }))),
    withoutChangeRequest: entries
      .filter(({ kind, links }) => changeKinds.has(kind) && links["changeRequest"] === undefined)
      .map(reported),
    head: last === undefined ? undefined : { sequence: last.sequence, hash: last.hash },
  };
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

function reported({ sequence, at, kind, task, actor, environment, durationSeconds }: HashedEntry): ReportedEntry {
  return { sequence, at, kind, task, maintainer: actor.name, environment, durationSeconds };
}
