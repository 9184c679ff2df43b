import assert from "node:assert/strict";
import { test } from "node:test";
import { saidParts } from "./said-parts.ts";

test("moments are found in what the server says; all else stays as it is", () => {
  assert.deepEqual(saidParts("its clock runs out 2026-11-22T02:52:26.038Z; it is proposed"), [
    { kind: "words", text: "its clock runs out " },
    { kind: "moment", text: "2026-11-22T02:52:26.038Z" },
    { kind: "words", text: "; it is proposed" },
  ]);
  assert.deepEqual(saidParts("line 17.1 ended on 2024-09-19"), [
    { kind: "words", text: "line 17.1 ended on 2024-09-19" },
  ]);
  assert.deepEqual(saidParts(""), []);
});

test("a command stands without its backticks; a lone one is left as it is", () => {
  assert.deepEqual(saidParts("`argocd app get hub`, then the pods"), [
    { kind: "code", text: "argocd app get hub" },
    { kind: "words", text: ", then the pods" },
  ]);
  assert.deepEqual(saidParts("a lone ` stays"), [{ kind: "words", text: "a lone ` stays" }]);
});
