import { readFile, stat } from "node:fs/promises";
import { InputError, SystemError } from "../kernel/errors.ts";
import { codeOf } from "./folder-entries.ts";

/** The text of a file with a secret in it; undefined when there is none. Throws `InputError` when others may read it. */
export async function readPrivate(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0)
      throw new InputError(`${file} holds a secret, and others may read it. Take that away first: chmod 600 ${file}`);
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown;
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw new SystemError(`${file} cannot be read (${codeOf(thrown)})`, "stop", { cause: thrown });
  }
}
