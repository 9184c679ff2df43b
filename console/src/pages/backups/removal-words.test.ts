import assert from "node:assert/strict";
import { test } from "node:test";
import { removalWords } from "./removal-words.ts";

const none = { removed: [], points: [], debris: [], packs: [], archives: [] };

test("what goes is counted, one as one, and what there is none of is not named", () => {
  assert.equal(
    removalWords({ ...none, removed: [1], points: [1] }),
    "1 backup; 1 recovery point, no longer whole then",
  );
  assert.equal(
    removalWords({ ...none, debris: [1, 2], packs: [1] }),
    "2 snapshots that interrupted runs left; 1 pack that no kept backup names",
  );
  assert.equal(removalWords({ ...none, archives: [1, 2, 3] }), "3 archives in GitLab's bucket");
});
