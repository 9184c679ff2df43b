import { readFile, stat } from "node:fs/promises";
import { InputError, messageOf } from "../kernel/errors.ts";
import { formatSecretRef, type SecretRef } from "../platform/secret-ref.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import { readSecret, type SealingKeys, sealingKey } from "../store/sealed.ts";
import type { Store } from "../store/store.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads a secret where it is kept. Throws `InputError` that names the place and never the value; a file that everybody on the
 * machine may read is refused.
 */
export async function resolveSecret(
  ref: SecretRef,
  variables: Variables,
  sealed: { readonly store: Store; readonly sealing: ServerConfig["sealing"] } | undefined,
): Promise<string> {
  switch (ref.kind) {
    case "env":
      return variables[ref.name] || missing(ref, "this variable is not set");
    case "file":
      return readSecretFile(ref.path, ref);
    case "kubernetes":
      return missing(ref, "mount it as a file or variable of the pod, and name that");
    case "store":
      if (sealed === undefined) return missing(ref, "the way to the database cannot stand in the database");
      return (
        (await readSecret(sealed.store, ref.name, await keysOf(sealed, variables))) ??
        missing(ref, "nothing of that name is kept there")
      );
  }
}

/** A text file with one secret in it; the line break at its end is not part of it. */
async function readSecretFile(path: string, ref: SecretRef): Promise<string> {
  try {
    // Kubernetes mounts secrets readable by the pod's group; readable by all is a mistake.
    if (((await stat(path)).mode & 0o004) !== 0)
      return missing(ref, `everybody on this machine may read it; chmod o-r ${path}`);
    const text = (await readFile(path, "utf8")).replace(/\r?\n$/, "");
    return text || missing(ref, "the file is empty");
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown;
    return missing(ref, messageOf(thrown));
  }
}

async function keysOf(
  { sealing }: { readonly sealing: ServerConfig["sealing"] },
  variables: Variables,
): Promise<SealingKeys> {
  const keys = [];
  for (const { id, key } of sealing) keys.push(sealingKey(id, await resolveSecret(key, variables, undefined)));
  const [first, ...rest] = keys;
  if (first === undefined)
    throw new InputError(
      "secrets in the database need a key outside of it: name one in `sealing` of the configuration.",
    );
  return [first, ...rest];
}

function missing(ref: SecretRef, why: string): never {
  throw new InputError(`the secret ${formatSecretRef(ref)} cannot be had: ${why}.`);
}
