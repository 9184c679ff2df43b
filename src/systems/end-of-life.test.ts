import assert from "node:assert/strict";
import { test } from "node:test";
import { endedLine } from "./end-of-life.ts";

test("a line ends with its day, not before", () => {
  assert.equal(endedLine("postgresql", "14.24", "2026-11-12T00:00:00.000Z"), undefined);
  assert.deepEqual(endedLine("postgresql", "14.24", "2026-11-13T00:00:00.000Z"), { line: "14", on: "2026-11-12" });
});

test("a version is judged by its minor line where lines are minors", () => {
  assert.equal(endedLine("gitlab", "18.11.11", "2026-11-20T00:00:00.000Z")?.line, "18.11");
  assert.equal(endedLine("postgresql", "9.6.24", "2026-11-20T00:00:00.000Z")?.line, "9.6");
});

test("a line that is not in the table, a branch and a name of Object's are not judged", () => {
  for (const version of ["99.1", "latest", "constructor", "toString.1", ""]) {
    assert.equal(endedLine("postgresql", version, "2030-01-01T00:00:00.000Z"), undefined, version);
  }
});
