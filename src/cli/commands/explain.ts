import { Command } from "commander";
import { InputError } from "../../kernel/errors.ts";
import { ruleAsMarkdown, ruleAsText, rulesAsMarkdown, rulesAsText } from "../../reports/rule.ts";
import type { Rule } from "../../systems/contract.ts";
import { nearest } from "../near.ts";
import { asJson, asYaml, outputOption, type Renderings, render } from "../output.ts";
import { serverPages } from "../rules.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** `millwright explain RULE` */
export function explainCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("explain")
    .description("Say what a rule looks for, why, from which source, and how to mend or suppress it")
    .argument("[rule]", "id of a rule; all rules are listed when left out")
    .addOption(outputOption(["table", "json", "yaml", "markdown"]))
    .action((id: string | undefined, options: { readonly output: string }) => {
      shell.out(
        render(
          options.output,
          id === undefined ? listing(shell) : page(ruleNamed(id, [...shell.rules, ...serverPages]), shell),
        ),
      );
      exit(0);
    });
}

function page(rule: Rule, shell: Shell): Renderings {
  return {
    table: () => ruleAsText(rule, shell.terminal),
    json: () => asJson(rule),
    yaml: () => asYaml(rule),
    markdown: () => ruleAsMarkdown(rule),
  };
}

function listing({ rules: judging, terminal }: Shell): Renderings {
  const rules = [...judging, ...serverPages];
  return {
    table: () => rulesAsText(rules, terminal),
    json: () => asJson(rules),
    yaml: () => asYaml(rules),
    markdown: () => rulesAsMarkdown(rules),
  };
}

/** The rule of an id; otherwise an error that names the nearest ones. */
export function ruleNamed(id: string, rules: readonly Rule[]): Rule {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule !== undefined) return rule;
  const near = nearest(
    id,
    rules.map((candidate) => candidate.id),
    5,
  );
  throw new InputError(
    `There is no rule "${id}". ${near.length > 0 ? `Did you mean ${near.join(", ")}?` : "'millwright explain' lists all rules."}`,
  );
}
