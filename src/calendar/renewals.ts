import type { Selectable } from "kysely";
import type { Recorder } from "../access/route.ts";
import type { Instant } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import { asJson, type Store } from "../store/store.ts";
import { doneEntry } from "./done.ts";
import { lockClock } from "./store.ts";
import type { CalendarTables } from "./tables.ts";
import { day } from "./zone.ts";

/** Something that ends, as it is seen now: a certificate. Renewing it is a duty with one date, not one that comes again. */
export interface SeenEnd {
  /** Of this very thing, the same after it was renewed: `renew/production/mlops/mlflow`. */
  readonly duty: string;
  readonly title: string;
  readonly environment: string;
  readonly dueAt: Instant;
  readonly overdueAt: Instant;
  readonly endsAt: Instant;
}

interface RenewalTables {
  readonly renewals: {
    readonly duty: string;
    readonly title: string;
    readonly environment: string;
    readonly due_at: Instant;
    readonly overdue_at: Instant;
    readonly ends_at: Instant;
    readonly seen_at: Instant;
  };
}

export type RenewalRow = Selectable<RenewalTables["renewals"]>;

/** An end that moved by less is the same one, told to the day. */
const sameEndMillis = 2 * day;

/**
 * Follows what ends: a renewal becomes due at its time, overdue after it, and is done by itself once a later end is seen, which
 * is its evidence. What is not among `seen` stays as it is: not seen is not gone.
 */
export async function followRenewals(
  store: Store,
  seen: readonly SeenEnd[],
  now: Instant,
  record: Recorder,
): Promise<void> {
  if (seen.length === 0) return;
  await store.transaction(async (part) => {
    await lockClock(part);
    const tables = part.tables<RenewalTables>();
    const rows = await tables
      .selectFrom("renewals")
      .selectAll()
      .where(
        "duty",
        "in",
        seen.map(({ duty }) => duty),
      )
      .execute();
    const kept = new Map(rows.map((row) => [row.duty, row]));
    for (const one of seen) await follow(part, one, kept.get(one.duty), now, record);
  });
}

async function follow(
  store: Store,
  seen: SeenEnd,
  kept: RenewalRow | undefined,
  now: Instant,
  record: Recorder,
): Promise<void> {
  const moved = kept === undefined ? 0 : Date.parse(seen.endsAt) - Date.parse(kept.ends_at);
  const isRenewed = kept !== undefined && moved > sameEndMillis;
  if (isRenewed) await finish(store, kept, seen, now, record);
  const isSame = kept !== undefined && Math.abs(moved) <= sameEndMillis;
  const row = {
    title: seen.title,
    environment: seen.environment,
    due_at: isSame ? kept.due_at : seen.dueAt,
    overdue_at: isSame ? kept.overdue_at : seen.overdueAt,
    ends_at: isSame ? kept.ends_at : seen.endsAt,
    seen_at: now,
  };
  await store
    .tables<RenewalTables>()
    .insertInto("renewals")
    .values({ duty: seen.duty, ...row })
    .onConflict((conflict) => conflict.column("duty").doUpdateSet(row))
    .execute();
  if (row.due_at <= now) await writeTurn(store, seen, row.due_at, { state: row.overdue_at <= now ? "overdue" : "due" });
}

async function finish(store: Store, kept: RenewalRow, seen: SeenEnd, now: Instant, record: Recorder): Promise<void> {
  const text = `A new one is seen: it ends at ${seen.endsAt}; the one before ended at ${kept.ends_at}.`;
  const evidence = { text, links: [] };
  await writeTurn(store, seen, kept.due_at, {
    state: "done",
    done_at: now,
    done_by: asJson(millwright),
    evidence: asJson(evidence),
  });
  const { duty: id, title, environment } = seen;
  const done = { by: millwright, at: now, dueAt: kept.due_at, evidence };
  await record(store, doneEntry({ id, title, environment }, done));
}

type TurnState =
  | { readonly state: "due" | "overdue" }
  | {
      readonly state: "done";
      readonly done_at: Instant;
      readonly done_by: ReturnType<typeof asJson>;
      readonly evidence: ReturnType<typeof asJson>;
    };

async function writeTurn(store: Store, seen: SeenEnd, dueAt: Instant, values: TurnState): Promise<void> {
  const { duty, title, environment } = seen;
  const open = { done_at: null, done_by: null, evidence: null };
  await store
    .tables<CalendarTables>()
    .insertInto("duty_turns")
    .values({ duty, due_at: dueAt, title, environment, owner: null, while_down: false, ...open, ...values } as never)
    .onConflict((conflict) =>
      conflict
        .columns(["duty", "due_at"])
        .doUpdateSet(values as never)
        .where("duty_turns.state", "!=", "done"),
    )
    .execute();
}

/** One of them; undefined when nothing of the name was ever seen. */
export async function findRenewal(store: Store, duty: string): Promise<RenewalRow | undefined> {
  return store.tables<RenewalTables>().selectFrom("renewals").selectAll().where("duty", "=", duty).executeTakeFirst();
}

/** What is to be renewed, by when. */
export async function listRenewals(store: Store): Promise<readonly RenewalRow[]> {
  return store.tables<RenewalTables>().selectFrom("renewals").selectAll().orderBy("due_at").orderBy("duty").execute();
}
