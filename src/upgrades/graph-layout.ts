import { type DependencyGraph, type GraphEdge, upgradeOrder } from "./order.ts";

/** A point of the picture, in pixels from the top left. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly edge: GraphEdge;
  /** From the needing box down to the needed one; upwards for a `back` line. */
  readonly points: readonly Point[];
  /** It closes a cycle. */
  readonly back: boolean;
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

const boxHeight = 44;
const rowGap = 72;
const columnGap = 28;
const margin = 24;

/** A place in a row: a node, or the point where a long line passes. */
interface Place {
  readonly key: string;
  readonly width: number;
  readonly above: string[];
}

/**
 * Rows from top to bottom: what nothing needs stands on top, each node below all that need it. Lines over several rows
 * pass through places of their own, so that they do not run through boxes; rows are sorted twice by where their lines
 * come from. A line that closes a cycle is drawn against the order.
 */
export function layOut(graph: DependencyGraph): Layout {
  const order = upgradeOrder(graph).flatMap((step) => step.members);
  const place = new Map(order.map((id, index) => [id, index]));
  const known = graph.edges.filter((edge) => edge.from !== edge.to && place.has(edge.from) && place.has(edge.to));
  const isBack = (edge: GraphEdge) => (place.get(edge.to) ?? 0) > (place.get(edge.from) ?? 0);
  const spans = known.map((edge) => ({
    edge,
    back: isBack(edge),
    top: isBack(edge) ? edge.to : edge.from,
    end: isBack(edge) ? edge.from : edge.to,
  }));
  const rowOf = rowsOf(order, spans);
  const rows = placesOf(graph, rowOf, spans);
  for (let pass = 0; pass < 2; pass += 1) sortRows(rows);

  const centres = centresOf(rows);
  const widest = Math.max(0, ...rows.map(rowWidth));
  const boxes = graph.nodes.map((node) => {
    const centre = centres.get(node.id) ?? { x: 0, y: 0 };
    const width = widthOf(node.title, node.detail);
    return { id: node.id, x: centre.x - width / 2, y: centre.y - boxHeight / 2, width, height: boxHeight };
  });
  const lines = spans.map((span, index) => lineOf(span, index, rowOf, centres));
  return { boxes, lines, width: widest + 2 * margin, height: rows.length * (boxHeight + rowGap) - rowGap + 2 * margin };
}

interface Span {
  readonly edge: GraphEdge;
  readonly back: boolean;
  readonly top: string;
  readonly end: string;
}

/** Each node one row below the lowest that needs it; `order` has what is needed first. */
function rowsOf(order: readonly string[], spans: readonly Span[]): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (const id of [...order].reverse()) {
    const above = spans.filter((span) => span.end === id).map((span) => rows.get(span.top) ?? 0);
    rows.set(id, Math.max(-1, ...above) + 1);
  }
  return rows;
}

function placesOf(graph: DependencyGraph, rowOf: ReadonlyMap<string, number>, spans: readonly Span[]): Place[][] {
  const rows: Place[][] = Array.from({ length: Math.max(-1, ...rowOf.values()) + 1 }, () => []);
  const above = new Map<string, string[]>(graph.nodes.map((node) => [node.id, []]));
  for (const node of graph.nodes) {
    rows[rowOf.get(node.id) ?? 0]?.push({
      key: node.id,
      width: widthOf(node.title, node.detail),
      above: above.get(node.id) ?? [],
    });
  }
  for (const [index, { top, end }] of spans.entries()) {
    let before = top;
    for (const row of rowsBetween(rowOf, top, end)) {
      const key = passing(index, row);
      rows[row]?.push({ key, width: 12, above: [before] });
      before = key;
    }
    above.get(end)?.push(before);
  }
  return rows;
}

function rowsBetween(rowOf: ReadonlyMap<string, number>, top: string, end: string): readonly number[] {
  const first = (rowOf.get(top) ?? 0) + 1;
  return Array.from({ length: Math.max(0, (rowOf.get(end) ?? 0) - first) }, (_, index) => first + index);
}

function passing(line: number, row: number): string {
  return `\u0000${line}:${row}`;
}

/** Puts each place of a row under the middle of what stands above it. */
function sortRows(rows: Place[][]): void {
  for (const row of rows) {
    const centres = centresOf(rows);
    const wish = (one: Place): number => {
      const above = one.above.map((key) => centres.get(key)?.x ?? 0);
      return above.length === 0 ? (centres.get(one.key)?.x ?? 0) : above.reduce((sum, x) => sum + x, 0) / above.length;
    };
    const wishes = new Map(row.map((one) => [one.key, wish(one)]));
    row.sort((a, b) => (wishes.get(a.key) ?? 0) - (wishes.get(b.key) ?? 0));
  }
}

function centresOf(rows: readonly (readonly Place[])[]): ReadonlyMap<string, Point> {
  const widest = Math.max(0, ...rows.map(rowWidth));
  const centres = new Map<string, Point>();
  for (const [index, row] of rows.entries()) {
    let x = margin + (widest - rowWidth(row)) / 2;
    for (const one of row) {
      centres.set(one.key, { x: x + one.width / 2, y: margin + boxHeight / 2 + index * (boxHeight + rowGap) });
      x += one.width + columnGap;
    }
  }
  return centres;
}

function rowWidth(row: readonly Place[]): number {
  return row.reduce((sum, one) => sum + one.width, 0) + Math.max(0, row.length - 1) * columnGap;
}

function lineOf(
  span: Span,
  index: number,
  rowOf: ReadonlyMap<string, number>,
  centres: ReadonlyMap<string, Point>,
): Line {
  const at = (key: string): Point => centres.get(key) ?? { x: 0, y: 0 };
  const [first, last] = [at(span.top), at(span.end)];
  const shift = span.back ? 18 : 0;
  const middle = rowsBetween(rowOf, span.top, span.end).flatMap((row) => upright(at(passing(index, row))));
  const points = [
    { x: first.x + shift, y: first.y + boxHeight / 2 },
    ...middle,
    { x: last.x + shift, y: last.y - boxHeight / 2 },
  ];
  return { edge: span.edge, back: span.back, points: span.back ? points.reverse() : points };
}

/** A line keeps straight beside the boxes of a row it passes. */
function upright({ x, y }: Point): readonly Point[] {
  return [
    { x, y: y - boxHeight / 2 },
    { x, y: y + boxHeight / 2 },
  ];
}

/** Wide enough for the longer line at 14 px; about 8 px a letter. */
function widthOf(title: string, detail: string | undefined): number {
  return Math.min(320, Math.max(90, 24 + 8 * Math.max(title.length, detail?.length ?? 0)));
}
