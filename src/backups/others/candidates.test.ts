import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { StoredFiles } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import { testPorts } from "../own.test-support.ts";
import { candidatesIn } from "./candidates.ts";
import { folder } from "./prove.test-support.ts";

test("a folder that may not be read is told as one that nobody can tell of, and the others are looked at", async () => {
  const dir = folder();
  for (const name of ["closed", "lost+found", "open"]) mkdirSync(join(dir, name));
  writeFileSync(join(dir, "open", "a.sql"), "select 1;");
  const refused = new SystemError("closed: we may not read it", "stop");
  // root may read all
  const files: StoredFiles = {
    ...testPorts.files,
    list: async (path) => {
      if (/(?:closed|lost\+found)$/.test(path)) throw refused;
      return testPorts.files.list(path);
    },
  };

  const { candidates, passedOver } = await candidatesIn(dir, files);

  assert.deepEqual(
    candidates.map(({ name }) => name),
    ["closed", "open/a.sql"],
  );
  assert.deepEqual(
    passedOver.map(({ name }) => name),
    ["lost+found"],
  );
  const [closed] = candidates;
  assert.throws(() => (closed?.kind === "file" ? closed.open() : undefined), refused);
});
