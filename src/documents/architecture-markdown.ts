import { escapeMarkdown, markdownCode } from "../reports/markup.ts";
import { graphAsMermaid } from "../upgrades/graph.ts";
import type { Architecture } from "./architecture.ts";

/** `ARCHITECTURE.md`: a picture of each environment (Mermaid, which forges draw), and what stands in it in words. */
export function architectureMarkdown(all: readonly Architecture[], at: string): string {
  return `${[
    "# Architecture",
    `The platform as it is declared and seen, as of ${at}: arrows lead from what needs to what is needed. \`millwright document architecture\` shows it as it is now.`,
    ...(all.length === 0 ? ["No source that was read deploys anything that is known."] : all.flatMap(environmentLines)),
  ].join("\n\n")}\n`;
}

function environmentLines({ environment, graph, components, stores }: Architecture): readonly string[] {
  const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
  const shown = graph.edges.filter(({ from, to }) => titles.has(from) && titles.has(to));
  return [
    `## ${escapeMarkdown(environment)}`,
    `\`\`\`mermaid\n${graphAsMermaid(graph).trimEnd()}\n\`\`\``,
    list(
      components.map(
        ({ name, system, version, namespace }) =>
          `${escapeMarkdown(name)} ${version === null ? "(version unknown)" : markdownCode(version)}${system === null ? "" : `, ${escapeMarkdown(system)}`}${namespace === null ? "" : `, namespace ${markdownCode(namespace)}`}`,
      ),
    ),
    ...(shown.length === 0
      ? []
      : [
          "Who needs whom:",
          list(
            shown.map(
              ({ from, to, why }) =>
                `${escapeMarkdown(titles.get(from) ?? from)} → ${escapeMarkdown(titles.get(to) ?? to)}: ${escapeMarkdown(why)}`,
            ),
          ),
        ]),
    ...(stores.length === 0
      ? []
      : [
          "What keeps data:",
          list(
            stores.map(
              ({ component, title, product, beside }) =>
                `${escapeMarkdown(component)}: ${escapeMarkdown(title)} (${product})${beside.length === 0 ? "" : `; with it ${beside.map(({ what }) => escapeMarkdown(what)).join(", ")}`}`,
            ),
          ),
        ]),
  ];
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}
