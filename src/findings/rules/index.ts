import type { Rule } from "../../systems/contract.ts";

/** The rules that belong to no single system. */
export const generalRules: readonly Rule[] = [];
