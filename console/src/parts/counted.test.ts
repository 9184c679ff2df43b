import assert from "node:assert/strict";
import { test } from "node:test";
import { counted } from "./counted.ts";

test("one is one, none and several are more", () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, "backup")),
    ["0 backups", "1 backup", "2 backups"],
  );
});
