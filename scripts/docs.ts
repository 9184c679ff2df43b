import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { comparedMarkdown } from "../lab/never-compared.ts";
import { routes } from "../src/api/routes.ts";
import { rulesWithPages } from "../src/cli/rules.ts";
import { securityRules, troubleshootingMarkdown } from "../src/documents/markdown.ts";
import { outwardWays } from "../src/documents/outward.ts";
import { rightsOf } from "../src/documents/rights.ts";
import { symptomsOf } from "../src/documents/symptom.ts";
import { commandsMarkdown } from "../src/guides/commands-page.ts";
import { coverageMarkdown } from "../src/guides/coverage-page.ts";
import { guideLines, requirements } from "../src/guides/index.ts";
import { ruleAsMarkdown, rulesAsMarkdown } from "../src/reports/rule.ts";
import { systemsAsMarkdown } from "../src/reports/systems.ts";
import { systems } from "../src/systems/index.ts";
import { notShown } from "../src/systems/not-shown.ts";

const lab = join(import.meta.dirname, "..", "docs", "lab.md");

/** A page that people write, with one part that is made of data. */
function withPart(text: string, part: string): string {
  return text.replace(
    /(<!-- made by npm run docs -->\n)[^]*?(<!-- to here -->)/,
    (_, from: string, to: string) => `${from}\n${part}\n\n${to}`,
  );
}

/**
 * The pages of `docs/` that are made from data: one function a page, by path from the root of the checkout. A new page is a
 * line here; `docs.test.ts` sees to it that what is committed is what they return.
 */
export const pages: Readonly<Record<string, () => string>> = {
  "docs/lab.md": () => withPart(readFileSync(lab, "utf8"), comparedMarkdown()),
  "docs/commands.md": () => commandsMarkdown(guideLines),
  "docs/coverage.md": () => coverageMarkdown(requirements, guideLines, notShown),
  "docs/security.md": () => securityPage(),
  "docs/troubleshooting.md": () =>
    troubleshootingMarkdown(symptomsOf({ rules: rulesWithPages(systems), systems, lines: guideLines })),
  "docs/systems.md": () => systemsAsMarkdown(systems),
  "docs/rules/README.md": () => rulesAsMarkdown(rulesWithPages(systems)),
  ...Object.fromEntries(
    rulesWithPages(systems).map((rule) => [`docs/rules/${rule.id}.md`, () => ruleAsMarkdown(rule)]),
  ),
};

/** What holds for every server; how one is set up it says itself. */
function securityPage(): string {
  return `# Security\n\nWho may do what, and what leaves the machine, generated from the routes by \`npm run docs\`. A running server adds what lies open, who can write and what is due: \`millwright document write security\`.\n\n${securityRules(rightsOf(routes), outwardWays)}\n`;
}

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
