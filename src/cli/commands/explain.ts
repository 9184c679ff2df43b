import { Command } from "commander";
import { InputError } from "../../kernel/errors.ts";
import { ruleAsMarkdown, ruleAsText } from "../../reports/rule.ts";
import type { Rule } from "../../systems/contract.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** `millwright explain RULE` */
export function explainCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("explain")
    .description("Say what a rule looks for, why, from which source, and how to mend or suppress it")
    .argument("[rule]", "id of a rule; all rules are listed when left out")
    .addOption(outputOption(["table", "json", "yaml", "markdown"]))
    .action((id: string | undefined, options: { readonly output: string }) => {
      if (id === undefined) {
        shell.out(
          `${shell.rules.map((rule) => `${rule.severity.padEnd(9)}${rule.id.padEnd(44)}${rule.title}`).join("\n")}\n`,
        );
      } else {
        const rule = ruleNamed(id, shell.rules);
        shell.out(
          render(options.output, {
            table: () => ruleAsText(rule, shell.terminal),
            json: () => asJson(rule),
            yaml: () => asYaml(rule),
            markdown: () => ruleAsMarkdown(rule),
          }),
        );
      }
      exit(0);
    });
}

/** The rule of an id; otherwise an error that names the nearest ones. */
export function ruleNamed(id: string, rules: readonly Rule[]): Rule {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule !== undefined) return rule;
  const near = rules
    .filter((candidate) => id.split("-").some((word) => word.length > 3 && candidate.id.includes(word)))
    .map((candidate) => candidate.id);
  throw new InputError(
    `There is no rule "${id}". ${near.length > 0 ? `Did you mean ${near.slice(0, 5).join(", ")}?` : "'millwright explain' lists all rules."}`,
  );
}
