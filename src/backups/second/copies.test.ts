import assert from "node:assert/strict";
import { test } from "node:test";
import type { Programs } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import { testPorts } from "../own.test-support.ts";
import { readPart } from "../parts.ts";
import { Copies } from "./copies.ts";

test("of two copies of one the tree that is looked at is that of what is read", async () => {
  const [original, whole, other] = ["a", "b", "c"].map((letter) => letter.repeat(64)) as [string, string, string];
  const stored = [whole, other].map((id) => ({ id, time: "2026-11-20T09:00:00Z", original, tree: `tree of ${id}` }));
  const dumped: (string | undefined)[] = [];
  const programs: Programs = {
    ...testPorts.programs,
    start({ args }) {
      if (args.includes("dump")) dumped.push(args.at(-2));
      return {
        output: (async function* () {
          yield Buffer.from(args.includes("snapshots") ? JSON.stringify(stored) : "bytes");
        })(),
        ended: Promise.resolve({ status: 0, signal: null, errors: "" }),
        stop: () => undefined,
      };
    },
  };
  const copies = new Copies({ repository: "s3:x", password: "", environment: {} }, { ...testPorts, programs });
  const read = async (tree: string): Promise<void> => {
    const part = { snapshot: original, file: "dump.pgdump", bytes: 5, tree, added: 5 };
    for await (const _ of readPart(copies, part, undefined));
  };

  await assert.rejects(
    read(`tree of ${whole}`),
    (thrown) => thrown instanceof InputError && /not those that the manifest names/.test(thrown.message),
  );
  await read(`tree of ${other}`);
  assert.deepEqual(dumped, [other, other]);
});
