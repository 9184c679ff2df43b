import { tagNotTheCharts } from "../findings/rules/chart-tag.ts";
import { generalRules } from "../findings/rules/index.ts";
import { namesNothing } from "../findings/rules/names-nothing.ts";
import { credentialRules } from "../security/rules.ts";
import type { Rule, System } from "../systems/contract.ts";

/** Every rule: the general ones, then each system's own. */
export function rules(systems: readonly System[]): readonly Rule[] {
  const judging = [
    ...generalRules,
    tagNotTheCharts(systems),
    ...credentialRules,
    ...systems.flatMap((system) => system.rules ?? []),
  ];
  const aboutNames = namesNothing(new Set(["change-names-nothing", ...judging.map(({ id }) => id)]));
  return [...judging, aboutNames];
}
