import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import { tellingBroken } from "./broken-server.ts";

function refusing(code: string, message: string): Database {
  const refused = (): Promise<never> => Promise.reject(Object.assign(new Error(message), { code }));
  return tellingBroken({ run: refused, copy: refused, query: refused, close: async () => undefined });
}

test("a disk that becomes full while the throw-away server is asked says so, and is no fault of ours or of the backup", async () => {
  const full = refusing("53100", 'could not extend file "base/16385/2612_vm": No space left on device');
  await assert.rejects(full.query("create database restored_1"), (thrown) => {
    assert.ok(thrown instanceof SystemError);
    assert.match(thrown.message, /the disk of the throw-away server is full .*--scratch/);
    return true;
  });
});

test("a question that the server refuses is thrown as it was", async () => {
  await assert.rejects(
    refusing("42601", "syntax error").query("selekt"),
    (thrown) => !(thrown instanceof SystemError) && thrown instanceof Error && thrown.message === "syntax error",
  );
});
