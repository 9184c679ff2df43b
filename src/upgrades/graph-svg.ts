import { rolesOf } from "./graph.ts";
import { detailLine, labelOf, titleLine, wrapped } from "./graph-label.ts";
import { type Box, type Layout, type Line, layOut, type Point } from "./graph-layout.ts";
import type { DependencyGraph, GraphEdge, GraphNode } from "./order.ts";

const style = `
.mw-graph{--ink:#1b2733;--soft:#5b6b7b;--box:#fff;--line:#7d8b99;--focus:#b3261e;--hit:#a15c00;--app:#e8f0fe;--data:#e9f5ec;--base:#f3eefb;font:14px system-ui,sans-serif;background:#fff}
@media (prefers-color-scheme:dark){.mw-graph{--ink:#e6edf3;--soft:#9aa7b4;--box:#1c2530;--line:#8695a4;--focus:#ff8a80;--hit:#ffb74d;--app:#1d3350;--data:#1d3a28;--base:#33284a;background:#12181f}}
.mw-graph rect{fill:var(--box);stroke:var(--line);stroke-width:1.2}
.mw-graph .application rect{fill:var(--app)}.mw-graph .datastore rect{fill:var(--data)}.mw-graph .platform rect{fill:var(--base)}
.mw-graph text{fill:var(--ink);text-anchor:middle}.mw-graph .detail{fill:var(--soft);font-size:12px}.mw-graph .reason{fill:var(--soft);font-size:12px;text-anchor:start}.mw-graph .outside rect{stroke-dasharray:3 3}
.mw-graph path{fill:none;stroke:var(--line);stroke-width:1.4}.mw-graph .back{stroke-dasharray:5 4}.mw-graph marker path{fill:var(--line);stroke:none}
.mw-graph .focus rect{stroke:var(--focus);stroke-width:3}.mw-graph .affected rect{stroke:var(--hit);stroke-width:2.4}.mw-graph .apart{opacity:.4}
.mw-graph .hit{stroke:var(--hit);stroke-width:2}`;

/** No picture is shown wider; a graph that is gets smaller. */
const widest = 1400;
const margin = 24;

/**
 * The graph as one SVG that needs nothing else: no script, no font, no link. Light or dark as the reader's system is;
 * arrows lead from what needs to what is needed, dashed where they close a cycle. What each arrow stands for is listed below.
 */
export function graphAsSvg(graph: DependencyGraph, focus: readonly string[] = []): string {
  const roles = rolesOf(graph, focus);
  const layout = layOut(graph);
  const focused = graph.nodes.filter((node) => focus.includes(node.id)).map((node) => node.title);
  const title =
    focused.length === 0 ? "What needs what" : `What feels it when ${focused.join(" or ")} is down or changed`;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const reached = (id: string) => ["focus", "affected"].includes(roles.get(id) ?? "");
  const list = reasonsOf(layout, nodes);
  const [width, height] = [Math.ceil(Math.max(layout.width, list.width)), Math.ceil(layout.height + list.height)];
  const scale = Math.min(1, widest / width);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="mw-graph" role="img" viewBox="0 0 ${width} ${height}" width="${px(width * scale)}" height="${px(height * scale)}">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    '<defs><marker id="mw-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    ...layout.lines.map((line) => lineOf(line, reached(line.edge.from) && reached(line.edge.to), nodes)),
    ...layout.boxes.map((box) => boxOf(box, nodes.get(box.id), roles.get(box.id) ?? "plain")),
    ...list.lines,
    "</svg>",
    "",
  ].join("\n");
}

const columnWidth = 440;

/** The reasons of all arrows below the picture, in as many columns as it is wide. */
function reasonsOf(
  layout: Layout,
  nodes: ReadonlyMap<string, GraphNode>,
): { readonly lines: readonly string[]; readonly width: number; readonly height: number } {
  const entries = layout.lines.map(({ edge }) => wrapped(reasonOf(edge, nodes), 62));
  if (entries.length === 0) return { lines: [], width: 0, height: 0 };
  const columns = Math.max(1, Math.min(3, Math.floor((layout.width - margin) / columnWidth)));
  const inEach = Math.ceil(entries.length / columns);
  const lines: string[] = [];
  let height = 0;
  for (let column = 0; column < columns; column += 1) {
    const rows = entries.slice(column * inEach, (column + 1) * inEach).flat();
    for (const [index, text] of rows.entries()) {
      const [x, y] = [margin + column * columnWidth, layout.height + 12 + index * detailLine];
      lines.push(`<text class="reason" x="${x}" y="${px(y)}">${escape(text)}</text>`);
    }
    height = Math.max(height, rows.length * detailLine);
  }
  return { lines, width: columns * columnWidth + margin, height: height + margin };
}

function reasonOf({ from, to, why }: GraphEdge, nodes: ReadonlyMap<string, GraphNode>): string {
  return `${nodes.get(from)?.title ?? from} needs ${nodes.get(to)?.title ?? to}: ${why}`;
}

function boxOf(box: Box, node: GraphNode | undefined, role: string): string {
  const name = node?.title ?? box.id;
  const label = labelOf(node ?? { title: box.id });
  const middle = px(box.x + box.width / 2);
  const text = label.title.length * titleLine + label.detail.length * detailLine;
  const top = box.y + (box.height - text) / 2;
  const titles = label.title.map(
    (line, index) => `<text x="${middle}" y="${px(top + 14 + index * titleLine)}">${escape(line)}</text>`,
  );
  const below = top + label.title.length * titleLine;
  const details = label.detail.map(
    (line, index) =>
      `<text class="detail" x="${middle}" y="${px(below + 12 + index * detailLine)}">${escape(line)}</text>`,
  );
  const classes = [(node?.kind ?? "").replace(/[^\w-]/g, ""), role, node?.outside === true ? "outside" : ""];
  return `<g class="${classes.join(" ").trim()}"><title>${escape(name)}</title><rect x="${px(box.x)}" y="${px(box.y)}" width="${px(box.width)}" height="${px(box.height)}" rx="6"/>${titles.join("")}${details.join("")}</g>`;
}

function lineOf(line: Line, hit: boolean, nodes: ReadonlyMap<string, GraphNode>): string {
  const classes = [line.back ? "back" : "", hit ? "hit" : ""].join(" ").trim();
  return `<path class="${classes}" d="${curve(line.points)}" marker-end="url(#mw-arrow)"><title>${escape(reasonOf(line.edge, nodes))}</title></path>`;
}

/** A smooth line that leaves and meets every point upright. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let before = first;
  let path = `M${px(first.x)} ${px(first.y)}`;
  for (const point of rest) {
    const half = (before.y + point.y) / 2;
    path += `C${px(before.x)} ${px(half)} ${px(point.x)} ${px(half)} ${px(point.x)} ${px(point.y)}`;
    before = point;
  }
  return path;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text for XML; control characters it may not hold are left out. */
function escape(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
