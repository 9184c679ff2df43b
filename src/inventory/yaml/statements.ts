/** One template expression or statement, delimiters included. */
export interface Statement {
  readonly start: number;
  readonly end: number;
  /** `output` writes something; `open` and `close` begin and end (or turn) a branch; `silent` is a comment or an assignment. */
  readonly kind: "output" | "open" | "close" | "silent";
}

/** Longer than any real expression: what opens and does not close within this is text. */
const MAX_LENGTH = 4000;

const OPENERS = /\{\{|\{%|<%|\[\[-? *[.$]/g;
const OPENERS_AND_DOLLAR = /\{\{|\{%|<%|\[\[-? *[.$]|\$\{/g;

/** The template statements of a text in their order; `${…}` only `withDollar`, because most of YAML can be read over it. */
export function findStatements(text: string, withDollar: boolean): Statement[] {
  const found: Statement[] = [];
  const openers = withDollar ? OPENERS_AND_DOLLAR : OPENERS;
  openers.lastIndex = 0;
  for (let match = openers.exec(text); match !== null; match = openers.exec(text)) {
    const end = endOf(text, match.index);
    if (end === undefined) continue;
    found.push({ start: match.index, end, kind: kindOf(text.slice(match.index, Math.min(end, match.index + 60))) });
    openers.lastIndex = end;
  }
  return text.includes("define") ? withoutDefinitions(text, found) : found;
}

/** What stands between `define` and its `end` is written elsewhere or never: all of it is one silent statement. */
function withoutDefinitions(text: string, statements: readonly Statement[]): Statement[] {
  const kept: Statement[] = [];
  let start: number | undefined;
  let depth = 0;
  for (const statement of statements) {
    if (start === undefined && !DEFINE.test(text.slice(statement.start, statement.start + 20))) {
      kept.push(statement);
      continue;
    }
    start ??= statement.start;
    depth += depthChange(text, statement);
    if (depth > 0) continue;
    kept.push({ start, end: statement.end, kind: "silent" });
    start = undefined;
    depth = 0;
  }
  return start === undefined ? kept : [...statements];
}

function depthChange(text: string, { start, kind }: Statement): number {
  const beginning = text.slice(start, start + 20);
  if (kind === "open" || DEFINE.test(beginning)) return 1;
  return kind === "close" && !/\belse\b/.test(beginning) ? -1 : 0;
}

const DEFINE = /^\{\{<?[-~]? *define\b/;

function endOf(text: string, start: number): number | undefined {
  switch (text.slice(start, start + 2)) {
    case "{{":
      return text[start + 2] === "<" ? endAfter(text, start, ">}}") : endOfBraces(text, start);
    case "{%":
      return endAfter(text, start, "%}");
    case "<%":
      return endAfter(text, start, "%>");
    case "[[":
      return endAfter(text, start, "]]");
    default:
      return endOfDollar(text, start);
  }
}

function endAfter(text: string, start: number, closer: string): number | undefined {
  const window = text.slice(start, start + MAX_LENGTH);
  const found = window.indexOf(closer, 2);
  return found === -1 ? undefined : start + found + closer.length;
}

/** Go's templates: a closing pair inside a string does not close, a comment may span lines. */
function endOfBraces(text: string, start: number): number | undefined {
  const window = text.slice(start, start + MAX_LENGTH);
  const pattern = /\}\}|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\{\{/g;
  pattern.lastIndex = 2;
  for (let token = pattern.exec(window); token !== null; token = pattern.exec(window)) {
    if (token[0] === "}}") return start + pattern.lastIndex;
    if (token[0] === "{{") return endAfter(text, start, "}}");
  }
  return endAfter(text, start, "}}");
}

function endOfDollar(text: string, start: number): number | undefined {
  const limit = Math.min(text.length, start + MAX_LENGTH);
  let depth = 0;
  for (let offset = start + 1; offset < limit; offset += 1) {
    const char = text[offset];
    if (char === "\n") return undefined;
    if (char === "{") depth += 1;
    if (char === "}") depth -= 1;
    if (depth === 0) return offset + 1;
  }
  return undefined;
}

const SILENT = /^(?:\{\{<?[-~]? *(?:\/\*|!|\$\w+ *:?=|define\b)|<%#|\{% *-? *(?:set|import|from)\b)/;
const CLOSE =
  /^(?:\{\{<?[-~]? *(?:end\b|else\b|\/)|\{%-? *(?:end|el)|<%-? *(?:\}|end\b|else\b)|\[\[-? *(?:end|else)\b)/;
const OPEN = /^(?:\{\{<?[-~]? *(?:if|range|with|block|#|\^)|\{%|<%(?!=))/;

function kindOf(beginning: string): Statement["kind"] {
  if (SILENT.test(beginning)) return "silent";
  if (CLOSE.test(beginning)) return "close";
  return OPEN.test(beginning) ? "open" : "output";
}
