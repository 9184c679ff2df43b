import { sql } from "kysely";
import type { Instant } from "../../kernel/instant.ts";
import { asJson, type Store } from "../../store/store.ts";
import type { ProvenOnce } from "../schedule/rpo.ts";
import { isSafety } from "../schedule/safety.ts";
import { type Listed, proven } from "./catalogue.ts";

/** Of one store; more is no chart. */
const mostOfStore = 1000;

/**
 * Keeps which of the backups that are there were proven once, but for those that take a restore back. What was kept stays, whatever
 * becomes of the backup.
 */
export async function keepProven(store: Store, environment: string, { backups }: Listed): Promise<void> {
  const own = backups.filter((one) => !isSafety(one));
  const rows = own.flatMap(({ id, store: of, takenAt, proofs }) => {
    const [first] = proofs
      .filter(({ verdict }) => verdict === proven)
      .toSorted((a, b) => Date.parse(a.provenAt) - Date.parse(b.provenAt));
    return first === undefined ? [] : [{ id, store: of, taken_at: takenAt, proven_at: first.provenAt }];
  });
  await sql`
    insert into backups_proven (environment, id, store, taken_at, proven_at)
    select ${environment}, id, store, taken_at, proven_at
    from jsonb_to_recordset(${asJson(rows)}) as given (id text, store text, taken_at timestamptz, proven_at timestamptz)
    on conflict do nothing`.execute(store.tables());
}

/** Those since a moment, and of each store the last one before it: the first gap begins with it. */
export async function provenSince(store: Store, environment: string, since: Instant): Promise<readonly ProvenOnce[]> {
  const { rows } = await sql<ProvenOnce>`
    select store, taken_at as "takenAt" from (
      select store, taken_at, row_number() over mine as turn, lag(taken_at) over mine as newer
      from backups_proven where environment = ${environment}
      window mine as (partition by store order by taken_at desc)
    ) ranked
    where turn <= ${mostOfStore} and (newer is null or newer >= ${since})`.execute(store.tables());
  return rows;
}
