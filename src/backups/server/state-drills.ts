import type { Instant } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import type { DrillReport } from "../drill/report.ts";
import { drillTurnsOf, turnBegun } from "../schedule/drill-turns.ts";
import { nextTurnOf } from "../schedule/turns.ts";
import type { BackedUpEnvironment } from "./config.ts";
import { knownDrills } from "./drills.ts";
import type { BackupTables, DrillRow } from "./tables.ts";

/** How the drills of one schedule stand. */
export interface DrillState {
  readonly scope: "one" | "everything";
  readonly from: "first" | "second";
  /** The turn since which one has to have passed; undefined: its schedule was not looked at yet. */
  readonly dueAt: Instant | undefined;
  readonly nextAt: Instant;
  readonly passedAt: Instant | undefined;
  readonly last:
    | { readonly id: string; readonly at: Instant; readonly verdict: string; readonly why: readonly string[] }
    | undefined;
}

const mostLooked = 200;

export async function drillStates(
  store: Store,
  { environment, drills, second }: BackedUpEnvironment,
  now: Instant,
): Promise<readonly DrillState[]> {
  const turns = drillTurnsOf(drills, second !== undefined);
  if (turns.length === 0) return [];
  const [done, rows] = await Promise.all([
    knownDrills(store, { environments: [environment], most: mostLooked }),
    store
      .tables<BackupTables>()
      .selectFrom("backup_turns")
      .selectAll()
      .where("environment", "=", environment)
      .execute(),
  ]);
  const begun = new Map(rows.map(({ schedule, begun_until: until }) => [schedule, until]));
  return turns.map((one) => {
    const { scope, from } = one.schedule;
    const until = begun.get(one.id);
    const mine = done.filter(({ signed }) => signed !== null && counts(signed.report, scope, from));
    // What was done of more than was asked counts for when it is due again, and speaks for itself where it failed.
    const own = mine.find(({ signed }) => scope === "everything" || signed?.report.scope === "some");
    return {
      scope,
      from,
      dueAt: until === undefined ? undefined : turnBegun(one, until),
      nextAt: nextTurnOf(one, now),
      passedAt: mine.find(({ verdict }) => verdict === "passed")?.at,
      last: own === undefined ? undefined : told(own),
    };
  });
}

function counts(report: DrillReport, scope: DrillState["scope"], from: DrillState["from"]): boolean {
  return scope === "one" ? from === "first" || report.from === from : report.scope === scope && report.from === from;
}

function told({ id, at, verdict, signed }: DrillRow): DrillState["last"] {
  return { id, at, verdict, why: signed?.report.why ?? [] };
}
