import assert from "node:assert/strict";
import { test } from "node:test";
import { BackupStore } from "../../platform/backup-stores.ts";
import { inOrderOfReturn } from "./restore.ts";

test("the cluster's objects with the sealing key come back first, databases before what their rows name", () => {
  const backups = BackupStore.options.map(({ shape }) => ({ kind: shape.kind.value, store: `of/${shape.kind.value}` }));
  const kinds: readonly string[] = inOrderOfReturn(backups).map(({ kind }) => kind);

  assert.equal(kinds[0], "kubernetes");
  assert.equal(kinds.length, backups.length);
  for (const database of ["postgresql", "millwright", "sqlite", "redis"])
    for (const named of ["objects", "gitlab", "files"])
      assert.ok(kinds.indexOf(database) < kinds.indexOf(named), `${database} before ${named}`);
});
