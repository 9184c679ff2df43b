import { sql } from "kysely";
import * as z from "zod";
import type { Recorder } from "../../access/route.ts";
import type { Attempt } from "../../engine/run.ts";
import { attemptsOf } from "../../engine/store.ts";
import { supersedeRun } from "../../engine/supersede.ts";
import type { Instant } from "../../kernel/instant.ts";
import { millwright } from "../../platform/actor.ts";
import type { Store } from "../../store/store.ts";
import { stillHeld } from "../fence/fence.ts";
import { holderOf } from "../fence/holder.ts";
import type { BackupTables } from "./tables.ts";

/**
 * Ends scheduled runs that failed and wait for somebody's word, once a later one was started for the same stores and class (a drill:
 * of the same scope and repository; a check: any; a removal: any, also one that waits for somebody to agree). `holders`: by whose
 * marks something stands still now; none of those is ended. One that left writers standing still waits until a fenced recovery point
 * was taken after it: that gives back first whatever a run left. What they failed by stays found, and its incident open, until one
 * succeeds: those are judged by backups and proofs, not by runs.
 */
export async function supersedeFailed(
  store: Store,
  { record, holders }: { readonly record: Recorder; readonly holders: readonly string[] },
  environment: string,
  now: Instant,
): Promise<void> {
  for (const { id, successor } of await succeeded(store, environment)) {
    const isSeenHolding = holders.some((by) => by.startsWith(holderOf(`${id}/`)));
    if (isSeenHolding || (await leftHeld(store, environment, await attemptsOf(store, id)))) continue;
    await store.transaction(async (part) => {
      await supersedeRun({ store: part, now, actor: millwright, record }, id, successor);
    });
  }
}

/** Our own that wait for a decision, each with the last of the same that was started after it and that nobody ended. */
async function succeeded(store: Store, environment: string) {
  const { rows } = await sql<{ readonly id: string; readonly successor: string }>`
    select run.id, later.id as successor
    from runs run join lateral (
      select id from runs later
      where later.procedure = run.procedure and later.environment = run.environment and later.created_at > run.created_at
        and later.state not in ('aborted', 'cancelled')
        and starts_with(later.key, run.procedure || '/' || run.environment || '/')
        and (run.procedure = 'prune-backups'
          or later.arguments - '{prove,window}'::text[] = run.arguments - '{prove,window}'::text[])
      order by later.created_at desc limit 1
    ) later on true
    where run.environment = ${environment} and run.procedure in ('back-up', 'check-repository', 'drill', 'prune-backups')
      and run.ended_at is null and run.state = 'waiting' and run.direction = 'do'
      and (run.waits_for = 'decision' or (run.procedure = 'prune-backups' and run.waits_for = 'approval'))
      and starts_with(run.key, run.procedure || '/' || run.environment || '/')
    order by run.created_at`.execute(store.tables());
  return rows;
}

const Left = z.object({ point: z.object({ notGivenBack: z.array(z.string()) }) });

/** Whether writers stand still by it, as far as its attempts tell, and nobody has given them back since. */
async function leftHeld(store: Store, environment: string, attempts: readonly Attempt[]): Promise<boolean> {
  const told = attempts.findLast(
    ({ evidence, message }) => Left.safeParse(evidence).success || message.includes(stillHeld),
  );
  if (told === undefined) return false;
  const left = Left.safeParse(told.evidence).data?.point.notGivenBack;
  if (left?.length === 0) return false;
  const [since] = await store
    .tables<BackupTables>()
    .selectFrom("backup_points")
    .select("id")
    .where("environment", "=", environment)
    .where("fenced", "=", true)
    .where("at", ">", told.endedAt)
    .limit(1)
    .execute();
  return since === undefined;
}
