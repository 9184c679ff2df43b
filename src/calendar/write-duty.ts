import { instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { CompiledCalendar } from "./compiled.ts";
import type { Decision } from "./decision.ts";
import type { CalendarTables } from "./tables.ts";

type DutyDecision = Extract<Decision, { readonly duty: string }>;

const states = { "duty-due": "due", "duty-overdue": "overdue", "duty-missed": "missed" } as const;

/** Keeps what was decided of a duty: its turn, and how far the duty was followed. A turn that is done stays so. */
export async function writeDuty(store: Store, decision: DutyDecision, calendar: CompiledCalendar): Promise<void> {
  if (decision.kind === "duty-followed") return follow(store, decision.duty, decision.since);
  const state = states[decision.kind];
  const isOpen = state !== "missed";
  await writeTurn(store, decision, calendar);
  await store
    .tables<CalendarTables>()
    .updateTable("duty_progress")
    .set({
      raised_until: instantOf(decision.dueAt),
      open_due_at: isOpen ? instantOf(decision.dueAt) : null,
      open_overdue: state === "overdue",
    })
    .where("duty", "=", decision.duty)
    .execute();
}

async function follow(store: Store, duty: string, since: number): Promise<void> {
  await store
    .tables<CalendarTables>()
    .insertInto("duty_progress")
    .values({ duty, raised_until: instantOf(since), open_due_at: null, open_overdue: false })
    .onConflict((conflict) => conflict.column("duty").doNothing())
    .execute();
}

async function writeTurn(
  store: Store,
  decision: Exclude<DutyDecision, { readonly kind: "duty-followed" }>,
  calendar: CompiledCalendar,
): Promise<void> {
  const duty = calendar.duties.find(({ id }) => id === decision.duty);
  const state = states[decision.kind];
  await store
    .tables<CalendarTables>()
    .insertInto("duty_turns")
    .values({
      duty: decision.duty,
      due_at: instantOf(decision.dueAt),
      title: duty?.title ?? decision.duty,
      environment: duty?.environment ?? null,
      owner: duty?.owner ?? null,
      state,
      while_down: decision.kind === "duty-missed" && decision.whileDown,
      done_at: null,
      done_by: null,
      evidence: null,
    })
    .onConflict((conflict) =>
      conflict.columns(["duty", "due_at"]).doUpdateSet({ state }).where("duty_turns.state", "!=", "done"),
    )
    .execute();
}
