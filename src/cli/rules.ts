import { tagNotTheCharts } from "../findings/rules/chart-tag.ts";
import { generalRules } from "../findings/rules/index.ts";
import { credentialRules } from "../security/rules.ts";
import type { Rule, System } from "../systems/contract.ts";

/** Every rule: the general ones, then each system's own. */
export function rules(systems: readonly System[]): readonly Rule[] {
  return [
    ...generalRules,
    tagNotTheCharts(systems),
    ...credentialRules,
    ...systems.flatMap((system) => system.rules ?? []),
  ];
}
