import {
  Alias,
  type CreateNodeOptions,
  Document,
  isCollection,
  parseAllDocuments,
  type Scalar,
  stringify,
  type ToStringOptions,
  visit,
} from "yaml";

/** Ways to write the same thing differently. `seed` decides every choice, so that a failure can be repeated. */
export interface Rewrite {
  readonly name: string;
  /** Whether the file can be rewritten this way and still mean the same. */
  readonly applies: (path: string, text: string) => boolean;
  readonly rewrite: (text: string, seed: number) => string;
}

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

const isYaml = (path: string, text: string): boolean => /\.(ya?ml|json)$/.test(path) && !text.includes("{{");
const isText = (path: string): boolean => !path.endsWith(".json");

export const rewrites: readonly Rewrite[] = [
  { name: "Windows line ends", applies: () => true, rewrite: (text) => text.replace(/\r?\n/g, "\r\n") },
  {
    name: "spaces at line ends",
    applies: isText,
    rewrite: (text, seed) =>
      lines(text, seed, (line, chance) => (chance < 0.5 && !line.endsWith("\\") ? `${line}  ` : line)),
  },
  {
    name: "comments between lines",
    applies: isText,
    rewrite: (text, seed) =>
      lines(text, seed, (line, chance) =>
        chance < 0.3 ? `${/^\s*/.exec(line)?.[0] ?? ""}# nginx:latest\n${line}` : line,
      ),
  },
  { name: "keys in another order", applies: isYaml, rewrite: (text, seed) => written(text, {}, shuffled(dice(seed))) },
  { name: "documents in another order", applies: isYaml, rewrite: (text) => written(text, {}, same, true) },
  { name: "single quotes", applies: isYaml, rewrite: (text) => written(text, { defaultStringType: "QUOTE_SINGLE" }) },
  { name: "double quotes", applies: isYaml, rewrite: (text) => written(text, { defaultStringType: "QUOTE_DOUBLE" }) },
  { name: "flow style", applies: isYaml, rewrite: (text) => written(text, { collectionStyle: "flow" }) },
  { name: "block style", applies: isYaml, rewrite: (text) => written(text, { collectionStyle: "block" }) },
  {
    name: "JSON",
    applies: isYaml,
    rewrite: (text) =>
      valuesOf(text)
        .map((value) => JSON.stringify(value, null, 2))
        .join("\n---\n"),
  },
  { name: "aliases for repetitions", applies: isYaml, rewrite: (text) => written(text, {}, interned()) },
  {
    name: "aliases for repeated words",
    applies: isYaml,
    rewrite: (text) => valuesOf(text).map(anchored).join("---\n"),
  },
  { name: "no aliases", applies: isYaml, rewrite: (text) => written(text, { aliasDuplicateObjects: false }) },
];

/** The documents' values; what an alias stands for is a copy. */
function valuesOf(text: string): readonly Value[] {
  return parseAllDocuments(text).map((document) => {
    if (!isCollection(document.contents)) throw new Error("a tree's file is no collection");
    // Only plain values are in the trees.
    return JSON.parse(JSON.stringify(document.toJS())) as Value;
  });
}

function written(
  text: string,
  options: ToStringOptions & CreateNodeOptions,
  change: (value: Value) => Value = same,
  reversed = false,
): string {
  const values = valuesOf(text).map(change);
  return (reversed ? values.toReversed() : values).map((value) => stringify(value, options)).join("---\n");
}

function same(value: Value): Value {
  return value;
}

function shuffled(chance: () => number): (value: Value) => Value {
  const change = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, below]) => ({ key, below: change(below), rank: chance() }));
    return Object.fromEntries(entries.sort((a, b) => a.rank - b.rank).map(({ key, below }) => [key, below]));
  };
  return change;
}

/** Equal collections become one, which is then written once and named by an alias. */
function interned(): (value: Value) => Value {
  const known = new Map<string, Value>();
  const change = (value: Value): Value => {
    if (typeof value !== "object" || value === null) return value;
    const text = JSON.stringify(value);
    const found = known.get(text);
    if (found !== undefined) return found;
    const changed = Array.isArray(value)
      ? value.map(change)
      : Object.fromEntries(Object.entries(value).map(([key, below]) => [key, change(below)]));
    known.set(text, changed);
    return changed;
  };
  return (value) => {
    known.clear();
    return change(value);
  };
}

/** Words that stand in a document twice are named at the first place and referred to at the others. */
function anchored(value: Value): string {
  const document = new Document(value);
  const names = new Map<unknown, Scalar>();
  visit(document, {
    Scalar(key, node) {
      const first = names.get(node.value);
      if (key === "key" || typeof node.value !== "string" || node.value.includes("\n")) return undefined;
      if (first === undefined) {
        names.set(node.value, node);
        return undefined;
      }
      first.anchor ??= `word${names.size}-${String(first.value).replace(/\W/g, "").slice(0, 8)}`;
      return new Alias(first.anchor);
    },
  });
  return document.toString();
}

function lines(text: string, seed: number, change: (line: string, chance: number) => string): string {
  const chance = dice(seed);
  return text
    .split("\n")
    .map((line) => (line === "" ? line : change(line, chance())))
    .join("\n");
}

/** Numbers below 1 that a seed alone decides (mulberry32). */
function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
