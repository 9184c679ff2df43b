import { InputError } from "../../kernel/errors.ts";
import type { Part } from "../repository/manifest.ts";

/** A backup's part by its name; throws `InputError` where the manifest names none. */
export function partOf({ id, parts }: { readonly id: string; readonly parts: readonly Part[] }, file: string): Part {
  const part = parts.find((one) => one.file === file);
  if (part === undefined) throw new InputError(`the manifest of ${id} names no ${file}`);
  return part;
}
