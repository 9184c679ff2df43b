import { Command } from "commander";
import { readers } from "../../inventory/readers/index.ts";
import { readRepository } from "../../inventory/repository.ts";
import { InputError } from "../../kernel/errors.ts";
import { styled, table } from "../../reports/table.ts";
import { loadFacts } from "../../upgrades/facts.ts";
import { graphAsDot, graphAsMermaid } from "../../upgrades/graph.ts";
import { graphAsSvg } from "../../upgrades/graph-svg.ts";
import { blastRadius, type DependencyGraph, upgradeOrder } from "../../upgrades/order.ts";
import { platformGraph } from "../../upgrades/platform-graph.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** `millwright graph [DIR]` */
export function graphCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("graph")
    .description("Who needs whom, in which order to upgrade, and what one component takes with it")
    .argument("[dir]", "folder to read", ".")
    .option("--of <component>", "mark what is affected when this one is down or changed")
    .addOption(outputOption(["table", "mermaid", "dot", "svg", "json", "yaml"]))
    .action(async (folder: string, options: { readonly output: string; readonly of?: string }) => {
      const config = await configOf(shell, folder);
      const repository = await readRepository(shell.openFolder(folderOf(shell, folder)), {
        config,
        readers,
        systems: shell.systems,
      });
      const graph = platformGraph(loadFacts(await shell.upgradeFacts()).dependencies, repository.components);
      const focus = options.of === undefined ? undefined : nodeNamed(options.of, graph);
      const whole = {
        graph,
        order: upgradeOrder(graph),
        ...(focus === undefined ? {} : { of: focus, affected: blastRadius(graph, focus) }),
      };
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

function nodeNamed(name: string, graph: DependencyGraph): string {
  const wanted = name.toLowerCase();
  const node = graph.nodes.find((candidate) => candidate.id === wanted || candidate.title.toLowerCase() === wanted);
  if (node === undefined)
    throw new InputError(
      `There is no component "${name}". Known: ${graph.nodes.map((candidate) => candidate.id).join(", ")}.`,
    );
  return node.id;
}

function asText(graph: DependencyGraph, focus: string | undefined, shell: Shell): string {
  const titles = new Map(graph.nodes.map((node) => [node.id, node]));
  const title = (id: string): string => titles.get(id)?.title ?? id;
  if (focus !== undefined) {
    const affected = blastRadius(graph, focus);
    if (affected.length === 0) return `Nothing depends on ${title(focus)}.`;
    return [
      styled(shell.terminal, "bold", `When ${title(focus)} is down or changed, this feels it:`),
      ...affected.map((one) => `  ${title(one.id)}`),
    ].join("\n");
  }
  const rows = upgradeOrder(graph).map((step, index) => [
    String(index + 1),
    step.members.map(title).join(", then "),
    step.members.map((id) => titles.get(id)?.detail ?? "-").join(", "),
    step.isCycle ? `need each other. ${step.why.join(" ")}` : "",
  ]);
  return [
    styled(shell.terminal, "bold", "In this order: what others need comes first."),
    table(shell.terminal, ["step", "component", "runs", "mind"], rows),
  ].join("\n");
}
