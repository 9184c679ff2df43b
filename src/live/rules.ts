import type { Rule } from "../systems/contract.ts";
import type { LiveRule } from "./rule.ts";
import { certificateRules } from "./rules-certificates.ts";
import { driftRules } from "./rules-drift.ts";

/** The rules about what is live, in the order in which they are judged. */
export const liveRules: readonly LiveRule[] = [...driftRules, ...certificateRules];

/** The same for their pages; a repository shows nothing of what is live. */
export const livePages: readonly Rule[] = liveRules.map((rule) => ({ ...rule, needs: [], check: () => [] }));
