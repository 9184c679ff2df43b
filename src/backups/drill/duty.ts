import type { Recorder } from "../../access/route.ts";
import type { CompiledCalendar } from "../../calendar/compiled.ts";
import { inSameTurn } from "../../calendar/recurrence.ts";
import { openTurns } from "../../calendar/store-duties.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import { knownDrills } from "../server/drills.ts";
import { completeByEvidence } from "../server/evidence.ts";
import { notAttested } from "./continuity.ts";
import type { DrillReport } from "./report.ts";

interface Drilled {
  readonly environment: string;
  readonly hasSecond: boolean;
}

/** The drill of an environment that a duty asks for, in words; one that passed and ended in the duty's turn. */
interface Needed extends Drilled {
  readonly isIt: (report: DrillReport) => boolean;
}

/**
 * The guides' duties that drills fulfil: the monthly restore test, and the yearly recovery test with its failover and its rebuild from
 * nothing. Of that a drill shows the stores alone: one of the turn has to have all else attested in it.
 */
const duties: Readonly<Record<string, (of: Drilled) => readonly Needed[]>> = {
  "restore-test": (of) => [{ ...of, isIt: () => true }],
  "disaster-recovery-test": (of) => [
    { ...of, isIt: ({ scope, from }) => scope === "everything" && (!of.hasSecond || from === "first") },
    ...(of.hasSecond
      ? [{ ...of, isIt: ({ scope, from }: DrillReport) => scope === "everything" && from === "second" }]
      : []),
    { ...of, isIt: ({ scope, continuity }) => scope === "everything" && notAttested(continuity).length === 0 },
  ],
};

/** The longest turn, and a month. */
const longestTurnDays = 400;

/** Completes the duties that are due and that the drills of their turn fulfil, in each environment that users depend on. */
export async function completeByDrills(
  store: Store,
  calendar: CompiledCalendar,
  environments: readonly Drilled[],
  now: Instant,
  record: Recorder,
): Promise<void> {
  if (environments.length === 0) return;
  const open = await openTurns(store);
  const wanted = calendar.duties.filter(({ id }) => duties[id] !== undefined && open.has(id));
  if (wanted.length === 0) return;
  const drills = (
    await knownDrills(store, {
      environments: environments.map(({ environment }) => environment),
      since: instantOf(Date.parse(now) - longestTurnDays * 86_400_000),
      most: 1000,
    })
  ).flatMap(({ environment, signed }) =>
    signed?.report.verdict === "passed" ? [{ environment, report: signed.report }] : [],
  );
  for (const duty of wanted) {
    const turn = open.get(duty.id);
    if (turn === undefined) continue;
    const within = ({ endedAt }: DrillReport): boolean =>
      inSameTurn(duty.recurrence, duty.zone, Date.parse(endedAt), Date.parse(turn.due_at));
    const found = environments
      .flatMap((one) => duties[duty.id]?.(one) ?? [])
      .map(({ environment, isIt }) =>
        drills.find((one) => one.environment === environment && within(one.report) && isIt(one.report)),
      );
    if (found.includes(undefined)) continue;
    const reports = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.report.id, one.report] as const])));
    const words = [...reports.values()].map(wordsFor);
    await completeByEvidence(store, duty, words.join(" "), now, record);
  }
}

function wordsFor({ id, environment, endedAt, scope, from, components, stores, continuity }: DrillReport): string {
  const what = scope === "everything" ? "everything" : stores.map(({ store }) => store).join(", ");
  const back = components.map(({ component, restoreSeconds }) => `${component} back in ${restoreSeconds} s`);
  const said = continuity.flatMap(({ id: step, how, by }) => (how === "attested" ? [`${step} by ${by ?? "?"}`] : []));
  const attested = said.length === 0 ? "" : `, attested: ${said.join(", ")}`;
  return `The drill ${id} of ${environment} (${what}${from === "second" ? ", from the second repository alone" : ""}) passed at ${endedAt}: ${back.join(", ")}${attested}; its report: /backups/drills/${id}.`;
}
