import type { Severity } from "../systems/contract.ts";
import type { Estimate } from "./estimate.ts";

/** What made a work order. */
export type Origin =
  | {
      readonly kind: "finding";
      /** Of several, the newest when it was proposed. */
      readonly finding: string;
      readonly rule: string;
      /** Of findings that are mended together. */
      readonly together?: string | undefined;
    }
  | { readonly kind: "duty"; readonly duty: string; readonly dueAt: number }
  | { readonly kind: "person"; readonly actor: string };

/** What must be answered with yes before a work order starts. Each is answered by the capability that owns it. */
export const gateNames = ["receipt", "approval", "promotion", "answers", "health"] as const;
export type GateName = (typeof gateNames)[number];

/** The last answer to a gate. `unknown` keeps it shut. */
export interface Gate {
  readonly name: GateName;
  readonly answer: "open" | "shut" | "unknown";
  readonly why: string;
  /** Milliseconds since 1970; from then on the answer counts as unknown. */
  readonly expiresAt: number | undefined;
  /** What it rests on: a receipt's id, a digest, a measurement. A gate opens on nothing else. */
  readonly evidence: string | undefined;
}

export type WorkState = "proposed" | "planned" | "running" | "done" | "cancelled";

/** What people were already told of a work order; each at most once. */
export type Told = "clock-running-out" | "clock-lapsed" | "point-of-no-return" | "overrun";

/** What a run does for a work order. */
export interface WorkProcedure {
  readonly id: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Of the plan as it was when the work was planned: an approval of the work order is one of this plan. */
  readonly digest: string;
}

/** Something to be done to the platform. Moments are milliseconds since 1970. */
export interface WorkOrder {
  readonly id: string;
  readonly title: string;
  readonly environment: string | undefined;
  readonly component: string | undefined;
  readonly origin: Origin;
  readonly severity: Severity | undefined;
  /** Users may notice it: it needs a window. */
  readonly disruptive: boolean;
  /** It changes the platform: it needs a change request. */
  readonly changes: boolean;
  readonly state: WorkState;
  readonly createdAt: number;
  /** Planned for then: not earlier. */
  readonly notBefore: number | undefined;
  /** When its clock runs out. */
  readonly deadline: number | undefined;
  readonly estimate: Estimate;
  /** Address of the issue or merge request that it belongs to. */
  readonly changeRequest: string | undefined;
  readonly gates: readonly Gate[];
  /** Why it may be done outside windows and freezes. */
  readonly emergency: { readonly reason: string; readonly by: string } | undefined;
  /** undefined: a person does it. */
  readonly procedure: WorkProcedure | undefined;
  readonly startedAt: number | undefined;
  /** When the opening that it was started in closes. */
  readonly closesAt: number | undefined;
  readonly told: readonly Told[];
}

export function isOver({ state }: Pick<WorkOrder, "state">): boolean {
  return state === "done" || state === "cancelled";
}
