import { rolesOf } from "./graph.ts";
import { type Box, type Layout, type Line, layOut, type Point } from "./graph-layout.ts";
import type { DependencyGraph, GraphNode } from "./order.ts";

const style = `
.mw-graph{--ink:#1b2733;--soft:#5b6b7b;--box:#fff;--line:#7d8b99;--focus:#b3261e;--hit:#a15c00;--app:#e8f0fe;--data:#e9f5ec;--base:#f3eefb;font:14px system-ui,sans-serif;background:#fff}
@media (prefers-color-scheme:dark){.mw-graph{--ink:#e6edf3;--soft:#9aa7b4;--box:#1c2530;--line:#8695a4;--focus:#ff8a80;--hit:#ffb74d;--app:#1d3350;--data:#1d3a28;--base:#33284a;background:#12181f}}
.mw-graph rect{fill:var(--box);stroke:var(--line);stroke-width:1.2}
.mw-graph .application rect{fill:var(--app)}.mw-graph .datastore rect{fill:var(--data)}.mw-graph .platform rect{fill:var(--base)}
.mw-graph text{fill:var(--ink);text-anchor:middle}.mw-graph .detail{fill:var(--soft);font-size:12px}
.mw-graph path{fill:none;stroke:var(--line);stroke-width:1.4}.mw-graph .back{stroke-dasharray:5 4}.mw-graph marker path{fill:var(--line);stroke:none}
.mw-graph .focus rect{stroke:var(--focus);stroke-width:3}.mw-graph .affected rect{stroke:var(--hit);stroke-width:2.4}.mw-graph .apart{opacity:.4}
.mw-graph .hit{stroke:var(--hit);stroke-width:2}`;

/**
 * The graph as one SVG that needs nothing else: no script, no font, no link. Light or dark as the reader's system is;
 * arrows lead from what needs to what is needed, dashed where they close a cycle.
 */
export function graphAsSvg(graph: DependencyGraph, focus?: string): string {
  const roles = rolesOf(graph, focus);
  const layout = layOut(graph);
  const { width, height } = sizeOf(layout);
  const focused = graph.nodes.find((node) => node.id === focus);
  const title = focused === undefined ? "What needs what" : `What feels it when ${focused.title} is down or changed`;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const reached = (id: string) => ["focus", "affected"].includes(roles.get(id) ?? "");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="mw-graph" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    '<defs><marker id="mw-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    ...layout.lines.map((line) => lineOf(line, reached(line.edge.from) && reached(line.edge.to), nodes)),
    ...layout.boxes.map((box) => boxOf(box, nodes.get(box.id), roles.get(box.id) ?? "plain")),
    "</svg>",
    "",
  ].join("\n");
}

function sizeOf(layout: Layout): { readonly width: number; readonly height: number } {
  return { width: Math.ceil(Math.max(1, layout.width)), height: Math.ceil(Math.max(1, layout.height)) };
}

function boxOf(box: Box, node: GraphNode | undefined, role: string): string {
  const middle = box.x + box.width / 2;
  const detail = node?.detail;
  const title = `<text x="${px(middle)}" y="${px(box.y + (detail === undefined ? 27 : 20))}">${escape(shortened(node?.title ?? box.id))}</text>`;
  const second =
    detail === undefined
      ? ""
      : `<text class="detail" x="${px(middle)}" y="${px(box.y + 36)}">${escape(shortened(detail))}</text>`;
  const kind = (node?.kind ?? "").replace(/[^\w-]/g, "");
  return `<g class="${kind} ${role}"><title>${escape(node?.title ?? box.id)}</title><rect x="${px(box.x)}" y="${px(box.y)}" width="${px(box.width)}" height="${px(box.height)}" rx="6"/>${title}${second}</g>`;
}

function lineOf(line: Line, hit: boolean, nodes: ReadonlyMap<string, GraphNode>): string {
  const [from, to] = [line.edge.from, line.edge.to].map((id) => nodes.get(id)?.title ?? id);
  const classes = [line.back ? "back" : "", hit ? "hit" : ""].join(" ").trim();
  return `<path class="${classes}" d="${curve(line.points)}" marker-end="url(#mw-arrow)"><title>${escape(`${from} needs ${to}: ${line.edge.why}`)}</title></path>`;
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

function shortened(text: string): string {
  return text.length > 38 ? `${text.slice(0, 37)}…` : text;
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
