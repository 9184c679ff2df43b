import type { System } from "../systems/contract.ts";
import { escapeMarkdown, markdownCode } from "./markup.ts";

/** What is supported for each system: a facet that is absent is not supported, and says so. */
export function systemsAsMarkdown(systems: readonly System[]): string {
  const mark = (facet: unknown): string => (facet === undefined ? "not supported" : "yes");
  return [
    "# Systems",
    "",
    `${systems.length} kinds of software are known. Adding one is a folder in \`src/systems/\` and a line in its list.`,
    "",
    "| System | Recognised by | Version of a chart's app | Chart defaults | Probes | Known again in backups | Keeps | Rules |",
    "|---|---|---|---|---|---|---|---|",
    ...systems.map(
      (system) =>
        `| ${escapeMarkdown(system.title)} (${markdownCode(system.id)}) | ${recognition(system)} | ${mark(system.appVersionOf)} | ${mark(system.chartFacts)} | ${named(system.probes)} | ${named(system.stores)} | ${system.keeps === undefined ? "not known" : named(system.keeps)} | ${rulesOf(system)} |`,
    ),
    "",
  ].join("\n");
}

function recognition({ recognition: signs }: System): string {
  const part = (what: string, names: readonly string[] | undefined): readonly string[] =>
    names === undefined || names.length === 0 ? [] : [`${what} ${names.map(markdownCode).join(", ")}`];
  return [
    ...part("charts", signs.charts),
    ...part("images", signs.images),
    ...part("repositories", signs.repositories),
    ...part(
      "values",
      signs.values?.map((path) => path.join(" + ")),
    ),
    ...part("API groups", signs.apiGroups),
  ].join("; ");
}

/** By their ids, as findings of health and proofs of backups name them. */
function named(facet: readonly { readonly id: string }[] | undefined): string {
  if (facet === undefined || facet.length === 0) return "not supported";
  return facet.map(({ id }) => markdownCode(id)).join(", ");
}

function rulesOf({ rules = [] }: System): string {
  return rules.length === 0 ? "none" : rules.map((rule) => `[${rule.id}](rules/${rule.id}.md)`).join(", ");
}
