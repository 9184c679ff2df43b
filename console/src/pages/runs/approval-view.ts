import type { PlannedStep } from "./step-words.tsx";

/** A value that a run replaces, as the arguments of its procedure tell it. */
export interface Change {
  readonly resource: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

/** What an approver has to know first: the changes by value, what cannot be taken back, what can, and what is looked at before and after. */
export interface ApprovalView {
  readonly changes: readonly Change[];
  /** Ids of backups that go. */
  readonly removed: readonly string[];
  readonly irreversible: readonly PlannedStep[];
  readonly reversible: readonly PlannedStep[];
  readonly checksBefore: readonly PlannedStep[];
  readonly checksAfter: readonly PlannedStep[];
}

export function approvalView(plan: readonly PlannedStep[], given: Readonly<Record<string, unknown>>): ApprovalView {
  const first = plan.findIndex(({ effect }) => effect === "irreversible");
  const turning = first >= 0 ? first : plan.findIndex(({ effect }) => effect !== "none");
  const looks = (step: PlannedStep): boolean => step.kind === "check" || step.kind === "wait";
  return {
    changes: changesIn(given["changes"]),
    removed: textsIn(given["remove"]),
    irreversible: plan.filter(({ effect }) => effect === "irreversible"),
    reversible: plan.filter(({ effect }) => effect !== "irreversible" && effect !== "none"),
    checksBefore: plan.slice(0, Math.max(turning, 0)).filter(looks),
    checksAfter: plan.slice(turning + 1).filter(looks),
  };
}

function textsIn(given: unknown): readonly string[] {
  return Array.isArray(given) ? given.filter((one: unknown) => typeof one === "string") : [];
}

function changesIn(given: unknown): readonly Change[] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null) return [];
    const { resource, field, git, live, since, author } = one as Readonly<Record<string, unknown>>;
    if (typeof field !== "string") return [];
    const by = [author, since].filter((text) => typeof text === "string").join(", ");
    return [{ resource: textOf(resource), field, from: textOf(live), to: textOf(git), by }];
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}
