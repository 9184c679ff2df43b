import { labelOf } from "./graph-label.ts";
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

const rowGap = 72;
const blockGap = 16;
const margin = 24;
/** Boxes of one row are not wider together: what is more goes into further rows. */
const widestRow = 1100;

/** A place in a row: a node, or the point where a long line passes. `pad` is kept free on both sides. */
interface Place {
  readonly key: string;
  readonly width: number;
  readonly height: number;
  readonly pad: number;
  readonly above: string[];
}

/** The middle of a place, and how high it is. */
interface Centre extends Point {
  readonly height: number;
}

/**
 * Rows from top to bottom: what nothing needs stands on top, each node below all that need it; a row that is too wide is
 * several. Lines over several rows pass through places of their own, so that they do not run through boxes; rows are sorted
 * twice by where their lines come from. A line that closes a cycle is drawn against the order. What no line touches stands in
 * a block below.
 */
export function layOut(graph: DependencyGraph): Layout {
  const order = upgradeOrder(graph).flatMap((step) => step.members);
  const spans = spansOf(graph, order);
  const touched = new Set(spans.flatMap(({ top, end }) => [top, end]));
  const sizes = new Map(graph.nodes.map((node) => [node.id, labelOf(node)]));
  const connected = graph.nodes.filter(({ id }) => touched.has(id));
  const rowOf = split(rowsOf(order, spans), connected, sizes);
  const rows = placesOf(connected, rowOf, spans, sizes);
  for (let pass = 0; pass < 2; pass += 1) sortRows(rows);

  const centres = centresOf(rows);
  const boxes = connected.map(({ id }) => boxAt(id, centres.get(id) ?? { x: 0, y: 0 }, sizes.get(id)));
  const lines = spans.map((span, index) => lineOf(span, index, rowOf, centres));
  const bottom = Math.max(margin - rowGap / 2, ...boxes.map(({ y, height }) => y + height)) + rowGap / 2;
  const block = blockOf(
    graph.nodes.flatMap(({ id }) => (touched.has(id) ? [] : [id])),
    sizes,
    bottom,
  );
  const all = [...boxes, ...block];
  return {
    boxes: all,
    lines,
    width: Math.max(margin + Math.max(0, ...rows.map(rowWidth)), ...all.map(({ x, width }) => x + width)) + margin,
    height: Math.max(margin, ...all.map(({ y, height }) => y + height)) + margin,
  };
}

interface Span {
  readonly edge: GraphEdge;
  readonly back: boolean;
  readonly top: string;
  readonly end: string;
}

function spansOf(graph: DependencyGraph, order: readonly string[]): readonly Span[] {
  const place = new Map(order.map((id, index) => [id, index]));
  const known = graph.edges.filter((edge) => edge.from !== edge.to && place.has(edge.from) && place.has(edge.to));
  return known.map((edge) => {
    const back = (place.get(edge.to) ?? 0) > (place.get(edge.from) ?? 0);
    return { edge, back, top: back ? edge.to : edge.from, end: back ? edge.from : edge.to };
  });
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

type Sizes = ReadonlyMap<string, { readonly width: number; readonly height: number }>;

const boxPad = 14;

/** The rows with those that are too wide divided, in the same order. */
function split(
  rowOf: ReadonlyMap<string, number>,
  nodes: DependencyGraph["nodes"],
  sizes: Sizes,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const members = Map.groupBy(nodes, ({ id }) => rowOf.get(id) ?? 0);
  let row = -1;
  for (const layer of [...members.keys()].sort((a, b) => a - b)) {
    let used = Number.POSITIVE_INFINITY;
    for (const { id } of members.get(layer) ?? []) {
      const width = (sizes.get(id)?.width ?? 0) + 2 * boxPad;
      if (used + width > widestRow) {
        row += 1;
        used = 0;
      }
      used += width;
      found.set(id, row);
    }
  }
  return found;
}

function placesOf(
  nodes: DependencyGraph["nodes"],
  rowOf: ReadonlyMap<string, number>,
  spans: readonly Span[],
  sizes: Sizes,
): Place[][] {
  const rows: Place[][] = Array.from({ length: Math.max(-1, ...rowOf.values()) + 1 }, () => []);
  const above = new Map<string, string[]>();
  for (const { id } of nodes) {
    const from: string[] = [];
    const size = sizes.get(id) ?? { width: 0, height: 0 };
    above.set(id, from);
    rows[rowOf.get(id) ?? 0]?.push({ key: id, width: size.width, height: size.height, pad: boxPad, above: from });
  }
  for (const [index, span] of spans.entries()) above.get(span.end)?.push(passThrough(rows, rowOf, span, index));
  return rows;
}

/** Gives a line its place in each row that it passes; returns where it comes from in the end. */
function passThrough(rows: Place[][], rowOf: ReadonlyMap<string, number>, { top, end }: Span, index: number): string {
  let before = top;
  for (const row of rowsBetween(rowOf, top, end)) {
    const key = passing(index, row);
    const height = Math.max(0, ...(rows[row] ?? []).map((place) => place.height));
    rows[row]?.push({ key, width: 6, height, pad: 5, above: [before] });
    before = key;
  }
  return before;
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

function centresOf(rows: readonly (readonly Place[])[]): ReadonlyMap<string, Centre> {
  const widest = Math.max(0, ...rows.map(rowWidth));
  const centres = new Map<string, Centre>();
  let y = margin;
  for (const row of rows) {
    const high = Math.max(0, ...row.map(({ height }) => height));
    let x = margin + (widest - rowWidth(row)) / 2;
    for (const { key, width, height, pad } of row) {
      centres.set(key, { x: x + pad + width / 2, y: y + high / 2, height });
      x += width + 2 * pad;
    }
    y += high + rowGap;
  }
  return centres;
}

function rowWidth(row: readonly Place[]): number {
  return row.reduce((sum, { width, pad }) => sum + width + 2 * pad, 0);
}

function boxAt(id: string, centre: Point, size: { readonly width: number; readonly height: number } | undefined): Box {
  const { width, height } = size ?? { width: 0, height: 0 };
  return { id, x: centre.x - width / 2, y: centre.y - height / 2, width, height };
}

/** Boxes beside each other in lines from `top` on, each line as high as its highest box. */
function blockOf(ids: readonly string[], sizes: Sizes, top: number): readonly Box[] {
  const boxes: Box[] = [];
  let [x, y, high] = [margin, top, 0];
  for (const id of ids) {
    const { width, height } = sizes.get(id) ?? { width: 0, height: 0 };
    if (x > margin && x + width > margin + widestRow) {
      [x, y, high] = [margin, y + high + blockGap, 0];
    }
    boxes.push({ id, x, y, width, height });
    x += width + blockGap;
    high = Math.max(high, height);
  }
  return boxes;
}

function lineOf(
  span: Span,
  index: number,
  rowOf: ReadonlyMap<string, number>,
  centres: ReadonlyMap<string, Centre>,
): Line {
  const at = (key: string): Centre => centres.get(key) ?? { x: 0, y: 0, height: 0 };
  const [first, last] = [at(span.top), at(span.end)];
  const shift = span.back ? 18 : 0;
  const middle = rowsBetween(rowOf, span.top, span.end).flatMap((row) => upright(at(passing(index, row))));
  const points = [
    { x: first.x + shift, y: first.y + first.height / 2 },
    ...middle,
    { x: last.x + shift, y: last.y - last.height / 2 },
  ];
  return { edge: span.edge, back: span.back, points: span.back ? points.reverse() : points };
}

/** A line keeps straight beside the boxes of a row it passes. */
function upright({ x, y, height }: Centre): readonly Point[] {
  return [
    { x, y: y - height / 2 },
    { x, y: y + height / 2 },
  ];
}
