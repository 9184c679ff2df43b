// oxlint-disable no-restricted-imports -- tests write the program that they run
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Database, Ended } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import { folder } from "../others/prove.test-support.ts";
import { testPorts } from "../own.test-support.ts";
import { refuseBrokenServer } from "./broken-server.ts";
import { nothingYet, type Problem } from "./gathered.ts";
import { refusalsIn, restoreArchive } from "./restore-archive.ts";
import { refuseBrokenRestorer } from "./restorer-end.ts";
import type { RestoreTarget } from "./throw-away.ts";
import { Workbench } from "./workbench.ts";

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
    refused.map(({ statement, failure }) => [statement.replace(/\s+/g, " "), failure.code]),
    [
      [
        "ALTER TABLE ONLY public.runs ADD CONSTRAINT runs_fkey FOREIGN KEY (experiment) REFERENCES public.experiments(id);",
        "23000",
      ],
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

test("what our own server has no more of is no fault of the dump", () => {
  const refusals: readonly string[] = [
    "could not execute query: ERROR:  out of memory",
    "could not execute query: ERROR:  out of shared memory",
    'connection to server on socket "/x" failed: FATAL:  sorry, too many clients already',
    'could not execute query: ERROR:  could not resize shared memory segment "/P.1" to 8 bytes: No space left on device',
    'COPY failed for table "runs": ERROR:  could not fsync file "base/1/2": Input/output error',
    'COPY failed for table "runs": ERROR:  could not read block 7 in file "base/1/2": read only 0 of 8192 bytes',
    "could not execute query: ERROR:  invalid page in block 7 of relation base/1/2",
    'could not write to large object: ERROR:  could not extend file "base/1/2": No space left on device',
    "error returned by PQputCopyData: server closed the connection unexpectedly",
    "error returned by PQputCopyEnd: could not send data to server: Broken pipe",
  ];
  for (const words of refusals) {
    const [refusal] = refusalsIn(`pg_restore: error: ${words}\n`);
    assert.ok(refusal !== undefined, words);
    assert.throws(() => refuseBrokenServer(refusal.failure), SystemError, words);
  }
});

test("what the dump holds never speaks for our server", () => {
  const refusals: readonly string[] = [
    'COPY failed for table "runs": ERROR:  invalid input syntax for type integer: "out of memory"',
    'could not execute query: ERROR:  relation "No space left" does not exist',
    'COPY failed for table "runs": ERROR:  out of memory\nDETAIL:  Cannot enlarge string buffer containing 1073741822 bytes by 1 more bytes.',
    'could not execute query: ERROR:  could not open extension control file "/x/y.control": No such file or directory',
  ];
  for (const words of refusals) {
    const [refusal] = refusalsIn(`pg_restore: error: ${words}\n`);
    assert.ok(refusal !== undefined, words);
    refuseBrokenServer(refusal.failure);
  }
});

test("a killed pg_restore, or a killed worker of it, says nothing about the archive; a worker that found damage does", () => {
  const died = "pg_restore: error: a worker process died unexpectedly\n";
  const refused = "pg_restore: error: could not execute query: ERROR:  syntax error\nCommand was: x\n";
  const ends = (ended: Partial<Ended>) => (): void =>
    refuseBrokenRestorer({ status: 1, signal: null, errors: "", ...ended });
  const retry = { name: "SystemError", remedy: "retry" };
  assert.throws(ends({ status: null, signal: "SIGKILL" }), retry);
  assert.throws(ends({ errors: died }), retry);
  assert.throws(ends({ errors: `${refused}${died}` }), retry);
  assert.throws(ends({ errors: "pg_restore: error: out of memory\n" }), SystemError);
  ends({ errors: `pg_restore: error: could not uncompress data: (null)\n${died}` })();
  ends({ status: 0, errors: "pg_restore: warning: x\n" })();
});

/** Restores by a script in place of pg_restore, into no server. */
async function restoredBy(script: string): Promise<Problem> {
  const parent = folder();
  const file = join(parent, "pg_restore");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const restorers = () => Promise.resolve([{ file, major: 99 }]);
  const ports = { ...testPorts, programs: { ...testPorts.programs, restorers } };
  const { signal } = new AbortController();
  const workbench = await Workbench.open({ parent, path: process.env["PATH"] ?? "", signal }, ports);
  const none: Database = {
    run: async () => undefined,
    copy: async () => undefined,
    query: async () => [],
    close: async () => undefined,
  };
  const target: RestoreTarget = {
    conninfo: "",
    uri: "",
    restorer: none,
    keeper: none,
    leave: async () => undefined,
    drop: async () => undefined,
  };
  const server = Promise.resolve({ major: 99, makeDatabase: async () => target, stop: async () => undefined });
  const unsaid = { madeAt: undefined, database: undefined, serverVersion: undefined, dumpVersion: undefined };
  const head = { format: "custom", version: "1.14", readBy: 12, ...unsaid } as const;
  const now = instantOf(0);
  const clock = { now: () => now };
  try {
    return await restoreArchive({ head, path: "/dev/null", server, known: [] }, nothingYet("archive"), {
      ports,
      clock,
      systems: [],
      workbench,
      progress: () => undefined,
      now,
      signal,
    });
  } finally {
    await workbench.close();
  }
}

test("a pg_restore that is killed while it names or restores is no damage, and what it printed last is none", async () => {
  const killed = { name: "SystemError", message: /pg_restore was killed \(SIGKILL\)/ };
  await assert.rejects(restoredBy("printf 'CREATE TABLE a (\\047half'; kill -9 $$"), killed);
  await assert.rejects(restoredBy('case "$1" in --jobs=2) kill -9 $$ ;; esac'), killed);
  const damaged = await restoredBy('case "$1" in --jobs=2) echo "pg_restore: error: found it cut" >&2; exit 1 ;; esac');
  assert.match(damaged?.kind === "not-restorable" ? damaged.why : "", /found it cut/);
});

test("a pg_restore whose definitions are refused is ended, however much more it would print", async () => {
  const marker = `-- ${randomUUID()}`;
  const script = `echo "COPY a FROM PROGRAM 'id';"; exec yes "${marker}"`;
  await assert.rejects(
    restoredBy(script),
    (thrown) => thrown instanceof InputError && /no dump does/.test(thrown.message),
  );
  assert.doesNotMatch(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }), new RegExp(marker));
});
