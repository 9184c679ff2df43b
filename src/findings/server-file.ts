import { InputError } from "../kernel/errors.ts";
import { ServerConfig } from "../platform/server-config.ts";
import { formatMistakes, readStrict } from "./strict-file.ts";

/** Reads the text of a `millwright.server.yaml`; throws `InputError` as `parseConfig` does, without any value of a secret. */
export function parseServerConfig(text: string, file: string): ServerConfig {
  const read = readStrict(text, ServerConfig);
  if (read.kind === "valid") return read.value;
  throw new InputError(formatMistakes(file, read.mistakes));
}
