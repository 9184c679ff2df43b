import * as z from "zod";
import { type ActionContext, type AnyAction, defineAction, type Outcome } from "../../engine/action.ts";
import { counted } from "../../kernel/count.ts";
import { type BackupsBinding, callsFor } from "./config.ts";
import { markRemoved, removedBy, unmarkRemoved } from "./mark-removed.ts";
import { keepListed } from "./mirror.ts";
import { heldBackups } from "./read.ts";
import type { ShownPrune } from "./shown-prune.ts";

/** What is to go, by its ids: those that were shown, and nothing else. Runs of before name backups and packs alone. */
const Going = z.object({
  remove: z.array(z.string()).max(10_000).default([]),
  packs: z.array(z.string()).default([]),
  debris: z.array(z.string()).default([]),
  points: z.array(z.string()).default([]),
  archives: z.array(z.string()).default([]),
});
type Going = z.infer<typeof Going>;

/** What a run may do with backups that retention keeps no longer, and with what interrupted runs left. */
export function removalActions(binding: BackupsBinding): readonly AnyAction[] {
  return [
    defineAction<Going>(Going, { id: "backups/removal", run: (context, input) => show(binding, context, input) }),
    // Doing it again removes what is left of it, and frees what nothing uses any more.
    defineAction<Going>(Going, { id: "backups/prune", run: (context, input) => remove(binding, context, input) }),
  ];
}

function idsOf({ remove: backups, packs, debris, points, archives }: Going): readonly string[] {
  return [...backups, ...packs, ...debris, ...points, ...archives];
}

/** For whoever agrees: each thing that goes, and how much that frees. */
async function show(binding: BackupsBinding, { environment, signal }: ActionContext, input: Going): Promise<Outcome> {
  const holds = await heldBackups(binding.store, environment);
  const shown = await callsFor(binding, environment, signal).showPrune(holds, { only: idsOf(input) });
  const { refused, removed, packs, debris, points, archives, frees } = shown;
  const going = new Set(removed.map(({ id }) => id));
  const keptNow = input.remove.filter((id) => !going.has(id));
  const evidence = { backups: removed, debris, packs, points, archives, keptNow, freesBytes: frees ?? null };
  if (refused !== undefined) return { kind: "failed", message: `Nothing is removed: ${refused}`, evidence };
  if (isNothing(shown))
    return { kind: "failed", message: "Nothing of this is removed: retention keeps it, or it is gone.", evidence };
  const room = frees === undefined ? "how much that frees restic does not say" : `${bytesText(frees)} are freed`;
  return { kind: "done", message: `To be removed: ${wordsOf(shown)}; ${room}.${stillWords(keptNow)}`, evidence };
}

/** Whether there is nothing to remove. */
export function isNothing({ removed, packs, debris, archives }: ShownPrune): boolean {
  return removed.length + packs.length + debris.length + archives.length === 0;
}

function wordsOf({ removed, packs, debris, points, archives }: ShownPrune): string {
  return [
    counted(removed.length, "backup"),
    ...(points.length === 0 ? [] : [counted(points.length, "recovery point")]),
    ...(debris.length === 0 ? [] : [`${counted(debris.length, "snapshot")} of debris`]),
    ...(packs.length === 0 ? [] : [counted(packs.length, "pack")]),
    ...(archives.length === 0 ? [] : [counted(archives.length, "archive")]),
  ].join(", ");
}

function stillWords(kept: readonly string[]): string {
  return kept.length === 0
    ? ""
    : ` Retention keeps ${kept.length} of those shown by now: ${kept.slice(0, 5).join(", ")}.`;
}

/** Only what was shown goes, and of that only what retention removes at this moment too. */
async function remove(binding: BackupsBinding, context: ActionContext, input: Going): Promise<Outcome> {
  const { environment, runId, mark, signal } = context;
  const { store } = binding;
  const calls = callsFor(binding, environment, signal);
  await context.fence();
  // What is gone by now did not go by this run.
  await keepListed(store, environment, await calls.list(), context.now());
  await markRemoved(store, environment, input.remove, runId);
  // Only now: whoever shows a receipt from here on sees the marks (`receipts.ts`).
  const holds = await heldBackups(store, environment);
  const pruned = await calls.prune(idsOf(input), holds, mark);
  const listed = await calls.list();
  const there = new Set(listed.backups.map(({ id }) => id));
  const kept = input.remove.filter((id) => there.has(id));
  await unmarkRemoved(store, environment, kept);
  await keepListed(store, environment, listed, context.now());
  // What an attempt before this one removed is removed too.
  const ours = await removedBy(store, environment, runId);
  return toldOf(pruned, {
    kept,
    removed: input.remove.filter((id) => ours.has(id)),
    gone: input.remove.filter((id) => !there.has(id) && !ours.has(id)),
  });
}

/** What became of the backups that were to go. */
interface Became {
  readonly removed: readonly string[];
  /** Retention keeps them by now. */
  readonly kept: readonly string[];
  /** They were gone before, and not by this run. */
  readonly gone: readonly string[];
}

function toldOf(pruned: ShownPrune, { removed, kept, gone }: Became): Outcome {
  const { debris, packs, points, archives, refused, done } = pruned;
  const { bytes, stuck = 0 } = done?.freed ?? {};
  const evidence = {
    removed,
    kept,
    gone,
    debris: debris.map(({ snapshot }) => snapshot),
    packs,
    points,
    archives,
    freedBytes: bytes ?? null,
    stuckBytes: stuck,
    record: done?.record ?? null,
  };
  if (refused !== undefined) return { kind: "failed", message: `Nothing was removed: ${refused}`, evidence };
  const all = wordsOf({ ...pruned, removed: removed.map((id) => ({ id, store: "", bytes: 0, why: [] })) });
  const before = gone.length === 0 ? "" : ` Gone before it, and not by it: ${gone.slice(0, 5).join(", ")}.`;
  const message = `Removed ${all}; ${freedWords(bytes)}.${stillWords(kept)}${before}`;
  if (stuck === 0) return { kind: "done", message, evidence };
  const why = `${bytesText(stuck)} that nothing uses any more could not be removed: the store refuses (a key that may only add, a lock, rights)`;
  return { kind: "failed", message: `${message} ${why}.`, evidence };
}

function freedWords(bytes: number | undefined): string {
  return bytes === undefined ? "how much that freed restic did not say" : `${bytesText(bytes)} were freed`;
}

function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}
