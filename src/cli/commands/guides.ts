import { Command } from "commander";
import { type Audit, audit } from "../../findings/audit.ts";
import { guideLines } from "../../guides/index.ts";
import { aboutGuides } from "../../guides/line.ts";
import { guidesAsHtml, guidesAsMarkdown, guidesAsText, linesWithEvidence } from "../../reports/guides.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, treeOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** `millwright guides [DIR]` */
export function guidesCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("guides")
    .summary(
      "Two maintenance guides (A: an MLOps platform with GitLab, SharingHub, MLflow; B: its infrastructure), line by line: state here, what to type, where a guide is wrong",
    )
    .description(
      `Both maintenance guides line by line: state here, what to type today, and where a guide is wrong.\n${aboutGuides}`,
    )
    .argument("[dir]", "repository to hold them against", ".")
    .addOption(outputOption(["table", "html", "markdown", "json", "yaml"]))
    .action(async (folder: string, options: { readonly output: string }) => {
      const config = await configOf(shell, folder);
      const result: Audit = await audit({
        tree: treeOf(shell, folder),
        config,
        systems: shell.systems,
        rules: shell.rules,
        now: shell.clock.now(),
      });
      const lines = linesWithEvidence(guideLines, result);
      const whole = { schema: "millwright/guides/1", at: result.at, tree: result.tree, lines };
      shell.out(
        render(options.output, {
          table: () => guidesAsText(lines, shell.terminal),
          html: () => guidesAsHtml(lines, result),
          markdown: () => guidesAsMarkdown(lines, result),
          json: () => asJson(whole),
          yaml: () => asYaml(whole),
        }),
      );
      exit(0);
    });
}
