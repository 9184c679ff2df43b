import type { Migration } from "./migration.ts";

/**
 * Tables that answers are made from and kept (`src/store/kept.ts`). Not here: what is written all the time (signs of life,
 * samples), and what no answer is made from (logins, keys).
 */
const watched = [
  "break_glass",
  "calendar_clock",
  "configuration_in_force",
  "duty_progress",
  "duty_turns",
  "finding",
  "finding_count",
  "finding_event",
  "finding_sighting",
  "forge_branch",
  "freshness",
  "incident_alerts",
  "incident_events",
  "incidents",
  "journal_entries",
  "live_fact",
  "live_look",
  "notices",
  "observation",
  "observation_change",
  "observed_component",
  "observed_pin",
  "observed_source",
  "open_question",
  "renewals",
  "run_approvals",
  "run_attempts",
  "run_events",
  "runs",
  "series",
  "window_uses",
  "work_orders",
];

/**
 * Each transaction that changes a watched table leaves a mark of its own, and takes away older ones. Whoever sees the same marks
 * twice knows that nothing was committed in between: the last to commit is always there, since only one that commits later
 * takes it away. Writers never wait for each other here: a mark that another is taking away is passed over.
 */
export const migration0092: Migration = {
  number: 92,
  name: "change-marks",
  sql: `
    create table change_mark (
      number bigint generated always as identity primary key,
      about text not null
    );

    create function mark_change() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'TRUNCATE' then
        if not exists (select from changed_row) then
          return null;
        end if;
      end if;
      -- One mark is enough for all that a transaction does to a table.
      if not exists (
        select from change_mark where about = tg_table_name and xmin = pg_current_xact_id()::xid
      ) then
        -- Under a snapshot older than another's commit, taking away would be a collision.
        if current_setting('transaction_isolation') = 'read committed' then
          delete from change_mark where number in (
            select number from change_mark where about = tg_table_name for update skip locked
          );
        end if;
        insert into change_mark (about) values (tg_table_name);
      end if;
      return null;
    end $$;
    ${watched.map(watch).join("\n")}
  `,
};

/** Has changes of a table marked; the first mark says that it is watched. */
export function watch(table: string): string {
  const one = (when: string, rows: string): string =>
    `create trigger mark_${when} after ${when} on ${table} ${rows} for each statement execute function mark_change();`;
  return [
    `insert into change_mark (about) values ('${table}');`,
    one("insert", "referencing new table as changed_row"),
    one("update", "referencing new table as changed_row"),
    one("delete", "referencing old table as changed_row"),
    one("truncate", ""),
  ].join("\n");
}
