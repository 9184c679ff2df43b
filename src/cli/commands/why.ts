import { Command } from "commander";
import { type Audit, gather, judge } from "../../findings/audit.ts";
import { InputError } from "../../kernel/errors.ts";
import { answersFor, whyAsMarkdown, whyAsText } from "../../reports/why.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** `millwright why ID [DIR]` */
export function whyCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("why")
    .description("Say why something is as it is: a pin, a finding, a component, a place (file:line)")
    .argument("<id>", "id of a pin or finding, name of a component or image, or file:line")
    .argument("[dir]", "folder to read", ".")
    .addOption(outputOption(["table", "json", "yaml", "markdown"]))
    .action(async (id: string, folder: string, options: { readonly output: string }) => {
      const config = await configOf(shell, folder);
      const input = {
        tree: shell.openFolder(folderOf(shell, folder)),
        config,
        systems: shell.systems,
        rules: shell.rules,
        now: shell.clock.now(),
      };
      const evidence = await gather(input);
      const result: Audit = judge(evidence, input);
      const answers = answersFor(id, evidence.repository, result, shell.rules);
      if (answers.length === 0) {
        throw new InputError(
          `Nothing here is called "${id}". Ids stand in 'millwright audit' and 'millwright inventory -o json'; names of components, images and charts work too, and file:line.`,
        );
      }
      shell.out(
        render(options.output, {
          table: () => whyAsText(answers, shell.terminal),
          json: () => asJson(answers),
          yaml: () => asYaml(answers),
          markdown: () => whyAsMarkdown(answers),
        }),
      );
      exit(0);
    });
}
