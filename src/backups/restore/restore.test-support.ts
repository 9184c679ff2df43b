// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { tmpdir } from "node:os";
import { InputError } from "../../kernel/errors.ts";
import { systems } from "../../systems/index.ts";
import type { TestRepository } from "../own.test-support.ts";
import type { RestoreRecord } from "./record.ts";
import type { RestoreOptions } from "./restore.ts";

/** What is asked of a restore in place, where a test says nothing else; nothing is declared. */
export function restoreOptions(repository: TestRepository, more: Partial<RestoreOptions> = {}): RestoreOptions {
  return {
    id: "restore-test",
    from: "point-1",
    stores: [],
    prefix: "",
    target: { kind: "in-place" },
    repository: repository.open(),
    identity: repository.identity(),
    declared: [],
    scratch: tmpdir(),
    path: process.env["PATH"] ?? "",
    secret: () => Promise.reject(new InputError("there is no secret in this test")),
    cluster: () => Promise.reject(new InputError("there is no cluster in this test")),
    systems,
    clock: { now: () => repository.now() },
    progress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

/** The record of a restore that has begun. */
export const begun: RestoreRecord = {
  schema: "millwright/restore/1",
  id: "restore-r1-restore",
  from: "point-1",
  prefix: "",
  by: "ana",
  beganAt: "2026-11-20T09:00:00Z",
  state: "begun",
  notDown: [],
  stores: [],
};
