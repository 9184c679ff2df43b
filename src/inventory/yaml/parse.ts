import { type Event, parseEvents, YAMLException } from "js-yaml";
import { messageOf } from "../../kernel/errors.ts";
import type { Node, Scalar } from "../../kernel/tree.ts";
import { type BuiltDocument, buildDocuments } from "./build.ts";
import { embeddedSource } from "./embedded.ts";
import { type Mask, maskTemplates } from "./mask.ts";
import { report, type YamlProblem } from "./problems.ts";
import { pieceOf, type Source, wholeFile } from "./source.ts";

interface YamlDocument {
  /** Undefined: the document is empty. */
  readonly root: Node | undefined;
  /** From 0 in the file; a document that could not be read has taken its number too. */
  readonly index: number;
  /** Where its content begins. */
  readonly start: number;
}

export interface YamlText {
  /** Those that could be read, in their order. */
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
  /** Whether template statements had to be set aside to read it. */
  readonly templated: boolean;
}

/** Deeper than any manifest; each level costs the parser a little of the call stack. */
const MAX_DEPTH = 400;

/**
 * Reads YAML or JSON, or a template that writes it (Helm, gomplate, Jinja, ERB): what is constant is read, what a
 * template fills in is marked. Never throws: a document that cannot be read is a problem and the others are still read.
 */
export function parseYaml(text: string): YamlText {
  return parseAs(text, (mask) => wholeFile(text, mask));
}

/**
 * Reads the YAML or JSON that a string scalar of `text` holds. Offsets of nodes and problems are those of `text`, the
 * outer file, so that an inner value can be replaced where it is written.
 */
export function parseEmbedded(scalar: Scalar, text: string): YamlText {
  const inner = embeddedSource(scalar, text);
  if (inner.kind === "inexact") {
    return { documents: [], problems: [{ offset: scalar.start, message: inner.why }], templated: false };
  }
  return parseAs(inner.source.text, (mask) => ({ ...inner.source, text: mask?.text ?? inner.source.text, mask }));
}

/** A template can hide valid YAML and valid YAML can look like a template: the reading with the fewest problems counts. */
function parseAs(text: string, sourceOf: (mask: Mask | undefined) => Source): YamlText {
  const mask = maskTemplates(text, false);
  const first = parseSource(sourceOf(mask));
  if (first.problems.length === 0) return first;
  const others: (Mask | undefined)[] = [];
  if (text.includes("${")) others.push(maskTemplates(text, true));
  if (mask !== undefined) others.push(undefined);
  let best = first;
  for (const other of others) {
    const read = parseSource(sourceOf(other));
    if (read.problems.length < best.problems.length) best = read;
  }
  return best;
}

function parseSource(source: Source): YamlText {
  const problems: YamlProblem[] = [];
  const documents: YamlDocument[] = [];
  const templated = source.mask !== undefined;
  const whole = tryParse(source, problems);
  if (whole !== undefined) {
    return { documents: whole.map((document, index) => ({ ...document, index })), problems, templated };
  }
  problems.length = 0;
  let index = 0;
  for (const { start, end } of documentBounds(source.text)) {
    const built = tryParse(pieceOf(source, start, end), problems);
    for (const document of built ?? []) {
      documents.push({ ...document, index });
      index += 1;
    }
    if (built === undefined) index += 1;
  }
  return { documents, problems, templated };
}

/** Undefined, and a problem more, when the text is not YAML. */
function tryParse(source: Source, problems: YamlProblem[]): readonly BuiltDocument[] | undefined {
  let events: readonly Event[];
  try {
    events = parseEvents(source.text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    const offset = error instanceof YAMLException ? Math.min(error.mark?.position ?? 0, source.text.length) : 0;
    const reason = error instanceof YAMLException ? error.reason : messageOf(error);
    report(problems, source.placeEnd(offset), explain(reason, source));
    return undefined;
  }
  return buildDocuments(source, events, problems);
}

function explain(reason: string, source: Source): string {
  if (reason.startsWith("nesting exceeded"))
    return `nested deeper than ${MAX_DEPTH} levels; this document was not read`;
  const what = source.mask === undefined ? "not valid YAML" : "not valid YAML around its template expressions";
  return `${what}: ${ADVICE[reason] ?? `${reason}; correct it`}; this document was not read`;
}

/** Reasons of the parser that do not tell what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  "deficient indentation":
    "a quote or bracket opened above is not closed, or this line is not indented further; close it or indent the line",
  "tab characters must not be used in indentation": "a tab is used as indentation; indent with spaces",
  "end of the stream or a document separator is expected":
    "the document has ended before this; correct the indentation or begin a document with ---",
};

/** A line `---` begins a document wherever it stands, also inside a quoted scalar that was never closed. */
function documentBounds(text: string): readonly { readonly start: number; readonly end: number }[] {
  const marker = /(?<=^|\n)(?:%[^\n]*\n)*---(?=\s|$)/g;
  const starts = [0];
  for (const match of text.matchAll(marker)) if (match.index > 0) starts.push(match.index);
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}
