import { Command } from "commander";
import { readers } from "../../inventory/readers/index.ts";
import { readRepository } from "../../inventory/repository.ts";
import { matrixAsHtml, matrixAsMarkdown, matrixAsText } from "../../reports/matrix.ts";
import { matrixOf, parseProvenSets } from "../../versions/matrix.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

const conventionalOrder = ["local", "development", "staging", "production"];

/** `millwright matrix [DIR]` */
export function matrixCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("matrix")
    .description("Which version runs in which environment, and which combinations are known to work together")
    .argument("[dir]", "folder to read", ".")
    .addOption(outputOption(["table", "markdown", "html", "json", "yaml"]))
    .option("--check", "exit 2 when an environment runs a combination that no proven set has")
    .action(async (folder: string, options: { readonly output: string; readonly check?: boolean }) => {
      const config = await configOf(shell, folder);
      const repository = await readRepository(shell.openFolder(folderOf(shell, folder)), {
        config,
        readers,
        systems: shell.systems,
      });
      const declared = config.environments.map((environment) => environment.name);
      const matrix = matrixOf(
        repository.components,
        parseProvenSets(await shell.provenSets()),
        declared.length > 0 ? declared : conventionalOrder,
      );
      shell.out(
        render(options.output, {
          table: () => matrixAsText(matrix, shell.terminal),
          markdown: () => matrixAsMarkdown(matrix),
          html: () => matrixAsHtml(matrix),
          json: () => asJson(matrix),
          yaml: () => asYaml(matrix),
        }),
      );
      exit(options.check === true && matrix.verdicts.some((verdict) => !verdict.proven) ? 2 : 0);
    });
}
