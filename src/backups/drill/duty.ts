import { sql } from "kysely";
import type { Recorder } from "../../access/route.ts";
import type { CompiledCalendar } from "../../calendar/compiled.ts";
import { inSameTurn } from "../../calendar/recurrence.ts";
import { completeDuty, openTurns } from "../../calendar/store-duties.ts";
import type { Instant } from "../../kernel/instant.ts";
import { millwright } from "../../platform/actor.ts";
import type { Store } from "../../store/store.ts";

/** The yearly duty of the guides that a drill over everything fulfils. */
const duty = "disaster-recovery-test";

interface DoneDrill {
  readonly id: string;
  readonly environment: string;
  readonly second: boolean;
  readonly ended_at: Instant;
  readonly message: string | null;
}

/**
 * Completes the yearly drill's duty, when it is due, by the drills of its turn: one over everything of each environment, and one from
 * the second repository alone where one is declared.
 */
export async function completeByDrills(
  store: Store,
  calendar: CompiledCalendar,
  environments: readonly { readonly environment: string; readonly hasSecond: boolean }[],
  now: Instant,
  record: Recorder,
): Promise<void> {
  const wanted = calendar.duties.find(({ id }) => id === duty);
  const turn = (await openTurns(store)).get(duty);
  if (environments.length === 0 || wanted === undefined || turn === undefined) return;
  const dueAt = Date.parse(turn.due_at);
  const drills = (await doneDrills(store)).filter(({ ended_at }) =>
    inSameTurn(wanted.recurrence, wanted.zone, Date.parse(ended_at), dueAt),
  );
  const needed = environments.flatMap(({ environment, hasSecond }) => [
    drills.find((one) => one.environment === environment && (!hasSecond || !one.second)),
    ...(hasSecond ? [drills.find((one) => one.environment === environment && one.second)] : []),
  ]);
  if (needed.includes(undefined)) return;
  const text = needed
    .map((one) => `run ${one?.id ?? ""} of ${one?.environment ?? ""}: ${one?.message ?? ""}`)
    .join(" ");
  await store.transaction(async (part) => {
    const evidence = { text: text.slice(0, 4000), links: [] };
    const row = await completeDuty(part, wanted, { by: millwright, at: now, evidence });
    if (row === undefined) return;
    await record(part, {
      at: now,
      kind: "attestation",
      actor: millwright,
      task: `Done: ${wanted.title}`,
      environment: wanted.environment,
      links: { duty },
      evidence: { dueAt: row.due_at, ...evidence },
    });
  });
}

async function doneDrills(store: Store): Promise<readonly DoneDrill[]> {
  const { rows } = await sql<DoneDrill>`
    select r.id, r.environment, coalesce((r.arguments->>'second')::boolean, false) as second, r.ended_at,
      (select a.message from run_attempts a where a.run_id = r.id order by a.ended_at desc limit 1) as message
    from runs r where r.procedure = 'drill' and r.state = 'done' and r.ended_at is not null
      and r.arguments->>'component' is null and coalesce((r.arguments->>'one')::boolean, false) = false
    order by r.ended_at desc limit 200`.execute(store.tables());
  return rows;
}
