import assert from "node:assert/strict";
import { test } from "node:test";
import { foreignSeal } from "./catalogue.ts";
import type { StoredSnapshot } from "./restic.ts";
import { type TaggedPart, tagsOf } from "./tags.ts";

const ours = { installation: "acme", environment: "production" };

function stored(part: TaggedPart, whose: typeof ours): StoredSnapshot {
  const tags = [...tagsOf({ part, backup: "mlflow-1", store: "mlflow/database", ...whose })];
  return { id: "a".repeat(64), time: "2026-11-20T09:00:00Z", tags, tree: "b".repeat(64), paths: ["/dump.pgdump"] };
}

test("what a killed run of another environment left bars nobody from their own repository; a whole backup of it does", () => {
  const other = { ...ours, environment: "staging" };
  const left = [stored("seal", ours), stored("part", other), stored("pack", other)];
  assert.equal(foreignSeal(left, ours), undefined);
  assert.equal(foreignSeal([...left, stored("seal", other)], ours)?.environment, "staging");
  assert.equal(foreignSeal([stored("seal", { ...ours, installation: "beta" })], ours)?.installation, "beta");
});
