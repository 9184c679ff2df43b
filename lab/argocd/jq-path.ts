import { isMapping } from "../kubernetes/patch.ts";

type Path = readonly (string | number)[];
type Step = (value: unknown, path: Path) => readonly Path[];

const field = /^(?:\.([A-Za-z_]\w*)|\."((?:[^"\\]|\\.)*)"|\.?\["((?:[^"\\]|\\.)*)"\])\??/;
const index = /^\.?\[(-?\d+)\]\??/;
const each = /^\.?\[\]\??/;
const chosen = /^select\(\s*(\.[^=!|()]+?)\s*(==|!=)\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)\s*\)/;

/**
 * Where a jq path expression points in a document: fields, `[n]`, `[]` and `select(.a.b == "x")` joined by pipes, which is what
 * Argo CD's own documentation shows (docs/user-guide/diffing.md). Throws Error for all else jq can do.
 */
export function jqPaths(expression: string, document: unknown): readonly Path[] {
  const steps = stepsOf(expression, expression);
  const start: readonly Path[] = [[]];
  return steps.reduce((paths, step) => paths.flatMap((path) => step(at(document, path), path)), start);
}

/** The document without what the expressions point at. */
export function withoutPaths<T>(document: T, expressions: readonly string[]): T {
  if (expressions.length === 0) return document;
  const result = structuredClone(document);
  for (const expression of expressions) {
    // From the last to the first, so that a list's places stay what they are.
    for (const path of jqPaths(expression, result).toReversed()) take(result, path);
  }
  return result;
}

function take(document: unknown, path: Path): void {
  const parent = at(document, path.slice(0, -1));
  const last = path.at(-1);
  if (Array.isArray(parent) && typeof last === "number") parent.splice(last, 1);
  else if (isMapping(parent) && typeof last === "string") delete parent[last];
}

function at(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, step) => {
    if (typeof step === "number") return Array.isArray(here) ? here[step] : undefined;
    return isMapping(here) ? here[step] : undefined;
  }, document);
}

function stepsOf(text: string, whole: string): readonly Step[] {
  const rest = text.trim();
  if (rest === "" || rest === ".") return [];
  if (rest.startsWith("|")) return stepsOf(rest.slice(1), whole);
  for (const [form, make] of forms) {
    const found = form.exec(rest);
    if (found !== null) return [make(found), ...stepsOf(rest.slice(found[0].length), whole)];
  }
  throw new Error(`jqPathExpressions: '${whole}' is not covered by the lab, from '${rest}' on`);
}

const forms: readonly (readonly [RegExp, (found: RegExpExecArray) => Step])[] = [
  [chosen, ([, path = "", sign, value = ""]) => selecting(path, sign === "==", JSON.parse(value))],
  [
    each,
    () => (value, path) => (Array.isArray(value) ? value.map((_, place) => [...path, place]) : entries(value, path)),
  ],
  [
    index,
    ([, number]) =>
      (value, path) =>
        within(value, path, Number(number)),
  ],
  [
    field,
    ([, plain, quoted, bracketed]) =>
      (value, path) => {
        const key = plain ?? JSON.parse(`"${quoted ?? bracketed ?? ""}"`);
        return isMapping(value) && Object.hasOwn(value, key) ? [[...path, key]] : [];
      },
  ],
];

function entries(value: unknown, path: Path): readonly Path[] {
  return isMapping(value) ? Object.keys(value).map((key) => [...path, key]) : [];
}

function within(value: unknown, path: Path, number: number): readonly Path[] {
  if (!Array.isArray(value)) return [];
  const place = number < 0 ? value.length + number : number;
  return place >= 0 && place < value.length ? [[...path, place]] : [];
}

function selecting(inner: string, isEqual: boolean, wanted: unknown): Step {
  const steps = stepsOf(inner, inner);
  return (value, path) => {
    const start: readonly Path[] = [[]];
    const [found] = steps.reduce((paths, step) => paths.flatMap((one) => step(at(value, one), one)), start);
    const is = found === undefined ? null : at(value, found);
    return (is === wanted) === isEqual ? [path] : [];
  };
}
