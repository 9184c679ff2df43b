import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { systems } from "../../systems/index.ts";
import { databaseWith } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import type { InTurn } from "../progress/turns.ts";
import type { RestoreRecord } from "./record.ts";
import { type UndoOptions, undoRestore } from "./undo.ts";

const repository = await TestRepository.make();
const url = await databaseWith("create table one (id int primary key)");
const declared = ["mlflow", "gitlab"].map(
  (component): BackupStore => ({ component, store: "database", kind: "redis", url: { kind: "env", name: "URL" } }),
);

test("what is taken back and what is backed up before that are turns, the last store first, and what is over has none", async () => {
  const { manifest: safety } = await repository.backUp(url);
  const states = declared.map(({ component, store }) => ({
    store: `${component}/${store}`,
    backup: "b",
    safety: safety.id,
    besides: [],
    state: "restored" as const,
    words: [],
  }));
  const over = { store: "keycloak/database", backup: "b", besides: [], state: "not-begun" as const, words: [] };
  const record: RestoreRecord = {
    schema: "millwright/restore/1",
    id: "restore-r1",
    from: "point-1",
    prefix: "",
    by: "ana",
    beganAt: "2026-11-20T09:00:00Z",
    state: "restored",
    notDown: [],
    stores: [...states, over],
  };
  const heard: (InTurn | undefined)[] = [];
  const options: UndoOptions = {
    id: record.id,
    from: record.from,
    stores: [],
    prefix: "",
    target: { kind: "in-place" },
    repository: repository.open(),
    identity: repository.identity(),
    declared,
    scratch: tmpdir(),
    path: "",
    secret: () => Promise.resolve(url),
    cluster: () => Promise.reject(new InputError("there is no cluster in this test")),
    systems,
    clock: { now: () => repository.now() },
    progress: () => undefined,
    signal: new AbortController().signal,
    // Where none can be made what is there stays.
    async backUp(_, inTurn) {
      heard.push(inTurn);
      throw new InputError("it does not answer");
    },
  };

  const { record: left } = await undoRestore(record, options, testPorts);

  assert.deepEqual(
    left.stores.map(({ state }) => state),
    ["restored", "restored", "not-begun"],
  );
  assert.deepEqual(
    heard[0]?.turns.map(({ what, store }) => `${what} ${store}`),
    ["backups gitlab/database", "restores gitlab/database", "backups mlflow/database", "restores mlflow/database"],
  );
  assert.deepEqual(
    heard.map((one) => one?.before),
    [0, 2],
  );
});
