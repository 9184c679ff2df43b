import { sql } from "kysely";
import { canonical } from "../../engine/plan.ts";
import { planRun } from "../../engine/start-run.ts";
import { withdrawRun } from "../../engine/supersede.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { millwright } from "../../platform/actor.ts";
import type { Store } from "../../store/store.ts";
import { removalTurnsOf } from "../schedule/removal-turns.ts";
import type { BackedUpEnvironment } from "./config.ts";
import { hasComeSince, type Starting, startTurn } from "./due.ts";
import { mostBackups, mostBeside } from "./procedures.ts";
import { isNothing } from "./removal.ts";
import type { ShownPrune } from "./shown-prune.ts";

const procedure = "prune-backups";

/**
 * Starts the removal of what is to go when its turn has come, and only where something is; the run names each thing and waits for
 * whoever agrees. Where the same waits already nothing is started; what waits for another plan is ended by the newer
 * (`supersedeFailed`). A removal under way is waited for, and a repository that does not answer is asked again.
 */
export async function startDueRemoval(
  store: Store,
  starting: Starting,
  { environment, retention }: Pick<BackedUpEnvironment, "environment" | "retention">,
  now: Instant,
  show: () => Promise<ShownPrune>,
): Promise<string | undefined> {
  const turns = removalTurnsOf(retention);
  // Where nothing is changed, nothing is asked for: that it is overdue is found.
  if (turns === undefined || starting.policy.mode === "observe") return undefined;
  const beginning = { ...starting, store, environment, now };
  if (!(await hasComeSince(beginning, turns)) || !(await isFree(store, environment))) return undefined;
  const shown = await answered(show);
  if (shown === undefined) return undefined;
  const wanted = { procedure, environment, arguments: goingIn(shown) };
  const begin = async (part: Store) => {
    if (shown.refused !== undefined) return undefined;
    if (!isNothing(shown)) return (await waitsFor(part, starting, wanted)) ? undefined : wanted;
    await withdrawOthers(part, starting, environment, now);
    return undefined;
  };
  return startTurn({ ...beginning, mayBegin: (part) => isFree(part, environment) }, turns, begin);
}

async function answered(show: () => Promise<ShownPrune>): Promise<ShownPrune | undefined> {
  try {
    return await show();
  } catch (thrown) {
    if (thrown instanceof SystemError || thrown instanceof InputError) return undefined;
    throw thrown;
  }
}

/** More is removed at the next turns. */
function goingIn({ removed, packs, debris, points, archives }: ShownPrune) {
  return {
    // The oldest first, should there be too many.
    remove: removed
      .toSorted((a, b) => (a.takenAt ?? "").localeCompare(b.takenAt ?? ""))
      .map(({ id }) => id)
      .slice(0, mostBackups),
    packs: packs.slice(0, mostBeside),
    debris: debris.map(({ snapshot }) => snapshot).slice(0, mostBeside),
    points: points.slice(0, mostBackups),
    archives: archives.map(({ object }) => object).slice(0, mostBackups),
  };
}

/** Whether no removal is being done. One that waits for somebody is in nobody's way. */
async function isFree(store: Store, environment: string): Promise<boolean> {
  const { rows } = await sql`
    select id from runs where procedure = ${procedure} and environment = ${environment} and ended_at is null
      and not (state = 'waiting' and waits_for in ('approval', 'decision'))
    limit 1`.execute(store.tables());
  return rows.length === 0;
}

/** Those of our own that wait, when all that they named is gone, or kept by now. */
async function withdrawOthers(store: Store, { record }: Starting, environment: string, now: Instant): Promise<void> {
  const { rows } = await sql<{ readonly id: string }>`
    select id from runs where procedure = ${procedure} and environment = ${environment} and ended_at is null
      and state = 'waiting' and starts_with(key, ${`${procedure}/${environment}/`})`.execute(store.tables());
  for (const { id } of rows)
    await withdrawRun({ store, now, actor: millwright, record }, id, "There is nothing to be removed any more.");
}

/** Whether a run that names just this waits for somebody to agree. */
async function waitsFor(
  store: Store,
  { policy }: Starting,
  wanted: { readonly procedure: string; readonly environment: string; readonly arguments: unknown },
): Promise<boolean> {
  const { rows } = await sql<{ readonly arguments: unknown }>`
    select arguments from runs where procedure = ${procedure} and environment = ${wanted.environment}
      and ended_at is null and state = 'waiting' and waits_for = 'approval'`.execute(store.tables());
  const same = canonical(planRun(policy, wanted).arguments);
  return rows.some((row) => canonical(row.arguments) === same);
}
