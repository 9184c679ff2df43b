import { idOf } from "../kernel/digest.ts";
import type { Instant } from "../kernel/instant.ts";
import { asJson, type Store } from "../store/store.ts";
import { lockOrder } from "./store.ts";
import type { CalendarTables, OrderRow } from "./tables.ts";
import type { Gate } from "./work-order.ts";

/** Changes a work order and gives it as it is then. Values are columns; JSON ones as `asJson`. */
export async function changeOrder(store: Store, id: string, values: object): Promise<OrderRow> {
  return store
    .tables<CalendarTables>()
    .updateTable("work_orders")
    .set((set) => ({ ...values, version: set("version", "+", 1) }))
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * Writes the answer to a gate, for the capability that owns it: a receipt, an approval, a promotion. An answer without evidence
 * never opens a gate. Gives undefined when the work order is gone, over or running.
 */
export async function answerGate(store: Store, id: string, answer: Gate): Promise<OrderRow | undefined> {
  const row = await lockOrder(store, id);
  if (row === undefined || (row.state !== "proposed" && row.state !== "planned")) return undefined;
  const others = row.gates.filter(({ name }) => name !== answer.name);
  return changeOrder(store, id, { gates: asJson([...others, answer]) });
}

/** What an approval is of: when any of it changes the approval is gone. */
export function digestOfOrder(row: OrderRow): string {
  const { forwardMinutes, rollbackMinutes } = row.estimate;
  return idOf([
    row.id,
    row.title,
    row.environment ?? "",
    row.component ?? "",
    row.not_before ?? "",
    row.change_request ?? "",
    String(forwardMinutes),
    String(rollbackMinutes),
    row.emergency?.reason ?? "",
    row.procedure?.digest ?? "",
  ]);
}

/** The gates after the order itself changed: an approval was of something else. */
export function withoutApproval(gates: readonly Gate[]): readonly Gate[] {
  return gates.map((gate) =>
    gate.name === "approval"
      ? {
          ...gate,
          answer: "unknown",
          why: "the work order changed after it was approved, or nobody approved it",
          evidence: undefined,
          expiresAt: undefined,
        }
      : gate,
  );
}

/** Ends a run's work order: for the engine when a run is over, and for people who did it by hand. */
export async function finishOrder(
  store: Store,
  id: string,
  end: {
    readonly at: Instant;
    readonly outcome: "done" | "rolled-back" | "failed";
    readonly rolledBackMinutes?: number | undefined;
  },
): Promise<OrderRow | undefined> {
  const row = await lockOrder(store, id);
  if (row?.state !== "running") return undefined;
  // Rolled back, it is still to be done: it goes back to those that nobody planned, with its gates to be answered anew.
  if (end.outcome !== "done")
    return changeOrder(store, id, {
      state: "proposed",
      outcome: end.outcome,
      ended_at: end.at,
      started_at: null,
      closes_at: null,
      run_id: null,
      not_before: null,
      rolled_back_minutes: end.rolledBackMinutes ?? null,
      gates: asJson(
        row.gates.map((gate) => ({
          ...gate,
          answer: "unknown",
          why: `the last attempt was ${end.outcome}`,
          evidence: undefined,
        })),
      ),
      told: asJson(row.told.filter((told) => told !== "point-of-no-return" && told !== "overrun")),
    });
  return changeOrder(store, id, { state: "done", outcome: "done", ended_at: end.at });
}
