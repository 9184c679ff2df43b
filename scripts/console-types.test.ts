import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { writeTypes } from "./console-types.ts";

test("the types are those of the document's paths, and are written only when the document is another one", async (t) => {
  const file = fileIn(t);
  assert.equal(await writeTypes(api("/a"), file), "written");
  const first = readFileSync(file, "utf8");
  assert.match(first, /^\/\/ [0-9a-f]{32} /);
  assert.match(first, /readonly "\/a": \{/);

  assert.equal(await writeTypes(api("/a"), file), "kept");
  assert.equal(readFileSync(file, "utf8"), first);

  assert.equal(await writeTypes(api("/b"), file), "written");
  assert.match(readFileSync(file, "utf8"), /readonly "\/b": \{/);
  assert.deepEqual(readdirSync(join(file, "..")), ["schema.ts"], "nothing half made stays");
});

test("types whose beginning is of another document, or of none, are written again", async (t) => {
  const file = fileIn(t);
  writeFileSync(file, "export interface paths {}\n");

  assert.equal(await writeTypes(api("/a"), file), "written");
});

function api(path: string) {
  const get = { operationId: "read", responses: { 200: { description: "It" } } };
  const info = { title: "A", version: "" };
  return { openapi: "3.1.1", info, paths: { [path]: { get } }, components: { schemas: {} } };
}

function fileIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "console-types-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "schema.ts");
}
