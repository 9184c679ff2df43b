import { Option } from "commander";
import { stringify } from "yaml";
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

/** YAML without anchors: a value that stands twice is written twice. */
export function asYaml(value: unknown): string {
  return stringify(JSON.parse(JSON.stringify(value)), { aliasDuplicateObjects: false, lineWidth: 0 });
}
