import { absent, type Fact, known, type Unknown } from "../kernel/fact.ts";

/** How a forge guards a branch. */
export interface BranchGuard {
  /** How many people have to agree before a change is merged; absent: nobody has to. */
  readonly approvals: Fact<number>;
  /** Who may change the branch around any review, in the forge's words; absent: nobody. */
  readonly around: Fact<readonly string[]>;
}

export type GuardVerdict =
  | { readonly kind: "guarded" }
  | {
      readonly kind: "finding";
      readonly severity: "high" | "medium";
      readonly message: string;
      readonly fix: string;
    }
  | { readonly kind: "unknown"; readonly why: string; readonly howToLearn: string };

/** Of something that could not be asked nothing is known. */
export function unlearnt(why: Unknown): BranchGuard {
  return { approvals: why, around: why };
}

/** A branch that is protected by nothing. */
export function unguarded(source: string): BranchGuard {
  return { approvals: absent(source), around: known(["whoever may push to the repository"], source) };
}

/** Whether a branch that production follows changes only after a second person has looked. */
export function judgeGuard(branch: string, { approvals, around }: BranchGuard): GuardVerdict {
  if (approvals.kind === "absent" || (approvals.kind === "known" && approvals.value === 0))
    return {
      kind: "finding",
      severity: "high",
      message: `A change of ${branch} needs nobody's review before it is merged${aroundToo(around)} (${approvals.source}).`,
      fix: `Protect ${branch}, and ask for at least one approval by somebody else than the author.`,
    };
  if (around.kind === "known" && around.value.length > 0)
    return {
      kind: "finding",
      severity: "medium",
      message: `The review that ${branch} asks for can be gone around by ${around.value.join(", ")} (${around.source}).`,
      fix: `Let nobody push to ${branch} directly, administrators included; keep one account for emergencies, and look at what it does.`,
    };
  const open = [approvals, around].find((fact) => fact.kind === "unknown");
  return open === undefined ? { kind: "guarded" } : { kind: "unknown", why: open.why, howToLearn: open.howToLearn };
}

function aroundToo(around: Fact<readonly string[]>): string {
  return around.kind === "known" && around.value.length > 0 ? `, and ${around.value.join(", ")} may push to it` : "";
}
