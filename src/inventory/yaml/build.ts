import { EVENT_ID, type Event, getScalarValue, type MappingEvent, type ScalarEvent, type SequenceEvent } from "js-yaml";
import type { Entry, Mapping, Node, Scalar, Sequence } from "../../kernel/tree.ts";
import { resolvePlain, resolveTagged } from "./core-schema.ts";
import { holdsExpression, mayHoldExpression } from "./expressions.ts";
import { holdsBlanked, originalBlock, outputAfter, restoreExpressions } from "./mask.ts";
import { duplicates, report, type YamlProblem } from "./problems.ts";
import { afterBracket, afterIndicator, afterText, blockContentEnd, blockContentStart } from "./scan.ts";
import type { Source } from "./source.ts";

interface OpenMapping extends Mapping {
  readonly entries: Entry[];
  end: number;
}

interface OpenSequence extends Sequence {
  readonly items: Node[];
  end: number;
}

interface Frame {
  readonly node: OpenMapping | OpenSequence;
  /** In the text read, as `cursor` is, while nodes carry the outer file's offsets. */
  readonly start: number;
  readonly flow: boolean;
  /** A mapping's key that waits for its value. */
  key: Scalar | undefined;
}

interface Build {
  readonly source: Source;
  readonly problems: YamlProblem[];
  readonly documents: BuiltDocument[];
  readonly mayHoldExpression: boolean;
  readonly frames: Frame[];
  readonly anchors: Map<string, Node>;
  /** Just after the last token used. */
  cursor: number;
  root: Node | undefined;
}

export interface BuiltDocument {
  /** Undefined when the document is empty. */
  readonly root: Node | undefined;
  /** Where its content begins, or would. */
  readonly start: number;
}

const FLOW = 2;
const DOUBLE_QUOTED = 3;
const STYLES = ["plain", "plain", "single", "double", "literal", "folded"] as const;

/**
 * The documents, made of the parser's events. They tell where scalars stand and where collections begin;
 * where a flow collection ends and where an empty value would stand is read from the text after the last token used.
 * One pass with its own stack, so that depth costs no call stack.
 */
export function buildDocuments(
  source: Source,
  events: readonly Event[],
  problems: YamlProblem[],
): readonly BuiltDocument[] {
  const build: Build = {
    source,
    problems,
    documents: [],
    mayHoldExpression: source.mask !== undefined || mayHoldExpression(source.text),
    frames: [],
    anchors: new Map(),
    cursor: 0,
    root: undefined,
  };
  for (const event of events) take(build, event);
  return build.documents;
}

function take(build: Build, event: Event): void {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      attach(build, scalarOf(build, event));
      return;
    case EVENT_ID.MAPPING:
      open(build, event, { kind: "mapping", entries: [], start: build.source.place(event.start), end: 0 });
      return;
    case EVENT_ID.SEQUENCE:
      open(build, event, { kind: "sequence", items: [], start: build.source.place(event.start), end: 0 });
      return;
    case EVENT_ID.ALIAS:
      attach(build, aliased(build, event.anchorStart, event.anchorEnd));
      return;
    case EVENT_ID.DOCUMENT:
      build.anchors.clear();
      build.root = undefined;
      return;
    case EVENT_ID.POP:
      close(build);
  }
}

function open(build: Build, event: MappingEvent | SequenceEvent, node: OpenMapping | OpenSequence): void {
  const flow = event.style === FLOW;
  build.frames.push({ node, start: event.start, flow, key: undefined });
  if (event.anchorStart >= 0) anchor(build, event, node);
  build.cursor = flow ? event.start + 1 : event.start;
}

/** Ends the innermost collection, or the document when none is open. */
function close(build: Build): void {
  const frame = build.frames.pop();
  if (frame === undefined) {
    build.documents.push(documentOf(build));
    return;
  }
  const { node } = frame;
  if (frame.flow) build.cursor = afterBracket(build.source.text, build.cursor, bracketOf(build, frame));
  node.end = build.cursor > frame.start ? build.source.placeEnd(build.cursor) : node.start;
  if (node.kind === "mapping") reportDuplicates(build, node);
  attach(build, node);
}

/** `[a: b]` holds a mapping without braces: no bracket matches it, so it ends with its value. */
function bracketOf(build: Build, frame: Frame): "]" | "}" {
  return build.source.text[frame.start] === "[" && frame.node.kind === "sequence" ? "]" : "}";
}

function reportDuplicates(build: Build, node: OpenMapping): void {
  if (node.entries.length < 2 || build.source.mask?.branches) return;
  for (const { key } of duplicates(node.entries)) {
    report(
      build.problems,
      key.start,
      `the key "${key.text}" is given twice in one mapping; remove or rename one of them`,
    );
  }
}

function attach(build: Build, node: Node): void {
  const frame = build.frames.at(-1);
  if (frame === undefined) build.root = node;
  else if (frame.node.kind === "sequence") frame.node.items.push(node);
  else if (frame.key === undefined) frame.key = asKey(build, node);
  else {
    frame.node.entries.push({ key: frame.key, value: node });
    frame.key = undefined;
  }
}

/** A collection as a key stands for its source text: nothing we look for has such a key. */
function asKey(build: Build, node: Node): Scalar {
  if (node.kind === "scalar") return node;
  const text = `the ${node.kind} at ${node.start}`;
  return {
    kind: "scalar",
    value: text,
    text,
    style: "plain",
    start: node.start,
    end: node.end,
    templated: build.mayHoldExpression,
  };
}

function scalarOf(build: Build, event: ScalarEvent): Scalar {
  const scalar = event.valueStart < 0 ? emptyScalar(build, event) : writtenScalar(build, event);
  if (event.anchorStart >= 0) anchor(build, event, scalar);
  return scalar;
}

function writtenScalar(build: Build, event: ScalarEvent): Scalar {
  const { source } = build;
  const style = STYLES[event.style];
  const text = getScalarValue(source.text, event);
  let start = event.valueStart;
  let end = event.valueEnd;
  if (event.style > DOUBLE_QUOTED) {
    start = blockContentStart(source.text, start, end, event.indent);
    end = blockContentEnd(source.text, start, end);
  }
  build.cursor = style === "single" || style === "double" ? end + 1 : end;
  const places = { start: source.place(start), end: end > start ? source.placeEnd(end) : source.place(start) };
  if (build.mayHoldExpression && isTemplated(source, text, event, start, end)) {
    const written = writtenText(source, text, event, start, end);
    return { kind: "scalar", value: written, text: written, style, ...places, templated: true };
  }
  const value = valueOf(source, event, text);
  return { kind: "scalar", value, text, style, start: places.start, end: places.end, templated: false };
}

function writtenText(source: Source, decoded: string, event: ScalarEvent, start: number, end: number): string {
  if (source.mask === undefined) return decoded;
  if (event.style > DOUBLE_QUOTED)
    return originalBlock(source, start < end ? start : event.valueStart, end, event.indent);
  if (holdsBlanked(source.mask, source.base + start, source.base + end)) return source.original.slice(start, end);
  return restoreExpressions(source.mask, decoded, source, event.valueStart, event.valueEnd);
}

/** Also a block whose last lines a template writes, and one that it writes whole. */
function isTemplated(source: Source, decoded: string, event: ScalarEvent, start: number, end: number): boolean {
  if (holdsExpression(decoded)) return true;
  const { mask, base } = source;
  if (mask === undefined) return false;
  if (decoded.includes(mask.first) || holdsBlanked(mask, base + start, base + end)) return true;
  return (
    event.style > DOUBLE_QUOTED &&
    outputAfter(mask, source, start < end ? end : afterText(source.text, event.valueStart)) !== undefined
  );
}

function valueOf(source: Source, event: ScalarEvent, text: string): Scalar["value"] {
  if (event.tagStart >= 0) return resolveTagged(source.text.slice(event.tagStart, event.tagEnd), text);
  return event.style === 1 ? resolvePlain(text) : text;
}

/** Nothing is written: the scalar stands just after the `:` or `-` that asks for it. */
function emptyScalar(build: Build, event: ScalarEvent): Scalar {
  const { source } = build;
  const frame = build.frames.at(-1);
  if (frame?.key !== undefined) build.cursor = afterIndicator(source.text, build.cursor, ":");
  else if (frame?.node.kind === "sequence") build.cursor = afterIndicator(source.text, build.cursor, "-");
  build.cursor = Math.max(build.cursor, event.anchorEnd, event.tagEnd);
  const output = source.mask && outputAfter(source.mask, source, build.cursor);
  if (output !== undefined) {
    const text = source.original.slice(output.start, output.end);
    const places = { start: source.place(output.start), end: source.placeEnd(output.end) };
    return { kind: "scalar", value: text, text, style: "plain", ...places, templated: true };
  }
  const value = event.tagStart >= 0 ? resolveTagged(source.text.slice(event.tagStart, event.tagEnd), "") : null;
  const at = source.placeEnd(build.cursor);
  return { kind: "scalar", value, text: "", style: "plain", start: at, end: at, templated: false };
}

function documentOf({ root, source, cursor }: Build): BuiltDocument {
  if (root === undefined || (root.kind === "scalar" && root.style === "plain" && root.text === "")) {
    return { root: undefined, start: root?.start ?? source.placeEnd(cursor) };
  }
  return { root, start: root.start };
}

function anchor(build: Build, event: { readonly anchorStart: number; readonly anchorEnd: number }, node: Node): void {
  build.anchors.set(build.source.text.slice(event.anchorStart, event.anchorEnd), node);
}

/** The node an alias names, shared. */
function aliased(build: Build, start: number, end: number): Node {
  const { source } = build;
  build.cursor = end;
  const found = build.anchors.get(source.text.slice(start, end));
  if (found !== undefined) return found;
  const text = source.original.slice(start - 1, end);
  const places = { start: source.place(start - 1), end: source.placeEnd(end) };
  const message = `the alias ${text.slice(0, 60)} names no anchor before it in the same document; define it there`;
  report(build.problems, places.start, message);
  return { kind: "scalar", value: text, text, style: "plain", ...places, templated: true };
}
