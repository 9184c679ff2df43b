import { Command } from "commander";
import { type Audit, gather, judge } from "../../findings/audit.ts";
import type { Repository } from "../../inventory/repository.ts";
import { InputError } from "../../kernel/errors.ts";
import { platformFile } from "../../platform/config.ts";
import { answersFor, whyAsMarkdown, whyAsText } from "../../reports/why.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** `millwright why ID [DIR]` */
export function whyCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("why")
    .description("Say why something is as it is: a pin, a finding, a component, a place (file:line)")
    .argument("<id>", "id of a pin or finding, name of a component, image, rule, environment or file, or file:line")
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
      const answers = answersFor(id, { ...evidence.repository, platform: config }, result, shell.rules);
      if (answers.length === 0) throw new InputError(nothingCalled(id, evidence.repository, result));
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

/** What to ask instead: the lines of that file of which something is known, or where names stand. */
function nothingCalled(id: string, { pins }: Repository, { findings }: Audit): string {
  const file = id.replace(/(?::\d+){1,2}$/, "").replace(/^\.\//, "");
  const known = [...pins, ...findings.flatMap(({ places }) => places)].filter((place) => place.file === file);
  const lines = [...new Set(known.map(({ line }) => line))].sort((a, b) => a - b);
  if (lines.length > 0)
    return `Nothing is known of "${id}": no version is fixed there and no finding stands there. In ${file} ask for ${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}.`;
  if (file === platformFile)
    return `${file} declares what Millwright cannot see. Ask for what it names: an environment, a component, a rule.`;
  if (file !== id || /\.[a-z]+$/i.test(id))
    return `Nothing in ${file} fixes a version, and no finding stands there. What does: millwright inventory.`;
  return `Nothing here is called "${id}". Ids stand in 'millwright audit' and 'millwright inventory -o json'; names of components, images, charts, rules and environments work too, and so do a file and file:line.`;
}
