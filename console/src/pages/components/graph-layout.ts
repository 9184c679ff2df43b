import { Graph, layout } from "@dagrejs/dagre";
import type { Reply } from "../../api/types.ts";

type GraphReply = Reply<"/graph">;

export interface Box {
  readonly id: string;
  /** Of its middle. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const boxWidth = 190;
const boxHeight = 46;
const margin = 14;

/** Columns from left to right: what needs others before what it needs. Only that imports this file with `import()`: the library is large. */
export function layOut({ nodes, edges }: Pick<GraphReply, "nodes" | "edges">): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 20, ranksep: 64 });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(nodes.map(({ id }) => id));
  for (const { id } of nodes) graph.setNode(id, { width: boxWidth, height: boxHeight });
  const drawn = edges.filter(({ from, to }) => known.has(from) && known.has(to));
  for (const [index, { from, to }] of drawn.entries()) graph.setEdge(from, to, {}, String(index));
  layout(graph);
  const boxes = nodes.map(({ id }) => ({ id, ...place(graph.node(id)), width: boxWidth, height: boxHeight }));
  const arrows = drawn.map(({ from, to, why }, index) => ({
    from,
    to,
    why,
    points: (graph.edge(from, to, String(index)) as { readonly points: Arrow["points"] }).points,
  }));
  return { boxes, arrows, ...boundsOf(boxes, arrows) };
}

/** What is drawn, with a margin: the library's own size leaves out lines that run around the boxes. */
function boundsOf(boxes: readonly Box[], arrows: readonly Arrow[]) {
  const corners = boxes.flatMap(({ x, y, width, height }) => [
    { x: x - width / 2, y: y - height / 2 },
    { x: x + width / 2, y: y + height / 2 },
  ]);
  const all = [...corners, ...arrows.flatMap(({ points }) => points)];
  const [left, top] = [Math.min(...all.map(({ x }) => x)) - margin, Math.min(...all.map(({ y }) => y)) - margin];
  return {
    left,
    top,
    width: Math.max(...all.map(({ x }) => x)) + margin - left,
    height: Math.max(...all.map(({ y }) => y)) + margin - top,
  };
}

function place(node: unknown): { readonly x: number; readonly y: number } {
  const { x, y } = node as { readonly x: number; readonly y: number };
  return { x, y };
}
