import { Command } from "commander";
import { readers } from "../../inventory/readers/index.ts";
import { readRepository } from "../../inventory/repository.ts";
import { styled, table } from "../../reports/table.ts";
import { loadFacts } from "../../upgrades/facts.ts";
import { affectedBy, graphAsDot, graphAsMermaid, graphView, nodesNamed } from "../../upgrades/graph.ts";
import { graphAsSvg } from "../../upgrades/graph-svg.ts";
import { type DependencyGraph, upgradeOrder } from "../../upgrades/order.ts";
import { deployedGraph, platformGraph } from "../../upgrades/platform-graph.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options {
  readonly output: string;
  readonly of?: string;
  readonly platform?: boolean;
}

/** `millwright graph [DIR]` */
export function graphCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("graph")
    .description("Who needs whom, in which order to upgrade, and what one component takes with it")
    .argument("[dir]", "folder to read", ".")
    .option("--of <component>", "mark what is affected when this one, or any of this system, is down or changed")
    .option("--platform", "the guides' whole platform, deployed here or not")
    .addOption(outputOption(["table", "mermaid", "dot", "svg", "json", "yaml"]))
    .action(async (folder: string, options: Options) => {
      const graph = await graphOf(folder, options, shell);
      if (graph.nodes.length === 0) shell.err(`${nothingHere(folder)}\n`);
      const focus = options.of === undefined ? [] : nodesNamed(options.of, graph);
      const whole = graphView(graph, focus);
      shell.out(
        render(options.output, {
          table: () => asText(graph, focus, shell),
          mermaid: () => graphAsMermaid(graph, focus),
          dot: () => graphAsDot(graph, focus),
          svg: () => graphAsSvg(graph, focus),
          json: () => asJson(whole),
          yaml: () => asYaml(whole),
        }),
      );
      exit(0);
    });
}

async function graphOf(folder: string, options: Options, shell: Shell): Promise<DependencyGraph> {
  const { components } = await readRepository(shell.openFolder(folderOf(shell, folder)), {
    config: await configOf(shell, folder),
    readers,
    systems: shell.systems,
  });
  const { dependencies } = loadFacts(await shell.upgradeFacts());
  return options.platform === true ? platformGraph(dependencies, components) : deployedGraph(dependencies, components);
}

function nothingHere(folder: string): string {
  return `Nothing in ${folder} deploys anything that is known: no Application, no chart, no workload of a known system. The guides' whole platform: millwright graph --platform`;
}

function asText(graph: DependencyGraph, focus: readonly string[], shell: Shell): string {
  if (graph.nodes.length === 0) return "";
  const titles = new Map(graph.nodes.map((node) => [node.id, node]));
  const title = (id: string): string => titles.get(id)?.title ?? id;
  if (focus.length > 0) {
    const affected = affectedBy(graph, focus);
    const names = focus.map(title).join(" or ");
    if (affected.length === 0) return `Nothing depends on ${names}.`;
    return [
      styled(shell.terminal, "bold", `When ${names} is down or changed, this feels it:`),
      ...affected.map((one) => `  ${title(one.id)}`),
    ].join("\n");
  }
  const rows = upgradeOrder(graph).map((step, index) => [
    String(index + 1),
    step.members.map(title).join(", then "),
    step.members.map((id) => titles.get(id)?.detail ?? "-").join("; "),
    step.isCycle ? `need each other. ${step.why.join(" ")}` : "",
  ]);
  return [
    styled(shell.terminal, "bold", "In this order: what others need comes first."),
    table(shell.terminal, ["step", "component", "runs", "note"], rows),
  ].join("\n");
}
