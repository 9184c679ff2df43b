import { InputError } from "../kernel/errors.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import { readSecret, type SealingKeys, sealingKey } from "../store/sealed.ts";
import type { Store } from "../store/store.ts";

type Sealing = ServerConfig["sealing"];

/** Reads a secret that stands outside of the database. */
type ReadOutside = (ref: SecretRef) => Promise<string>;

/** How a secret of the database is read, with the keys that stand outside of it; `sealed` is left out before it is open. */
export function storedSecrets(
  sealed: { readonly store: Store; readonly sealing: Sealing } | undefined,
  outside: ReadOutside,
): (name: string) => Promise<string | undefined> {
  return async (name) => {
    if (sealed === undefined)
      throw new InputError(`the secret store:${name} cannot be had: the way to the database cannot stand in it.`);
    const keys = await sealingKeys(sealed.sealing, outside);
    if (keys === undefined)
      throw new InputError(
        "secrets in the database need a key outside of it: name one in `sealing` of the configuration.",
      );
    return readSecret(sealed.store, name, keys);
  };
}

/** The keys of the configuration, the sealing one first; undefined when there are none. */
export async function sealingKeys(sealing: Sealing, outside: ReadOutside): Promise<SealingKeys | undefined> {
  const keys = [];
  for (const { id, key } of sealing) keys.push(sealingKey(id, await outside(key)));
  const [first, ...rest] = keys;
  return first === undefined ? undefined : [first, ...rest];
}
