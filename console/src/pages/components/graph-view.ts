import type { Reply } from "../../api/types.ts";
import type { Layout } from "./graph-layout.ts";

export type GraphReply = Reply<"/graph">;
export type GraphNode = GraphReply["nodes"][number];

/** How a node stands to what is chosen; without a choice all are plain. */
export type Role = "plain" | "focus" | "affected" | "apart";

export function rolesOf({ nodes, of, affected }: GraphReply): ReadonlyMap<string, Role> {
  const distances = new Set((affected ?? []).map(({ id }) => id));
  return new Map(
    nodes.map(({ id }) => {
      if (of === undefined) return [id, "plain"];
      if (of.includes(id)) return [id, "focus"];
      return [id, distances.has(id) ? "affected" : "apart"];
    }),
  );
}

/** Whether trouble runs along an arrow: from what is chosen to who needs it, and on. */
export function carries(
  roles: ReadonlyMap<string, Role>,
  arrow: { readonly from: string; readonly to: string },
): boolean {
  const to = roles.get(arrow.to);
  return roles.get(arrow.from) === "affected" && (to === "focus" || to === "affected");
}

const bad = ["unhealthy", "affected", "unknown", "healthy"] as const;

/** The worst that any of its components is; undefined: nothing is asked. */
export function healthOfNode({ components }: GraphNode): (typeof bad)[number] | undefined {
  return bad.find((kind) => components.some(({ health }) => health === kind));
}

/** What the arrow keys lead to: right to what it needs, left to who needs it, up and down in its column. */
export function nextNode(layout: Layout, id: string, key: string): string | undefined {
  const here = layout.boxes.find((box) => box.id === id);
  if (here === undefined) return undefined;
  if (key === "ArrowRight") return layout.arrows.find(({ from }) => from === id)?.to;
  if (key === "ArrowLeft") return layout.arrows.find(({ to }) => to === id)?.from;
  const column = layout.boxes.filter(({ x }) => Math.abs(x - here.x) < 4).toSorted((a, b) => a.y - b.y);
  const index = column.findIndex((box) => box.id === id);
  if (key === "ArrowDown") return column[index + 1]?.id;
  return key === "ArrowUp" ? column[index - 1]?.id : undefined;
}

/** A part of the picture that is looked at. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export function wholeOf({ left, top, width }: Layout): View {
  return { x: left, y: top, width };
}

/** Nearer or farther around a point of the picture; never so far that it is a dot, or so near that it is a letter. */
export function zoomed(
  view: View,
  factor: number,
  at: { readonly x: number; readonly y: number },
  whole: number,
): View {
  const width = Math.min(whole * 2, Math.max(240, view.width * factor));
  const by = width / view.width;
  return { width, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

/** A line through points with round corners, as an SVG path. */
export function pathOf(points: readonly { readonly x: number; readonly y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const last = rest.at(-1);
  const bends = rest.slice(0, -1).map(({ x, y }, index) => {
    const next = rest[index + 1] ?? { x, y };
    return `Q${round(x)} ${round(y)} ${round((x + next.x) / 2)} ${round((y + next.y) / 2)}`;
  });
  return [
    `M${round(first.x)} ${round(first.y)}`,
    ...bends,
    last === undefined ? "" : `L${round(last.x)} ${round(last.y)}`,
  ].join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
