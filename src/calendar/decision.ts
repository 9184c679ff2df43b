import type { Blocker, Room } from "./blockers.ts";
import type { Told, WorkOrder } from "./work-order.ts";

/** What is to be done now. Moments are milliseconds since 1970. */
export type Decision =
  /** A duty is followed from now on. */
  | { readonly kind: "duty-followed"; readonly duty: string; readonly since: number }
  | { readonly kind: "duty-due"; readonly duty: string; readonly dueAt: number }
  | { readonly kind: "duty-overdue"; readonly duty: string; readonly dueAt: number }
  /** The next turn came and this one is not done. `whileDown`: nobody could be told, as Millwright did not run. */
  | { readonly kind: "duty-missed"; readonly duty: string; readonly dueAt: number; readonly whileDown: boolean }
  | { readonly kind: "propose"; readonly order: WorkOrder }
  /** `superseded`: the duty's next turn made another; `finding-closed`: there is nothing left to do. */
  | { readonly kind: "cancel"; readonly order: string; readonly why: "superseded" | "finding-closed" }
  | { readonly kind: "start"; readonly order: string; readonly room: Room | undefined }
  | { readonly kind: "tell"; readonly order: string; readonly what: Told }
  /** Only an explanation: nothing changes by it. */
  | { readonly kind: "wait"; readonly order: string; readonly why: readonly Blocker[] };

/** Whether carrying it out changes anything. */
export function isChange(decision: Decision): boolean {
  return decision.kind !== "wait";
}
