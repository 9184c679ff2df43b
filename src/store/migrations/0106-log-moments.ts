import type { Migration } from "./migration.ts";

/** As the engine writes moments: in UTC, to the millisecond. */
const moment = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Lines of a step's log say when they were said; of older ones only the moment of their attempt, or of their event, is known. */
export const migration0106: Migration = {
  number: 106,
  name: "moments of log lines",
  sql: `
    update run_attempts set log = coalesce(
      (select jsonb_agg(jsonb_build_object('at', ${moment("started_at")}, 'text', line) order by place)
        from jsonb_array_elements(log) with ordinality as said (line, place)), '[]')
      where jsonb_typeof(log) = 'array';

    update run_events set data = jsonb_build_object('lines', coalesce(
      (select jsonb_agg(jsonb_build_object('at', ${moment("at")}, 'text', line) order by place)
        from jsonb_array_elements(data -> 'lines') with ordinality as said (line, place)), '[]'))
      where kind = 'log' and jsonb_typeof(data -> 'lines') = 'array';
  `,
};
