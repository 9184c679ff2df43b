import type { Recorder } from "../../access/route.ts";
import type { CompiledCalendar } from "../../calendar/compiled.ts";
import { doneEntry } from "../../calendar/done.ts";
import type { Duty } from "../../calendar/duties.ts";
import { inSameTurn } from "../../calendar/recurrence.ts";
import { completeDuty, openTurns } from "../../calendar/store-duties.ts";
import type { Instant } from "../../kernel/instant.ts";
import { millwright } from "../../platform/actor.ts";
import type { Store } from "../../store/store.ts";
import { proven } from "./catalogue.ts";
import { type KnownBackup, knownBackups } from "./read.ts";

/** The guides' duties that proofs of backups fulfil, with what of a backup has to lie in the duty's turn. */
const duties: Readonly<Record<string, "taken" | "proven">> = {
  "backups-daily": "taken",
  "backups-weekly": "taken",
  "restore-test": "proven",
};

/**
 * Completes the duties that are due and that the proofs of a turn fulfil: a backup that was taken in it and proven, of each store
 * of the environments that users depend on; for the restore test a proof made in it.
 */
export async function completeByProofs(
  store: Store,
  calendar: CompiledCalendar,
  stores: readonly { readonly environment: string; readonly store: string }[],
  now: Instant,
  record: Recorder,
): Promise<void> {
  if (stores.length === 0) return;
  const open = await openTurns(store);
  const wanted = calendar.duties.filter(({ id }) => duties[id] !== undefined && open.has(id));
  if (wanted.length === 0) return;
  const backups = await knownBackups(store, {
    environments: [...new Set(stores.map(({ environment }) => environment))],
    own: true,
  });
  for (const duty of wanted) {
    const turn = open.get(duty.id);
    if (turn === undefined) continue;
    const evidence = evidenceFor(duty, Date.parse(turn.due_at), stores, backups);
    if (evidence === undefined) continue;
    await completeByEvidence(store, duty, evidence, now, record);
  }
}

/** Completes a duty's turn by what shows that it was done, and writes it into the journal; nothing where it is done already. */
export async function completeByEvidence(
  store: Store,
  duty: Duty,
  evidence: string,
  now: Instant,
  record: Recorder,
): Promise<void> {
  await store.transaction(async (part) => {
    const said = { text: evidence.slice(0, 4000), links: [] };
    const row = await completeDuty(part, duty, { by: millwright, at: now, evidence: said });
    if (row === undefined) return;
    await record(part, doneEntry(duty, { by: millwright, at: now, dueAt: row.due_at, evidence: said }));
  });
}

function evidenceFor(
  duty: Duty,
  dueAt: number,
  stores: readonly { readonly environment: string; readonly store: string }[],
  backups: readonly KnownBackup[],
): string | undefined {
  const within = (at: Instant): boolean => inSameTurn(duty.recurrence, duty.zone, Date.parse(at), dueAt);
  const found = stores.map(({ environment, store }) =>
    backups.find(
      ({ row, told }) =>
        row.environment === environment &&
        row.store === store &&
        told?.verdict === proven &&
        within(duties[duty.id] === "taken" ? row.taken_at : told.provenAt),
    ),
  );
  if (found.some((one) => one === undefined)) return undefined;
  return found
    .flatMap((one) =>
      one === undefined
        ? []
        : [`${one.row.environment} ${one.row.id}, restored and compared at ${one.told?.provenAt ?? ""}`],
    )
    .join("; ");
}
