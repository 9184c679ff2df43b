import { receiptFor } from "../../backups/receipts/issue.ts";
import { signReceipt } from "../../backups/receipts/receipt.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { type BackupPlace, declaredBackups, identityAt } from "../backup-places.ts";
import type { ToldRun } from "../backup-work.ts";
import type { BackupShell, Shell } from "../shell.ts";

/** What the receipt of a point stands for. */
const all = "all of it";

/** What a run may show of one store: the line for a ticket, or why there is none. */
export interface RunReceipt {
  readonly store: string;
  readonly receipt?: string;
  readonly why?: string;
}

/** Of each store that was proven whole, and of the point; empty where nothing was to be proven. */
export async function receiptsOf(
  { outcomes, point, pointProof }: ToldRun,
  place: BackupPlace,
  {
    shell,
    binding,
    config,
  }: { readonly shell: Shell; readonly binding: BackupShell; readonly config: string | undefined },
): Promise<readonly RunReceipt[]> {
  const proven = [
    ...outcomes.flatMap((one) =>
      one.kind === "backed-up" && one.proof?.verdict.kind === "proven"
        ? [{ store: one.store, id: one.sealed.manifest.id }]
        : [],
    ),
    ...(point !== undefined && pointProof?.verdict.kind === "proven" ? [{ store: all, id: point.id }] : []),
  ];
  if (proven.length === 0) return [];
  const { signingKey } = await declaredBackups(shell, config);
  if (signingKey === undefined)
    return [{ store: "none", why: "no key signs receipts: name one as backups.signingKey" }];
  const receipts: RunReceipt[] = [];
  try {
    const key = await binding.secret(signingKey);
    const identity = await identityAt(place);
    for (const { store, id } of proven) receipts.push(await receiptOf(id, store, { place, identity, key }));
    return receipts;
  } catch (thrown) {
    // The backups stand, and are proven: whoever has the key signs them later.
    return [...receipts, { store: "none", why: `no receipt can be signed here: ${whyNot(thrown)}` }];
  }
}

interface Signing {
  readonly place: BackupPlace;
  readonly identity: Awaited<ReturnType<typeof identityAt>>;
  readonly key: string;
}

async function receiptOf(id: string, store: string, { place, identity, key }: Signing): Promise<RunReceipt> {
  try {
    return { store, receipt: signReceipt(await receiptFor(id, place.repository, identity), key) };
  } catch (thrown) {
    return { store, why: whyNot(thrown) };
  }
}

/** Rethrows what is no answer of the world outside. */
function whyNot(thrown: unknown): string {
  if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
  return messageOf(thrown);
}

/**
 * A line each: what can be pasted stands alone on it. Of a point that has one, that one says all; the lines of its stores, a
 * screen full, are told where to find.
 */
export function receiptLines(receipts: readonly RunReceipt[]): readonly string[] {
  if (receipts.length === 0) return [];
  const whole = receipts.find(({ store, receipt }) => store === all && receipt !== undefined);
  const told = whole === undefined ? receipts : [whole];
  return [
    "",
    told.length === 1 ? "Receipt" : "Receipts",
    ...told.map(({ store, receipt, why = "" }) => `  ${store}  ${receipt ?? why}`),
    ...(told.length === receipts.length
      ? []
      : ["  of one store: millwright receipt show BACKUP, as it is named above"]),
  ];
}
