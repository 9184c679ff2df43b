import assert from "node:assert/strict";
import { test } from "node:test";
import { valueText } from "./value-text.ts";

test("values read like the file they come from", () => {
  assert.equal(
    valueText({ host: "127.0.0.1", port: 8420, tls: { key: "env:KEY" }, names: [] }),
    "host: 127.0.0.1\nport: 8420\ntls:\n  key: env:KEY\nnames: none",
  );
  assert.equal(valueText([{ name: "a", url: "b" }, "c"]), "- name: a\n  url: b\n- c");
});

test("what is plain stays plain, and what is empty says so", () => {
  assert.deepEqual([true, 12, "x", "", undefined, null, [], {}].map(valueText), [
    "true",
    "12",
    "x",
    "–",
    "–",
    "–",
    "none",
    "none",
  ]);
});
