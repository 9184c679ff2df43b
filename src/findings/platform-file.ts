import type * as z from "zod";
import { positionOf } from "../inventory/yaml/lines.ts";
import { parseYaml } from "../inventory/yaml/parse.ts";
import { InputError } from "../kernel/errors.ts";
import { at, formatPath, type Node, type Step } from "../kernel/tree.ts";
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
  const complaints = parsed.error.issues.map((issue) => `${file}:${lineOf(text, root, issue)}: ${describe(issue)}`);
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

function describe(issue: z.core.$ZodIssue): string {
  const field = formatPath(issue.path as readonly Step[]);
  const keys =
    issue.code === "unrecognized_keys"
      ? `unknown key ${issue.keys.map((key) => `"${key}"`).join(", ")}`
      : issue.message;
  return field === "" ? keys : `${field}: ${keys}`;
}

/** The line of the field, or of the nearest thing around it that the file has. */
function lineOf(text: string, root: Node | undefined, issue: z.core.$ZodIssue): number {
  for (let length = issue.path.length; length > 0; length -= 1) {
    const found = at(root, ...(issue.path.slice(0, length) as Step[]));
    if (found !== undefined) return positionOf(text, found.start).line;
  }
  return 1;
}
