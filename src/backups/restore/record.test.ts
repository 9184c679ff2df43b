import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import { TestRepository } from "../own.test-support.ts";
import { writeRecord } from "../repository/records.ts";
import { findRestore, keepRestore, knownRestore } from "./record.ts";
import { begun } from "./restore.test-support.ts";

const repository = await TestRepository.make();
const home = repository.open();
const clock = { now: () => repository.now() };
const lent = { identity: repository.identity(), clock, signal: new AbortController().signal };

test("a restore is found by its name or by what only its name begins with, and taken up by its whole name alone", async () => {
  const other = "restore-20261121T061000Z-1a2b3c4d";
  for (const id of ["restore-r1-restore", "restore-r1-restore-2", other])
    await keepRestore({ ...begun, id, stores: [] }, home, lent);
  const found = (id: string) => findRestore(id, home);
  assert.equal((await found("restore-r1-restore")).id, "restore-r1-restore");
  assert.equal((await found("restore-2026")).id, other);
  await assert.rejects(
    found("restore-"),
    (thrown) => thrown instanceof InputError && /3 restores begin so/.test(thrown.message),
  );
  await assert.rejects(found(""), /Name a restore/);
  await assert.rejects(found("restore-9"), /There is no restore restore-9/);
  assert.equal(await knownRestore("restore-2026", home), undefined);
});

test("a record of before prefixes were written down is read", async () => {
  const { prefix: _, ...old } = begun;
  const at = { kind: "restore" as const, id: "restore-old", at: repository.now(), verdict: "restored" };
  const said = { ...old, id: "restore-old", stores: [{ store: "a/b", backup: "b", state: "restored", words: [] }] };
  await writeRecord(home, at, lent.identity, said, lent.signal);
  const found = await findRestore("restore-old", home);
  assert.deepEqual([found.prefix, found.gitRepository, found.stores[0]?.besides], ["", undefined, []]);
});
