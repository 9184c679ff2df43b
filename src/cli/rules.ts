import { backupPages } from "../backups/server/rules.ts";
import { tagNotTheCharts } from "../findings/rules/chart-tag.ts";
import { generalRules } from "../findings/rules/index.ts";
import { namesNothing } from "../findings/rules/names-nothing.ts";
import { unreviewedPage } from "../forge/rule.ts";
import { healthPages } from "../health/rule-pages.ts";
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
  const known = ["change-names-nothing", "configuration-invalid", ...[...judging, ...serverPages].map(({ id }) => id)];
  return [...judging, namesNothing(new Set(known))];
}

/** What the server judges, and no repository shows: the live platform, how components are, the forge. */
export const serverPages: readonly Rule[] = [...livePages, ...healthPages, ...backupPages, unreviewedPage];

/** The same with the rules that the server judges: all that have a page. */
export function rulesWithPages(systems: readonly System[]): readonly Rule[] {
  return [...rules(systems), ...serverPages];
}
