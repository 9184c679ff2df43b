import assert from "node:assert/strict";
import { test } from "node:test";
import { splitRoute } from "./split-route.ts";

test("a page as the server names it is a path and what is filtered there", () => {
  assert.deepEqual(splitRoute("/findings?rule=a-b&environment=production"), {
    to: "/findings",
    search: { rule: "a-b", environment: "production" },
  });
  assert.deepEqual(splitRoute("/work/new?title=A.16%20What%3F"), { to: "/work/new", search: { title: "A.16 What?" } });
  assert.deepEqual(splitRoute("/settings"), { to: "/settings", search: {} });
});
