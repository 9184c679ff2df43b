import assert from "node:assert/strict";
import { test } from "node:test";
import type { BackupPorts, ProgramCall } from "../kernel/backup-ports.ts";
import { SystemError } from "../kernel/errors.ts";
import { databaseWith, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository, testPorts } from "./own.test-support.ts";
import { readPart } from "./parts.ts";
import { Copies } from "./second/copies.ts";

/* A restic that hangs, as it does where a store takes the connection and never answers. Whoever breaks the work off waits for nothing. */

const repository = await TestRepository.make();
const url = await databaseWith(mlflowTables);
const { manifest } = await repository.backUp(url);
/** Far longer than it takes, and far less than the programs hang. */
const soon = { timeout: 60_000 };

/** restic hangs at a call that names this; the work is broken off then. */
function hangingAt(word: string): { readonly ports: Partial<BackupPorts>; readonly signal: AbortSignal } {
  const broken = new AbortController();
  const start = (call: ProgramCall) => {
    if (!call.args.includes(word)) return testPorts.programs.start(call);
    setImmediate(() => broken.abort());
    return testPorts.programs.start({ ...call, program: "sleep", args: ["600"], secret: undefined });
  };
  return { ports: { programs: { ...testPorts.programs, start } }, signal: broken.signal };
}

for (const word of ["manifest.json", "dump.pgdump"])
  test(`a proof whose restic hangs at ${word} ends when it is broken off`, soon, async () => {
    const { ports, signal } = hangingAt(word);
    const proof = repository.prove(manifest.id, { repository: repository.open({}, ports), signal });
    await assert.rejects(proof, /the proof was broken off/);
    assert.deepEqual((await repository.find(manifest.id)).proofs, []);
  });

for (const word of ["cat", "snapshots", "unlock"])
  test(`a backup whose restic hangs at ${word} ends when it is broken off`, soon, async () => {
    const { ports, signal } = hangingAt(word);
    await assert.rejects(repository.backUp(url, { signal }, ports), /the backup was broken off/);
  });

test("reading a part ends when it is broken off, in a copy too", soon, async () => {
  const [part] = manifest.parts;
  assert.ok(part);
  const { folder, password } = repository;
  const place = { repository: folder, password, environment: {} };
  for (const open of [
    (ports: BackupPorts) => repository.open({}, ports),
    (ports: BackupPorts) => new Copies(place, ports),
  ]) {
    const { ports, signal } = hangingAt(part.file);
    const read = readPart(open({ ...testPorts, ...ports }), part, signal);
    await assert.rejects(read.next(), SystemError);
  }
});
