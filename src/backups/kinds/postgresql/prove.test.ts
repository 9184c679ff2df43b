import assert from "node:assert/strict";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { ProgramCall, Running } from "../../../kernel/backup-ports.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { databaseWith, folder, mlflowRows, mlflowTables } from "../../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../../own.test-support.ts";
import { Repository } from "../../repository/restic.ts";

const made = await TestRepository.make();
const { manifest } = await made.backUp(await databaseWith(`${mlflowTables}${mlflowRows}`));

test("a store that goes away in the middle of the dump is no backup that failed, and leaves nothing", async () => {
  class Away extends Repository {
    override async dumpInto(path: string): Promise<void> {
      writeFileSync(path, "PGDMP", { flag: "wx" });
      throw new SystemError("the store is away", "retry");
    }
  }
  const scratch = folder();
  const repository = new Away({ repository: made.folder, password: made.password, environment: {} }, testPorts);
  const { verdict } = await made.prove(manifest.id, { repository, scratch });
  assert.ok(verdict.kind === "unknown");
  assert.match(verdict.why, /the store is away/);
  assert.deepEqual(readdirSync(scratch), []);
});

test("a proof that is broken off reads no more of the dump, and leaves nothing", async () => {
  const broken = new AbortController();
  let endless: Running | undefined;
  const start = (call: ProgramCall): Running => {
    const { into } = call;
    if (into === undefined) return testPorts.programs.start(call);
    const look = setInterval(() => {
      if (statSync(into).size === 0) return;
      clearInterval(look);
      broken.abort();
    }, 5);
    endless = testPorts.programs.start({ ...call, program: "yes", args: [], secret: undefined });
    return endless;
  };
  const scratch = folder();
  const repository = made.open({}, { programs: { ...testPorts.programs, start } });
  const proof = made.prove(manifest.id, { repository, scratch, signal: broken.signal });
  await assert.rejects(proof, /the proof was broken off/);
  assert.equal((await endless?.ended)?.signal, "SIGKILL");
  assert.deepEqual(readdirSync(scratch), []);
});
