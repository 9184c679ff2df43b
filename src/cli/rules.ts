import { tagNotTheCharts } from "../findings/rules/chart-tag.ts";
import { generalRules } from "../findings/rules/index.ts";
import { namesNothing } from "../findings/rules/names-nothing.ts";
import { livePages } from "../live/rules.ts";
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
  const known = ["change-names-nothing", ...judgedElsewhere, ...[...judging, ...livePages].map(({ id }) => id)];
  return [...judging, namesNothing(new Set(known))];
}

/** The same with the rules about what is live, which the server judges: all that have a page. */
export function rulesWithPages(systems: readonly System[]): readonly Rule[] {
  return [...rules(systems), ...livePages];
}

/** Rules of the server that need no page: a suppression may name them. */
const judgedElsewhere: readonly string[] = [
  "branch-unreviewed",
  "configuration-invalid",
  "health-in-trouble",
  "health-needs-care",
  "health-not-known",
  "health-log-errors",
];
