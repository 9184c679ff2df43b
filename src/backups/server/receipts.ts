import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import { type Instant, parseInstant } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import { validUntil } from "../receipts/receipt.ts";
import type { Calls } from "./calls.ts";
import { proven } from "./catalogue.ts";
import { type BackupsBinding, callsFor, declaredFor, notDeclared, storeNames } from "./config.ts";
import { aboutToGo } from "./mark-removed.ts";
import { type KnownBackup, knownBackups } from "./read.ts";
import type { BackupTables } from "./tables.ts";

/** What a change needs receipts of: these stores, all of a component, or all of the environment where neither is said. */
export const ReceiptNeed = z.object({
  component: z.string().optional(),
  stores: z.array(z.string()).default([]),
});
export type ReceiptNeed = z.infer<typeof ReceiptNeed>;

export const NamedReceipt = z.object({
  store: z.string(),
  backup: z.string(),
  line: z.string(),
  validUntil: z.string(),
});
export type NamedReceipt = z.infer<typeof NamedReceipt>;

export type ReceiptAnswer =
  | { readonly kind: "fresh"; readonly receipts: readonly NamedReceipt[]; readonly words: string }
  | { readonly kind: "refused"; readonly why: string };

export interface ReceiptQuestion {
  readonly environment: string;
  readonly need: ReceiptNeed;
  /** The receipts that were shown to whoever agreed, also when there were none; others do not count. Undefined: nobody was shown any. */
  readonly named: readonly NamedReceipt[] | undefined;
  readonly run: string;
  readonly now: () => Instant;
  readonly signal: AbortSignal;
}

/**
 * Whether each store has a receipt that holds against the repository at this moment. What was named before an approval must still be
 * there itself: another backup, however fresh, is not what was agreed to.
 */
export async function askForReceipts(binding: BackupsBinding, asked: ReceiptQuestion): Promise<ReceiptAnswer> {
  const { environment, need, named } = asked;
  const stores = storesNeeded(binding, environment, need);
  if (typeof stores === "string") return { kind: "refused", why: stores };
  const receipts: NamedReceipt[] = [];
  const why: string[] = [];
  for (const store of stores) {
    const before = named?.find((one) => one.store === store);
    const answer =
      named !== undefined && before === undefined
        ? `${store}: no receipt of it was shown when this was agreed to`
        : await receiptOfStore(binding, asked, store, before);
    if (typeof answer === "string") why.push(answer);
    else receipts.push(answer);
  }
  if (why.length > 0) return { kind: "refused", why: `No receipt, no change. ${why.join("; ")}` };
  await keepReceipts(binding, asked, receipts);
  // Of a removal and a receipt that come at one moment at least one sees the other: holds are read after the marks are written.
  const going = await aboutToGo(
    binding.store,
    environment,
    receipts.map(({ backup }) => backup),
  );
  if (going.length > 0) return { kind: "refused", why: `No receipt, no change. ${going.join("; ")}` };
  const words =
    receipts.length === 0
      ? "Every store that this touches is declared disposable."
      : `Receipts hold: ${receipts.map(({ store, backup, validUntil: until }) => `${store} ${backup}, valid until ${until}`).join("; ")}.`;
  return { kind: "fresh", receipts, words };
}

/** The stores, or why it cannot be told. */
function storesNeeded(
  binding: BackupsBinding,
  environment: string,
  { component, stores }: ReceiptNeed,
): readonly string[] | string {
  const declared = declaredFor(binding, environment);
  if (declared === undefined) return `No receipt, no change: ${notDeclared(environment)}`;
  const known = storeNames(declared);
  const disposable = declared.disposable.map((one) => `${one.component}/${one.store}`);
  const strange = stores.find((one) => !known.includes(one) && !disposable.includes(one));
  if (strange !== undefined) return `No receipt, no change: ${strange} is neither backed up nor declared disposable`;
  if (stores.length > 0) return stores.filter((one) => known.includes(one));
  if (component === undefined && known.length + disposable.length === 0)
    return `No receipt, no change: no store of ${environment} is backed up, and none is declared disposable`;
  if (component === undefined) return known;
  const own = (one: string): boolean => one.startsWith(`${component}/`);
  if (!known.some(own) && !disposable.some(own))
    return `No receipt, no change: no store of ${component} is backed up in ${environment}, and none is declared disposable`;
  return known.filter(own);
}

async function receiptOfStore(
  binding: BackupsBinding,
  asked: ReceiptQuestion,
  store: string,
  named: NamedReceipt | undefined,
): Promise<NamedReceipt | string> {
  const backup = named?.backup ?? (await newestProven(binding.store, asked.environment, store))?.row.id;
  if (backup === undefined) return `${store}: none of its backups is proven`;
  try {
    return await verified(
      callsFor(binding, asked.environment, asked.signal),
      { store, backup, line: named?.line },
      asked.now(),
    );
  } catch (thrown) {
    // The answer no; that it could not be asked is thrown on.
    if (thrown instanceof InputError) return `${store}: ${thrown.message}`;
    throw thrown;
  }
}

async function verified(
  calls: Calls,
  {
    store,
    backup,
    line: named,
  }: { readonly store: string; readonly backup: string; readonly line: string | undefined },
  now: Instant,
): Promise<NamedReceipt | string> {
  const line = named ?? (await calls.receipt(backup));
  const verdict = await calls.verify(line);
  if (verdict.kind === "refused") return `${store}: the receipt of ${backup} is refused: ${verdict.why.join("; ")}`;
  const until = parseInstant(verdict.until);
  if (until === undefined || until <= now) return `${store}: the receipt of ${backup} is not valid any more`;
  return { store, backup, line, validUntil: until };
}

/** Of a store; what a restore replaced is nothing to go back to after a change. */
export async function newestProven(store: Store, environment: string, of: string): Promise<KnownBackup | undefined> {
  const all = await knownBackups(store, { environments: [environment], store: of, own: true });
  return all.find(({ told }) => told?.verdict === proven);
}

/** Writes them down, and that this run waits with their backups: retention leaves those alone until it has ended. */
async function keepReceipts(
  { store, config }: BackupsBinding,
  { environment, run, now }: ReceiptQuestion,
  receipts: readonly NamedReceipt[],
): Promise<void> {
  const at = now();
  for (const { backup, line, store: of, validUntil: until } of receipts) {
    const [known] = await knownBackups(store, { environments: [environment], id: backup });
    const takenAt = known?.row.taken_at ?? at;
    const row = {
      line,
      valid_until: parseInstant(until) ?? validUntil(takenAt, config().receiptHours),
      issued_at: at,
      run,
    };
    await store
      .tables<BackupTables>()
      .insertInto("backup_receipts")
      .values({ environment, backup, store: of, taken_at: takenAt, ...row })
      .onConflict((conflict) => conflict.columns(["environment", "backup"]).doUpdateSet(row))
      .execute();
    await store
      .tables<BackupTables>()
      .insertInto("backup_holds")
      .values({ run, environment, backup, since: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
