import * as z from "zod";
import { positionOf } from "../inventory/yaml/lines.ts";
import { parseYaml } from "../inventory/yaml/parse.ts";
import { at, entriesAt, formatPath, type Node, type Step } from "../kernel/tree.ts";
import { neverShown } from "../platform/secret-ref.ts";

/** Something wrong in one of our own files. */
export interface Mistake {
  /** From 1. */
  readonly line: number;
  readonly column: number | undefined;
  /** The key path; empty where it is the file as a whole. */
  readonly field: string;
  /** What stands there and what would be right. Never a value that may be a secret. */
  readonly message: string;
}

/** What a strict file says, or everything that is wrong with it. */
export type StrictFile<T> =
  | { readonly kind: "valid"; readonly value: T }
  | { readonly kind: "invalid"; readonly mistakes: readonly Mistake[] };

/** Reads YAML text by a strict schema. */
export function readStrict<Schema extends z.ZodType>(text: string, schema: Schema): StrictFile<z.output<Schema>> {
  const { documents, problems } = parseYaml(text);
  const [problem] = problems;
  if (problem !== undefined) {
    return {
      kind: "invalid",
      mistakes: [{ ...positionOf(text, problem.offset), field: "", message: problem.message }],
    };
  }
  const root = documents[0]?.root;
  const parsed = schema.safeParse(root === undefined ? {} : plain(root));
  if (parsed.success) return { kind: "valid", value: parsed.data };
  const mistakes = parsed.error.issues.map((issue) => ({
    line: lineOf(text, root, issue),
    column: undefined,
    field: formatPath(issue.path as readonly Step[]),
    message: describe(issue, root, schema),
  }));
  return { kind: "invalid", mistakes };
}

/** Mistakes as a shell prints them, a line each: `FILE:LINE: FIELD: what is wrong`. */
export function formatMistakes(file: string, mistakes: readonly Mistake[]): string {
  return mistakes
    .map(({ line, column, field, message }) => {
      const place = column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
      return field === "" ? `${place}: ${message}` : `${place}: ${field}: ${message}`;
    })
    .join("\n");
}

/** The tree as plain values, as the schema takes them. A date stays the text it is. */
function plain(node: Node): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "sequence":
      return node.items.map(plain);
    case "mapping":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, plain(value)]));
  }
}

function describe(issue: z.core.$ZodIssue, root: Node | undefined, schema: z.ZodType): string {
  const path = issue.path as readonly Step[];
  const found = at(root, ...path);
  const complaint = complain(issue, found === undefined, schema);
  const mayShow = !complaint.includes(neverShown);
  const instead = mayShow && found?.kind === "scalar" && path.length > 0 ? `, not ${JSON.stringify(found.text)}` : "";
  return `${complaint}${instead}`;
}

/** What is wrong, in the words of whoever writes the file; a message of the schema's own is taken as it is. */
function complain(issue: z.core.$ZodIssue, isMissing: boolean, schema: z.ZodType): string {
  if (issue.code === "unrecognized_keys") return unknownKeys(issue.keys, issue.path as readonly Step[], schema);
  const isOwn = !/^Invalid (?:input|option): expected /.test(issue.message);
  if (isOwn) return isMissing ? `is missing: ${issue.message}` : issue.message;
  const wanted = wantedBy(issue) ?? issue.message;
  return isMissing ? `is missing; it must be ${wanted}` : `must be ${wanted}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
};

function wantedBy(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "invalid_type") return kinds[issue.expected];
  return issue.code === "invalid_value" ? `one of ${issue.values.map(String).join(", ")}` : undefined;
}

function unknownKeys(keys: readonly string[], path: readonly Step[], schema: z.ZodType): string {
  const known = knownKeys(path, schema);
  const choice = known.length === 0 ? "" : `; there is ${known.join(", ")}`;
  return `unknown key ${keys.map((key) => `"${key}"`).join(", ")}${choice}`;
}

/** The keys that the schema has at a path. */
function knownKeys(path: readonly Step[], schema: z.ZodType): readonly string[] {
  let here: Schema | undefined = z.toJSONSchema(schema, { io: "input" }) as Schema;
  for (const step of path) here = typeof step === "number" ? here?.items : here?.properties?.[step];
  return Object.keys(here?.properties ?? {});
}

/** The part of a JSON Schema that names keys. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The line of the field, of the key that is not known, or of the nearest thing around it that the file has. */
function lineOf(text: string, root: Node | undefined, issue: z.core.$ZodIssue): number {
  if (issue.code === "unrecognized_keys") {
    const around = entriesAt(root, ...(issue.path as Step[]));
    const key = around.find((entry) => issue.keys.includes(entry.key.text))?.key;
    if (key !== undefined) return positionOf(text, key.start).line;
  }
  for (let length = issue.path.length; length > 0; length -= 1) {
    const found = at(root, ...(issue.path.slice(0, length) as Step[]));
    if (found !== undefined) return positionOf(text, found.start).line;
  }
  return 1;
}
