import * as z from "zod";
import { defineProbe } from "../probe.ts";
import { sqlRows } from "../probe-sql.ts";
import { healthy, unknownReading } from "../readings.ts";

const subject = "room";
const rows = 80_000;

/**
 * Rows that do not fit the little memory that is set for them, so that the server puts them into a temporary file of about 1 MB and
 * removes it with the transaction. One that may only read is allowed that, any login is, and a standby does it too. `spill` comes
 * before the rows as they refer to it. An empty temp_tablespaces is the database's own disk.
 */
const statement = `with spill as materialized (
  select set_config('work_mem', '64kB', true) || set_config('temp_tablespaces', '', true) as set)
select count(one) = ${rows} as fits from spill, lateral generate_series(1, ${rows} + 0 * length(spill.set)) as one`;

/** How much is left no login may ask that has no right to the server's files: what is told is whether there is any. */
export const room = defineProbe({
  id: "room",
  tells: "own",
  title: "Is there room on the database's disk for a temporary file of 1 MB?",
  needs: ["sql"],
  inputs: z.object({}),
  credentials: { database: "any login" },
  everySeconds: 60,
  timeoutSeconds: 20,
  source:
    "postgresql.org/docs/current: runtime-config-resource (work_mem, temp_file_limit), runtime-config-client (temp_tablespaces), errcodes-appendix (53100 disk_full); that a function in FROM is kept in a tuplestore: src/backend/executor/execSRF.c",
  async read({ sql }) {
    const answer = await sqlRows(sql, { subject, statement, missing: "a PostgreSQL of version 12 or later" }, Fits);
    if (answer.kind === "reading") return [answer.reading];
    if (answer.rows[0]?.fits !== true)
      return [unknownReading(subject, `${sql.label}: no answer to a select`, "Ask for the server's log.")];
    return [healthy(subject, "some", `${sql.label}: a temporary file of 1 MB fits; how much more is not known here`)];
  },
});

const Fits = z.object({ fits: z.boolean() });
