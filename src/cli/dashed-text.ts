import type { Command } from "commander";

/*
 * A note may begin with a dash, as the points of a list do. The parser takes what begins so for an option; none of ours has a space
 * in its name, so that such words are text. A sign that no argument can hold keeps them from the parser.
 */

const sign = "\0";

/** One dash and, before any other sign that ends a name, a space; also `-- ` at the beginning of a text. */
const text = /^-(?:(?!-)[^\s=]*|-)\s/;

export function guarded(args: readonly string[]): readonly string[] {
  return args.map((arg) => (text.test(arg) ? `${sign}${arg}` : arg));
}

/** Gives a command, before it acts, the words as they were written. */
export function unguard(command: Command): void {
  command.args = command.args.map((arg) => written(arg) as string);
  for (const [index, arg] of command.processedArgs.entries()) command.processedArgs[index] = written(arg);
  for (const [name, value] of Object.entries(command.opts()))
    command.setOptionValueWithSource(name, written(value), command.getOptionValueSource(name));
}

function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  return typeof value === "string" && value.startsWith(sign) ? value.slice(1) : value;
}

/** What the parser says of words that it refused, as they were written. */
export function unguarded(said: string): string {
  return said.replaceAll(sign, "");
}

/** What to do about a word that the parser took for an option, as it begins with a single dash; undefined for other words. */
export function dashedWords(message: string): string | undefined {
  return /unknown option '-[^-]/.test(message)
    ? "A text that begins with a dash is written as --reason=-text, or after -- where it belongs to no option.\n"
    : undefined;
}
