import { Command, Option } from "commander";
import { assess } from "../../assess/assess.ts";
import { InputError } from "../../kernel/errors.ts";
import { defaultConfig } from "../../platform/config.ts";
import type { Assessment } from "../../reports/assess/assessment.ts";
import { assessmentAsHtml } from "../../reports/assess/html.ts";
import { assessmentAsMarkdown } from "../../reports/assess/markdown.ts";
import { assessmentAsText } from "../../reports/assess/terminal.ts";
import { loadFacts } from "../../upgrades/facts.ts";
import { parseEndOfLifeTable } from "../../versions/freshness-end-of-life.ts";
import { type ClusterOptions, clusterOf, withClusterOptions } from "../cluster.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options extends ClusterOptions {
  readonly output: string;
  readonly outputFile?: string;
  readonly environment?: string;
  readonly namespace?: readonly string[];
  readonly probe?: boolean;
  readonly failOn: "bad" | "never";
}

/** `millwright assess [REPO]` */
export function assessCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  const command = new Command("assess")
    .description("Look at a live platform, read-only, and say how it stands: one page, no server")
    .argument("[repo]", "the repository that says what should run")
    .addOption(outputOption(["html", "table", "json", "yaml", "markdown"]))
    .option("--output-file <file>", "write the result there instead of printing it")
    .option("--environment <name>", "which environment of the repository this cluster is")
    .option("--namespace <name...>", "look into these namespaces only, for an account that may not look further")
    .option("--probe", "also shake hands with the hosts of Ingresses and see when their certificates end")
    .addOption(
      new Option("--fail-on <what>", "exit 2 when something is wrong").choices(["bad", "never"]).default("never"),
    );
  return withClusterOptions(command).action(async (repo: string | undefined, options: Options) => {
    const assessment = await assessmentOf(repo, options, shell);
    const text = rendered(assessment, options.output, shell);
    if (options.outputFile === undefined) shell.out(text);
    else await shell.writeText(folderOf(shell, options.outputFile), text);
    const isBad = assessment.sections.some(({ mark }) => mark === "bad");
    exit(options.failOn === "bad" && isBad ? 2 : 0);
  });
}

async function assessmentOf(repo: string | undefined, options: Options, shell: Shell): Promise<Assessment> {
  const config = repo === undefined ? defaultConfig : await configOf(shell, repo);
  const { environment } = options;
  const known = config.environments.map(({ name }) => name);
  if (environment !== undefined && known.length > 0 && !known.includes(environment))
    throw new InputError(`--environment ${environment} is not in millwright.yaml. It has: ${known.join(", ")}.`);
  return assess({
    reader: await clusterOf(shell, options),
    tree: repo === undefined ? undefined : shell.openFolder(folderOf(shell, repo)),
    config,
    environment,
    namespaces: options.namespace ?? [],
    systems: shell.systems,
    rules: shell.rules,
    upgradeFacts: loadFacts(await shell.upgradeFacts()),
    endOfLife: parseEndOfLifeTable(await shell.endOfLife()),
    tls: options.probe === true ? await shell.openTls() : undefined,
    now: shell.clock.now(),
  });
}

function rendered(assessment: Assessment, format: string, shell: Shell): string {
  return render(format, {
    html: () => assessmentAsHtml(assessment),
    table: () => assessmentAsText(assessment, shell.terminal),
    json: () => asJson(assessment),
    yaml: () => asYaml(assessment),
    markdown: () => assessmentAsMarkdown(assessment),
  });
}
