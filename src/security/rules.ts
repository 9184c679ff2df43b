import type { Rule } from "../systems/contract.ts";

/** Secrets in clear. */
export const credentialRules: readonly Rule[] = [];
