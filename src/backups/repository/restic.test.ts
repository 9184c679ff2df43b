import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ended, Programs } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { testPorts } from "../own.test-support.ts";
import { Repository } from "./restic.ts";

/** What reading a file throws when restic prints half of it and ends so. */
async function reading(ended: Partial<Ended>): Promise<unknown> {
  const programs: Programs = {
    ...testPorts.programs,
    start: () => ({
      output: (async function* () {
        yield Buffer.from("half");
      })(),
      ended: Promise.resolve({ status: 1, signal: null, errors: "", ...ended }),
      stop: () => undefined,
    }),
  };
  const repository = new Repository({ repository: "s3:x", password: "", environment: {} }, { ...testPorts, programs });
  try {
    for await (const _ of repository.dump("f".repeat(64), "dump.pgdump"));
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

const retrying = (words: string): string => `Load(<data/ab>, 0, 0) returned error, retrying after 720ms: ${words}\n`;
const refused = 'Get "https://store/ab": dial tcp 10.0.0.1:443: connect: connection refused';

test("a restic that was killed, and a store that is away or refuses our keys, are no damage", async () => {
  const endings: readonly (readonly [Partial<Ended>, "retry" | "stop"])[] = [
    [{ status: null, signal: "SIGKILL" }, "retry"],
    [{ errors: `${retrying(refused)}Fatal: ${refused}\n` }, "retry"],
    [{ errors: `${retrying(refused)}Fatal: circuit breaker open for file <data/ab>\n` }, "retry"],
    [{ errors: "Fatal: Access Denied.\n" }, "stop"],
    [{ status: 2, errors: "fatal error: runtime: out of memory\n" }, "stop"],
    [{ errors: "Fatal: cannot dump file: write /dev/stdout: disk quota exceeded\n" }, "stop"],
    [{ errors: "Fatal: cannot dump file: write /dev/stdout: invalid argument\n" }, "stop"],
  ];
  for (const [ended, remedy] of endings) {
    const thrown = await reading(ended);
    assert.ok(thrown instanceof SystemError, ended.errors);
    assert.equal(thrown.remedy, remedy);
  }
});

test("what is damaged or gone is no fault of the store, also when the store was away for a moment", async () => {
  const endings: readonly Partial<Ended>[] = [
    { errors: "Fatal: cannot dump file: ciphertext verification failed\n" },
    { errors: `${retrying(refused)}Fatal: cannot dump file: The specified key does not exist.\n` },
    { status: null, signal: "SIGKILL", errors: retrying("open /r/data/ab: no such file or directory") },
  ];
  for (const ended of endings) assert.ok((await reading(ended)) instanceof InputError, ended.errors);
});
