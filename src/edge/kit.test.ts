import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { packedKit, packKit, readKit, readKitFolder } from "./kit.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "kit-"));
  for (const folder of ["kit/scripts", "kit/tests", "src/cli", "dist"])
    mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, "kit/.gitignore"), "*.log\n");
  writeFileSync(join(dir, "kit/scripts/clean.sh"), "#!/bin/sh\n");
  chmodSync(join(dir, "kit/scripts/clean.sh"), 0o755);
  writeFileSync(join(dir, "kit/tests/clean.test.ts"), "");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const files = [
  { path: ".gitignore", text: "*.log\n", executable: false },
  { path: "scripts/clean.sh", text: "#!/bin/sh\n", executable: true },
];

test("a checkout's kit is its folder without the tests, hidden files and executable bits kept", () => {
  assert.deepEqual(readKit(join(dir, "src/cli")), files);
});

test("a package's kit is one file beside the bundle, and the same", () => {
  writeFileSync(join(dir, "dist", packedKit), packKit(readKitFolder(join(dir, "kit"))));
  rmSync(join(dir, "kit"), { recursive: true });

  assert.deepEqual(readKit(join(dir, "dist")), files);
});

test("a program without its kit says where it looked", () => {
  rmSync(join(dir, "kit"), { recursive: true });

  assert.throws(() => readKit(join(dir, "dist")), /neither at .*kit\.json nor at .*kit/);
});
