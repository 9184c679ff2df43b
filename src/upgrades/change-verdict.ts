import { parseVersion } from "../kernel/version.ts";
import type { Answers } from "./answers.ts";
import type { UpgradeFacts } from "./facts.ts";

/** Whether a version may be changed to another in one step, as a change in Git would make it. */
export type MoveVerdict =
  | { readonly kind: "legal" }
  | {
      readonly kind: "illegal";
      /** The id of the rule in the facts: `stop-rule`, `downgrade`, `skew` … */
      readonly rule: string;
      /** A recommended rule may be broken knowingly, a required one not. */
      readonly strength: "required" | "recommended";
      readonly why: string;
      readonly insteadDo: string;
      readonly source: string;
    }
  | { readonly kind: "unknown"; readonly why: string; readonly howToLearn: string };

/** What is known beside the two versions. */
export interface MoveContext {
  /** For GitLab: the versions are its chart's. */
  readonly isChart?: boolean;
  /** For PostgreSQL or Redis: the GitLab version that runs on it when the move is made. */
  readonly gitlab?: string;
  readonly answers?: Answers;
}

/** A broken rule; required unless said otherwise. */
export function illegal(
  rule: string,
  why: string,
  insteadDo: string,
  source: string,
  strength: "required" | "recommended" = "required",
): MoveVerdict {
  return { kind: "illegal", rule, strength, why, insteadDo, source };
}

/** What would have to be known to judge. */
export function unknown(why: string, howToLearn: string): MoveVerdict {
  return { kind: "unknown", why, howToLearn };
}

/** Going back with data that the newer version has changed. */
export function downgrade(
  facts: UpgradeFacts,
  system: string,
  from: string,
  to: string,
  insteadDo: string,
): MoveVerdict {
  const known = facts.rules.rules.find((rule) => rule.system === system && /downgrade|not reversible/i.test(rule.rule));
  return illegal(
    "downgrade",
    `${from} to ${to} is a downgrade: data that ${from} has changed cannot be used by ${to}`,
    insteadDo,
    known?.source ?? "",
  );
}

/** The numbers of a version as written in a pin (`v17.1.8-ce.0`); undefined for a range, a name or a template. */
export function plainOf(version: string): string | undefined {
  return parseVersion(version)?.release.join(".");
}
