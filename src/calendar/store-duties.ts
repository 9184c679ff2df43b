import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import { asJson, type Store } from "../store/store.ts";
import type { Duty } from "./duties.ts";
import { nextTurn } from "./next-turn.ts";
import { inSameTurn } from "./recurrence.ts";
import { lockClock } from "./store.ts";
import type { CalendarTables, DutyEvidence, TurnRow } from "./tables.ts";

/** The last turns of each duty, or of one; the newest first. */
export async function lastTurns(store: Store, duty: string | undefined, most: number): Promise<readonly TurnRow[]> {
  const query = store
    .tables<CalendarTables>()
    .selectFrom("duty_turns")
    .selectAll()
    .orderBy("due_at", "desc")
    .limit(most);
  return (duty === undefined ? query : query.where("duty", "=", duty)).execute();
}

/** The turn of each duty that is due or overdue. */
export async function openTurns(store: Store): Promise<ReadonlyMap<string, TurnRow>> {
  const rows = await store
    .tables<CalendarTables>()
    .selectFrom("duty_turns")
    .selectAll()
    .where("state", "in", ["due", "overdue"])
    .orderBy("due_at")
    .execute();
  return new Map(rows.map((row) => [row.duty, row]));
}

/**
 * Marks the open turn of a duty as done; without one, the next turn, when it belongs to the day, week, month … that it is. Gives
 * the turn, or undefined when there is nothing to do yet.
 */
export async function completeDuty(
  store: Store,
  duty: Duty,
  done: { readonly by: Actor; readonly at: Instant; readonly evidence: DutyEvidence },
): Promise<TurnRow | undefined> {
  await lockClock(store);
  const db = store.tables<CalendarTables>();
  const progress = await db.selectFrom("duty_progress").selectAll().where("duty", "=", duty.id).executeTakeFirst();
  const now = Date.parse(done.at);
  const raisedUntil = progress === undefined ? now : Date.parse(progress.raised_until);
  const next = nextTurn(duty, { raisedUntil, open: undefined });
  const dueAt =
    progress?.open_due_at ??
    (inSameTurn(duty.recurrence, duty.zone, now, next) || next <= now ? instantOf(next) : undefined);
  if (dueAt === undefined) return undefined;

  const values = {
    state: "done" as const,
    done_at: done.at,
    done_by: asJson(done.by),
    evidence: asJson(done.evidence),
  };
  const row = await db
    .insertInto("duty_turns")
    .values({
      duty: duty.id,
      due_at: dueAt,
      title: duty.title,
      environment: duty.environment ?? null,
      owner: duty.owner ?? null,
      while_down: false,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(["duty", "due_at"]).doUpdateSet(values))
    .returningAll()
    .executeTakeFirstOrThrow();
  const raised = instantOf(Math.max(raisedUntil, Date.parse(dueAt)));
  const after = { raised_until: raised, open_due_at: null, open_overdue: false };
  await db
    .insertInto("duty_progress")
    .values({ duty: duty.id, ...after })
    .onConflict((conflict) => conflict.column("duty").doUpdateSet(after))
    .execute();
  return row;
}
