import assert from "node:assert/strict";
import { test } from "node:test";
import { gitlabStores } from "./stores.ts";

test("what GitLab's own archive may hold is left to it: a point that has both lacks none of it", () => {
  const held = gitlabStores.flatMap(({ beside }) => beside).filter(({ heldIn }) => heldIn !== undefined);

  assert.ok(held.length > 5);
  assert.deepEqual(
    held.filter(({ keptBy }) => keptBy?.includes("gitlab") !== true).map(({ id }) => id),
    [],
  );
});
