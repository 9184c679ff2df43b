import * as z from "zod";
import { positionOf } from "../inventory/yaml/lines.ts";
import { parseYaml } from "../inventory/yaml/parse.ts";
import { InputError } from "../kernel/errors.ts";
import { at, entriesAt, formatPath, type Node, type Step } from "../kernel/tree.ts";
import { PlatformConfig } from "../platform/schema.ts";

/**
 * Reads the text of a `millwright.yaml`. Throws `InputError` that names line, field, what stands there and what would be
 * right; all of the file's mistakes at once.
 */
export function parseConfig(text: string, file: string): PlatformConfig {
  const { documents, problems } = parseYaml(text);
  const [problem] = problems;
  if (problem !== undefined) {
    const { line, column } = positionOf(text, problem.offset);
    throw new InputError(`${file}:${line}:${column}: ${problem.message}`);
  }
  const root = documents[0]?.root;
  const parsed = PlatformConfig.safeParse(root === undefined ? {} : plain(root));
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(
    (issue) => `${file}:${lineOf(text, root, issue)}: ${describe(issue, root)}`,
  );
  throw new InputError(complaints.join("\n"));
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

function describe(issue: z.core.$ZodIssue, root: Node | undefined): string {
  const path = issue.path as readonly Step[];
  const field = formatPath(path);
  const complaint = issue.code === "unrecognized_keys" ? unknownKeys(issue.keys, path) : issue.message;
  const found = at(root, ...path);
  const instead = found?.kind === "scalar" && path.length > 0 ? `, not ${JSON.stringify(found.text)}` : "";
  return field === "" ? complaint : `${field}: ${complaint}${instead}`;
}

function unknownKeys(keys: readonly string[], path: readonly Step[]): string {
  const known = knownKeys(path);
  const choice = known.length === 0 ? "" : `; there is ${known.join(", ")}`;
  return `unknown key ${keys.map((key) => `"${key}"`).join(", ")}${choice}`;
}

/** The keys that the schema has at a path. */
function knownKeys(path: readonly Step[]): readonly string[] {
  let here: Schema | undefined = z.toJSONSchema(PlatformConfig, { io: "input" }) as Schema;
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
