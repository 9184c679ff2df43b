import { InputError } from "../kernel/errors.ts";
import { PlatformConfig } from "../platform/schema.ts";
import { formatMistakes, readStrict } from "./strict-file.ts";

/**
 * Reads the text of a `millwright.yaml`. Throws `InputError` that names line, field, what stands there and what would be
 * right; all of the file's mistakes at once.
 */
export function parseConfig(text: string, file: string): PlatformConfig {
  const read = readStrict(text, PlatformConfig);
  if (read.kind === "valid") return read.value;
  throw new InputError(formatMistakes(file, read.mistakes));
}
