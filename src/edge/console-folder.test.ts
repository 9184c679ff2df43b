import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openConsole } from "./console-folder.ts";

const home = mkdtempSync(join(tmpdir(), "millwright-console-"));
after(() => rmSync(home, { recursive: true, force: true }));
mkdirSync(join(home, "console", "assets"), { recursive: true });
writeFileSync(join(home, "console", "assets", "a-1.js"), "code");
writeFileSync(join(home, "secret.js"), "secret");
writeFileSync(join(home, "console", ".hidden.js"), "hidden");

test("a file of the build is read, and none outside of it or hidden in it", async () => {
  const file = openConsole(home);

  assert.equal(new TextDecoder().decode(await file("assets/a-1.js")), "code");
  for (const path of [
    "../secret.js",
    "assets/../../secret.js",
    ".hidden.js",
    "/etc/passwd",
    "assets",
    "",
    "a\0.js",
    "assets\\a-1.js",
  ])
    assert.equal(await file(path), undefined, JSON.stringify(path));
});
