import { Option } from "commander";
import type { stringify as Stringify } from "yaml";
import { InputError } from "../kernel/errors.ts";

/** How a command writes one result in each format it knows; computed only for the format asked for. */
export type Renderings = Readonly<Record<string, () => string>>;

/** `-o` with the formats a command knows, the first of which is the default. */
export function outputOption(formats: readonly [string, ...string[]]): Option {
  return new Option("-o, --output <format>", "how to print the result").choices([...formats]).default(formats[0]);
}

/** The text of the format asked for. */
export function render(format: string, renderings: Renderings): string {
  const rendering = renderings[format];
  if (rendering === undefined)
    throw new InputError(`Output "${format}" is not one of ${Object.keys(renderings).join(", ")}.`);
  const text = rendering();
  return text.endsWith("\n") || text === "" ? text : `${text}\n`;
}

export function asJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

let stringify: typeof Stringify | undefined;

/** Loads what a format needs beyond plain text; to be called before a command that prints it. Most runs print no YAML. */
export async function loadFormat(format: unknown): Promise<void> {
  if (format === "yaml") ({ stringify } = await import("yaml"));
}

/** YAML without anchors: a value that stands twice is written twice. `loadFormat` must have been called. */
export function asYaml(value: unknown): string {
  if (stringify === undefined) throw new Error("YAML is printed before loadFormat was called");
  return stringify(JSON.parse(JSON.stringify(value)), { aliasDuplicateObjects: false, lineWidth: 0 });
}
