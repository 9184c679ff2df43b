import type { Recorder } from "../access/route.ts";
import type { Clock } from "../kernel/ports.ts";
import { millwright } from "../platform/actor.ts";
import { formatSecretRef, type SecretRef } from "../platform/secret-ref.ts";
import type { Store } from "../store/store.ts";

/** Resolves a secret where it is used; `purpose` says for what, as the journal will. */
export type UseSecret = (ref: SecretRef, purpose: string) => Promise<string>;

const grainMillis = 3_600_000;

/** Every use of a secret is an entry of the journal: where it is kept and what for, once an hour for the same one. */
export function auditedSecrets(
  resolve: (ref: SecretRef) => Promise<string>,
  ports: { readonly store: Store; readonly clock: Clock; readonly record: Recorder },
): UseSecret {
  const last = new Map<string, number>();
  return async (ref, purpose) => {
    const at = ports.clock.now();
    const where = formatSecretRef(ref);
    const use = `${where} ${purpose}`;
    const secret = await resolve(ref);
    if (Date.parse(at) - (last.get(use) ?? Number.NEGATIVE_INFINITY) >= grainMillis) {
      await ports.record(ports.store, {
        at,
        kind: "access",
        actor: millwright,
        task: `Secret used: ${purpose}`,
        // Not `secret`: the journal strikes out what is named so.
        evidence: { place: where, purpose },
      });
      last.set(use, Date.parse(at));
    }
    return secret;
  };
}
