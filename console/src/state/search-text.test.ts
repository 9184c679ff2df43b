import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSearch, searchText } from "./search-text.ts";

test("what is written is read again, signs of addresses included", () => {
  const values = { q: "a&b=c #?", environment: "production" };

  assert.deepEqual(parseSearch(searchText(values)), values);
});

test("what is empty is left out", () => {
  assert.equal(searchText({ state: "", severity: undefined, rule: null }), "");
  assert.equal(searchText({ state: "open", severity: undefined }), "?state=open");
});

test("an address typed by hand never fails to be read", () => {
  assert.deepEqual(parseSearch("?a=%E0%A4&&=&b"), { a: "\ufffd", "": "", b: "" });
});
