import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Verb } from "../../access/verb.ts";
import { InputError } from "../../kernel/errors.ts";
import type { ServerCall } from "../shell.ts";

/** The verbs, written beside the bundle when it is made (`scripts/build.ts`). */
export const packedVerbs = "verbs.json";
/** The server's own bundle, where it is part of the package. */
export const packedServer = "millwright-server.mjs";

/*
 * The command line is packed without the server: what it needs of it is found at run time, beside the bundle or, in a checkout,
 * among the sources. The paths are no literals, so that the bundler leaves them alone.
 */

interface ServerModule {
  runServer(call: ServerCall, say: (text: string) => void): Promise<0 | 1>;
}

export async function readVerbs(here: string): Promise<readonly Verb[]> {
  const packed = join(here, packedVerbs);
  if (existsSync(packed)) return JSON.parse(await readFile(packed, "utf8")) as readonly Verb[];
  const source = join(here, "..", "api", "verbs.ts");
  return ((await import(source)) as { readonly verbs: readonly Verb[] }).verbs;
}

export async function runServer(here: string, call: ServerCall, say: (text: string) => void): Promise<0 | 1> {
  const place = [join(here, packedServer), join(here, "..", "api", "main.ts")].find((file) => existsSync(file));
  if (place === undefined)
    throw new InputError("This package holds the audit alone; the server is in Millwright's image and in a checkout.");
  return ((await import(place)) as ServerModule).runServer(call, say);
}
