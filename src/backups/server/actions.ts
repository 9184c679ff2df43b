import * as z from "zod";
import { type ActionContext, type AnyAction, defineAction, type Outcome } from "../../engine/action.ts";
import { counted } from "../../kernel/count.ts";
import { BackupClass } from "../../platform/backup-schedule.ts";
import { asJson } from "../../store/store.ts";
import type { Calls, PointOutcome, StoreOutcome, TakenRun } from "./calls.ts";
import type { Listed, ListedBackup, ListedProof } from "./catalogue.ts";
import { proven, toldBy } from "./catalogue.ts";
import { type BackupsBinding, callsFor, declaredFor, notDeclared, storeNames } from "./config.ts";
import { keepListed } from "./mirror.ts";
import { progressLog } from "./progress.ts";
import { askForReceipts, ReceiptNeed } from "./receipts.ts";
import { removalActions } from "./removal.ts";
import type { BackupTables } from "./tables.ts";

const Take = z.object({
  stores: z.array(z.string()).default([]),
  class: BackupClass.default("by-hand"),
  prove: z.boolean().default(true),
});
type Take = z.infer<typeof Take>;

const Check = z.object({ readData: z.boolean().default(true) });
const Prove = z.object({ backup: z.string() });

/** What a run may do with backups. All is asked of the runner; no dump and no key comes here. */
export function backupActions(binding: BackupsBinding): readonly AnyAction[] {
  return [
    defineAction<Take>(Take, {
      id: "backups/take",
      // What a fence may hold yet is seen where it is given back.
      alreadyDone: async (context, input) =>
        mayHold(binding, context, input)
          ? undefined
          : madeBy(await here(binding, context).list(), binding, context, input),
      run: (context, input) => take(binding, context, input),
    }),
    defineAction<z.infer<typeof Prove>>(Prove, {
      id: "backups/prove",
      run: (context, input) => prove(binding, context, input),
    }),
    defineAction<z.infer<typeof Check>>(Check, {
      id: "backups/check",
      run: (context, input) => check(binding, context, input),
    }),
    ...removalActions(binding),
    defineAction<ReceiptNeed>(ReceiptNeed, {
      id: "backups/receipt",
      async run({ environment, runId, now, signal }, need) {
        const answer = await askForReceipts(binding, { environment, need, named: undefined, run: runId, now, signal });
        return answer.kind === "refused"
          ? { kind: "failed", message: answer.why }
          : { kind: "done", message: answer.words, evidence: { receipts: answer.receipts } };
      },
    }),
  ];
}

function here(binding: BackupsBinding, { environment, signal }: ActionContext): Calls {
  return callsFor(binding, environment, signal);
}

/** Whether an attempt of this step holds writers: those of a recovery point do, where a fence is declared. */
function mayHold(binding: BackupsBinding, { environment }: ActionContext, { stores }: Take): boolean {
  return stores.length === 0 && declaredFor(binding, environment)?.fence !== undefined;
}

/** What bears this step's mark, where it is all that it is to make: a worker that died is not repeated. */
function madeBy(listed: Listed, binding: BackupsBinding, { environment, mark }: ActionContext, input: Take) {
  const { backups, points, missing } = sealedBy(mark, listed, wantedStores(binding, environment, input), input);
  if (missing.length > 0 || backups.length === 0) return undefined;
  if (input.prove && [...backups, ...points].some((one) => !isProven(one))) return undefined;
  return { backups: backups.map(shown) };
}

/**
 * What of a step was sealed, and which stores are yet to be taken. A recovery point is one moment over all of its stores: where none
 * was sealed all of them are taken again, for what an attempt that was killed took shows another.
 */
function sealedBy(mark: string, listed: Listed, wanted: readonly string[], { stores }: Take) {
  const points = listed.points.filter(({ run }) => run === mark);
  const made = listed.backups.filter(({ run }) => run === mark);
  const isPoint = stores.length === 0;
  const backups = isPoint ? made.filter(({ point }) => points.some(({ id }) => id === point)) : made;
  return { points, backups, missing: wanted.filter((store) => !backups.some((one) => one.store === store)) };
}

function isProven({ proofs }: { readonly proofs: readonly ListedProof[] }): boolean {
  return toldBy(proofs)?.verdict === proven;
}

function wantedStores(binding: BackupsBinding, environment: string, { stores }: Take): readonly string[] {
  const declared = declaredFor(binding, environment);
  return stores.length > 0 || declared === undefined ? stores : storeNames(declared);
}

function shown({ id, store, bytes, digest, proofs }: ListedBackup) {
  return { id, store, bytes, digest, proof: toldBy(proofs)?.verdict ?? "none" };
}

/** What was sealed under this mark before stays; only what is missing is made, and what is not proven is proven. */
async function take(binding: BackupsBinding, context: ActionContext, input: Take): Promise<Outcome> {
  const { environment, mark, log } = context;
  const calls = here(binding, context);
  const wanted = wantedStores(binding, environment, input);
  if (wanted.length === 0)
    return { kind: "failed", message: `No store of ${environment} is declared: ${notDeclared(environment)}.` };
  const { points, backups: before, missing } = sealedBy(mark, await calls.list(), wanted, input);
  const see = progressLog(log, () => Date.parse(context.now()));
  for (const { id } of before) log(`${id} was sealed before this worker came; it is not made again`);
  await context.fence();
  let taken: TakenRun = { outcomes: [], point: undefined };
  if (missing.length > 0) {
    // All of an environment are one recovery point: then none is named.
    const stores = input.stores.length === 0 ? [] : missing;
    taken = await calls.take({ stores, class: input.class, mark, prove: input.prove }, see);
  } else if (mayHold(binding, context, input)) {
    // Its point is sealed, so that nobody works behind its fence any more: what an attempt could not give back is given back now.
    const notGivenBack = [...(await calls.giveBack(mark))];
    taken = { outcomes: [], point: { kind: "point", notGivenBack } };
  }
  const proofs = input.prove ? await proveRest(before, points, calls, see) : [];
  const listed = await calls.list();
  await keepListed(binding.store, environment, listed, context.now());
  const evidence = { backups: listed.backups.filter(({ run }) => run === mark).map(shown), ...taken };
  const wrong = [...troubleIn(taken, input.prove), ...proofs];
  if (wrong.length > 0) return { kind: "failed", message: wrong.join("; "), evidence };
  return {
    kind: "done",
    message: `${counted(wanted.length, "store")} backed up${input.prove ? " and proven" : ""}.`,
    evidence,
  };
}

/** What is not proven yet of what was sealed before; a point's proof is that of its backups too. */
async function proveRest(
  backups: readonly ListedBackup[],
  points: Listed["points"],
  calls: Calls,
  see: ReturnType<typeof progressLog>,
): Promise<readonly string[]> {
  const open = points.filter((one) => !isProven(one));
  const alone = backups.filter((one) => !isProven(one) && !open.some(({ id }) => id === one.point));
  const wrong: string[] = [];
  for (const { id, store } of [...alone, ...open.map((one) => ({ id: one.id, store: "the recovery point" }))]) {
    const { verdict, why } = await calls.prove(id, see);
    if (verdict !== proven) wrong.push(`${store}: the proof of ${id} is ${verdict}: ${why.join("; ")}`);
  }
  return wrong;
}

/** What keeps a run from having done what it was to do; with `prove` a proof that is missing is trouble as well as one that failed. */
function troubleIn({ outcomes, point }: TakenRun, prove: boolean): readonly string[] {
  const whole = point?.point === undefined ? [] : proofTrouble(`the recovery point ${point.point}`, point, prove);
  return [...outcomes.flatMap((one) => storeTrouble(one, prove)), ...whole, ...(point?.notGivenBack ?? [])];
}

function storeTrouble(one: StoreOutcome, prove: boolean): readonly string[] {
  if (one.outcome === "failed") return [`${one.store} has no new backup: ${one.why ?? "not known why"}`];
  return proofTrouble(one.store, one, prove);
}

function proofTrouble(
  what: string,
  { proof, proofWhy = [] }: Pick<PointOutcome, "proof" | "proofWhy">,
  prove: boolean,
): readonly string[] {
  if (proof === proven || (proof === undefined && !prove)) return [];
  const why = proofWhy.length === 0 ? "" : `: ${proofWhy.join("; ")}`;
  return [
    proof === undefined ? `${what}: it was backed up, and not proven${why}` : `${what}: its proof is ${proof}${why}`,
  ];
}

async function prove(
  binding: BackupsBinding,
  context: ActionContext,
  { backup }: z.infer<typeof Prove>,
): Promise<Outcome> {
  const calls = here(binding, context);
  const { verdict, why } = await calls.prove(
    backup,
    progressLog(context.log, () => Date.parse(context.now())),
  );
  await keepListed(binding.store, context.environment, await calls.list(), context.now());
  const evidence = { backup, verdict, why };
  if (verdict === proven) return { kind: "done", message: `${backup} was restored and compared: proven.`, evidence };
  const message = `${backup}: ${verdict}: ${why.join("; ")}`;
  return { kind: verdict === "failed" ? "failed" : "errored", message, evidence };
}

async function check(
  binding: BackupsBinding,
  context: ActionContext,
  { readData }: z.infer<typeof Check>,
): Promise<Outcome> {
  const at = context.now();
  const see = progressLog(context.log, () => Date.parse(context.now()));
  const damage = await here(binding, context).check(readData, see);
  await binding.store
    .tables<BackupTables>()
    .insertInto("backup_checks")
    .values({
      environment: context.environment,
      at,
      ended_at: context.now(),
      read_data: readData,
      damage: asJson(damage),
      run: context.runId,
    })
    .execute();
  const how = readData ? "every byte of it was read" : "its parts were held against each other";
  if (damage.length === 0) return { kind: "done", message: `No damage was found: ${how}.`, evidence: { damage } };
  return { kind: "failed", message: `The repository is damaged: ${damage.join("; ")}`, evidence: { damage } };
}
