import { Command } from "commander";
import { parse } from "yaml";
import { counted } from "../../kernel/count.ts";
import { InputError, messageOf } from "../../kernel/errors.ts";
import { indented, styled, table } from "../../reports/table.ts";
import { loadFacts, type UpgradeFacts } from "../../upgrades/facts.ts";
import { plannableSystems, planUpgrade } from "../../upgrades/plan.ts";
import { planAsList, planAsMarkdown, planAsTable } from "../../upgrades/plan-text.ts";
import type { Plan } from "../../upgrades/plan-types.ts";
import { planAsShell } from "../../upgrades/shell.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options {
  readonly output: string;
  readonly from: string;
  readonly to: string;
  readonly facts?: string;
  readonly acceptFactsOf?: string;
}

/** `millwright upgrade plan SYSTEM` */
export function upgradeCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  const plan = new Command("plan")
    .description("The hops from one version to another: why each, what must be true before, what cannot be undone")
    .argument("<system>", "gitlab, sharinghub, mlflow, postgresql, kubernetes, …")
    .requiredOption("--from <version>", "the version that runs: 17.1.8, or chart:8.1.8")
    .requiredOption("--to <version>", "where to go: 18.5, chart:9.5.1, or latest")
    .option("--facts <file>", "answers to conditions, known releases, or newer facts (YAML or JSON)")
    .option("--accept-facts-of <date>", "go by facts of this date although they are old")
    .addOption(outputOption(["table", "json", "yaml", "markdown", "shell"]))
    .action(async (system: string, options: Options) => {
      const facts = loadFacts(
        await shell.upgradeFacts(),
        options.facts === undefined ? undefined : await factsFile(options.facts, shell),
      );
      const request = { system, from: options.from, to: options.to };
      const accepted =
        options.acceptFactsOf === undefined ? request : { ...request, acceptFactsOf: options.acceptFactsOf };
      const made = planUpgrade(accepted, facts, shell.clock.now());
      shell.out(rendered(made, options.output, shell));
      exit(0);
    });
  const systems = new Command("systems").description("The systems a plan can be made for").action(async () => {
    const facts: UpgradeFacts = loadFacts(await shell.upgradeFacts());
    shell.out(`${plannableSystems(facts).join("\n")}\n`);
    exit(0);
  });
  return new Command("upgrade")
    .description("Plan upgrades by the systems' own rules")
    .addCommand(plan)
    .addCommand(systems);
}

async function factsFile(file: string, shell: Shell): Promise<{ readonly name: string; readonly content: unknown }> {
  const text = await shell.readText(folderOf(shell, file));
  if (text === undefined) throw new InputError(`--facts: there is no file ${file}.`);
  try {
    return { name: file, content: parse(text) };
  } catch (thrown) {
    throw new InputError(`--facts: ${file} is neither YAML nor JSON: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function rendered(plan: Plan, format: string, shell: Shell): string {
  return render(format, {
    table: () => asText(plan, shell),
    json: () => asJson(plan),
    yaml: () => asYaml(plan),
    markdown: () => planAsMarkdown(plan),
    shell: () => planAsShell(plan),
  });
}

function asText(plan: Plan, shell: Shell): string {
  const { researched, ageDays } = plan.facts;
  const lines = [
    styled(
      shell.terminal,
      "bold",
      `${plan.title} ${plan.from} → ${plan.to}: ${counted(plan.hops.length, "hop")}, by facts of ${researched} (${counted(ageDays, "day")} old)`,
    ),
    "",
    ...(plan.hops.length === 0 ? [] : [hopsAsText(plan, shell), ""]),
    ...(plan.instead === null
      ? []
      : [`No plan: ${plan.instead.why}. ${plan.instead.insteadDo}. (${plan.instead.source})`]),
    ...plan.left.map(({ version, why }) => `${version} is left out: ${why}`),
    ...plan.warnings.map((warning) => `! ${warning}`),
    ...(plan.hops.length === 0 ? [] : ["", "-o markdown lists every check, -o shell makes it a runbook."]),
  ];
  return lines.join("\n");
}

/** The narrowest terminal in which the columns of a plan hold whole words. */
const roomForTable = 150;

function hopsAsText(plan: Plan, { terminal }: Shell): string {
  if ((terminal.columns ?? 0) >= roomForTable) {
    const [header = [], ...rows] = planAsTable(plan);
    return table(terminal, header, rows);
  }
  const paper = { ...terminal, columns: terminal.columns ?? 100 };
  return planAsList(plan)
    .map(({ title, lines }) =>
      [styled(paper, "bold", title), ...lines.map(([name, text]) => lineOf(paper, name, text))].join("\n"),
    )
    .join("\n\n");
}

function lineOf(paper: Shell["terminal"], name: string, text: string): string {
  return indented(paper, text, " ".repeat(16), `   ${name.padEnd(13)}`);
}
