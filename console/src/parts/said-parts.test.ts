import assert from "node:assert/strict";
import { test } from "node:test";
import { saidParts } from "./said-parts.ts";

test("moments are found in what the server says; all else stays as it is", () => {
  assert.deepEqual(saidParts("its clock runs out 2026-11-22T02:52:26.038Z; it is proposed"), [
    { text: "its clock runs out ", isMoment: false },
    { text: "2026-11-22T02:52:26.038Z", isMoment: true },
    { text: "; it is proposed", isMoment: false },
  ]);
  assert.deepEqual(saidParts("line 17.1 ended on 2024-09-19"), [
    { text: "line 17.1 ended on 2024-09-19", isMoment: false },
  ]);
  assert.deepEqual(saidParts(""), []);
});
