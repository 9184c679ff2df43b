import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildConsole } from "./console.ts";

const checkout = mkdtempSync(join(tmpdir(), "millwright-console-"));
after(() => rmSync(checkout, { recursive: true, force: true }));

for (const folder of ["console/src", "dist-console", "scripts"]) mkdirSync(join(checkout, folder), { recursive: true });
/** A build that can only fail: whether it was begun shows. */
const files = ["console/src/page.tsx", "package-lock.json", "dist-console/index.html"];
for (const file of files) writeFileSync(join(checkout, file), "");
writeFileSync(join(checkout, "scripts/build-console.ts"), 'throw new Error("begun");');

function built(at: number): void {
  utimesSync(join(checkout, "dist-console/index.html"), at, at);
}

test("a console younger than its sources is not built again", async () => {
  built(Date.now() / 1000 + 10);
  await buildConsole(checkout);
});

test("one older than a source of its own is, and what the build said is told", async () => {
  built(Date.now() / 1000 - 1000);
  await assert.rejects(buildConsole(checkout), /could not be built \(npm run build:console\)[^]*begun/);
});
