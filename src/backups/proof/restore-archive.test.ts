import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalsIn } from "./restore-archive.ts";

test("what pg_restore was refused is read from its complaints, each with its statement", () => {
  const refused = refusalsIn(`pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 3312; 2606 16409 FK CONSTRAINT runs runs_fkey restorer
pg_restore: error: could not execute query: ERROR:  insert or update on table "runs" violates foreign key constraint "runs_fkey"
DETAIL:  Key (experiment)=(7) is not present in table "experiments".
Command was: ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_fkey FOREIGN KEY (experiment) REFERENCES public.experiments(id);


pg_restore: from TOC entry 3300; 0 16390 TABLE DATA runs restorer
pg_restore: error: COPY failed for table "runs": ERROR:  could not extend file "base/1/2": No space left on device
CONTEXT:  COPY runs, line 7
pg_restore: warning: errors ignored on restore: 2
`);
  assert.deepEqual(
    refused.map(({ statement, failure }) => [statement.replace(/\s+/g, " ").slice(0, 33), failure.code]),
    [
      ["ALTER TABLE ONLY public.runs ADD ", "23000"],
      ['COPY "runs"', "53100"],
    ],
  );
});

test("a server that is gone is no refusal of a statement", () => {
  const [one] = refusalsIn(
    'pg_restore: error: connection to server on socket "/x/.s.PGSQL.5432" failed: Connection refused\n',
  );
  assert.equal(one?.failure.code, "57P01");
  assert.deepEqual(refusalsIn("pg_restore: error: could not read from input file: end of file\n"), []);
});
