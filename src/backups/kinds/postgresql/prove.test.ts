import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { SystemError } from "../../../kernel/errors.ts";
import { databaseWith, folder, mlflowRows, mlflowTables } from "../../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../../own.test-support.ts";
import { Repository } from "../../repository/restic.ts";

const made = await TestRepository.make();
const { manifest } = await made.backUp(await databaseWith(`${mlflowTables}${mlflowRows}`));

type Reading = (stored: AsyncGenerator<Uint8Array>) => AsyncGenerator<Uint8Array>;

/** The repository, whose dump is read otherwise. */
class Otherwise extends Repository {
  readonly #reading: Reading;

  constructor(reading: Reading) {
    super({ repository: made.folder, password: made.password, environment: {} }, testPorts);
    this.#reading = reading;
  }

  override async *dump(snapshot: string, file: string): AsyncGenerator<Uint8Array> {
    const stored = super.dump(snapshot, file);
    yield* file.endsWith(".pgdump") ? this.#reading(stored) : stored;
  }
}

test("a store that goes away in the middle of the dump is no backup that failed, and leaves nothing", async () => {
  const scratch = folder();
  const repository = new Otherwise(async function* (stored) {
    yield (await stored.next()).value;
    await stored.return(undefined);
    throw new SystemError("the store is away", "retry");
  });
  const { verdict } = await made.prove(manifest.id, { repository, scratch });
  assert.ok(verdict.kind === "unknown");
  assert.match(verdict.why, /the store is away/);
  assert.deepEqual(readdirSync(scratch), []);
});

test("a proof that is broken off reads no more of the dump", async () => {
  const broken = new AbortController();
  let after = 0;
  const repository = new Otherwise(async function* (stored) {
    yield* stored;
    for (let more = 0; more < 100; more += 1) {
      if (broken.signal.aborted) after += 1;
      if (more === 5) broken.abort();
      yield Buffer.alloc(1_000_000);
    }
  });
  await assert.rejects(made.prove(manifest.id, { repository, signal: broken.signal }), /the proof was broken off/);
  assert.ok(after < 5, `${after} more were read`);
});
