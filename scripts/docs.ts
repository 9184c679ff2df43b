import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rulesWithPages } from "../src/cli/rules.ts";
import { commandsMarkdown } from "../src/guides/commands-page.ts";
import { coverageMarkdown } from "../src/guides/coverage-page.ts";
import { guideLines, requirements } from "../src/guides/index.ts";
import { ruleAsMarkdown, rulesAsMarkdown } from "../src/reports/rule.ts";
import { systemsAsMarkdown } from "../src/reports/systems.ts";
import { systems } from "../src/systems/index.ts";
import { notShown } from "../src/systems/not-shown.ts";

/**
 * The pages of `docs/` that are made from data: one function a page, by path from the root of the checkout. A new page is a
 * line here; `docs.test.ts` sees to it that what is committed is what they return.
 */
export const pages: Readonly<Record<string, () => string>> = {
  "docs/commands.md": () => commandsMarkdown(guideLines),
  "docs/coverage.md": () => coverageMarkdown(requirements, guideLines, notShown),
  "docs/systems.md": () => systemsAsMarkdown(systems),
  "docs/rules/README.md": () => rulesAsMarkdown(rulesWithPages(systems)),
  ...Object.fromEntries(
    rulesWithPages(systems).map((rule) => [`docs/rules/${rule.id}.md`, () => ruleAsMarkdown(rule)]),
  ),
};

if (import.meta.main) {
  // A rule that is gone takes its page with it.
  const rulePages = join(import.meta.dirname, "..", "docs", "rules");
  for (const name of readdirSync(rulePages)) {
    if (!Object.hasOwn(pages, `docs/rules/${name}`)) rmSync(join(rulePages, name));
  }
  for (const [path, page] of Object.entries(pages)) {
    const file = join(import.meta.dirname, "..", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page());
    console.log(path);
  }
}
