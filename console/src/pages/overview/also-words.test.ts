import assert from "node:assert/strict";
import { test } from "node:test";
import { alsoWords } from "./also-words.ts";

test("what is called the same is said by its kind, the rest by its title too", () => {
  const title = "A certificate has expired: hub";

  assert.equal(alsoWords({ title, route: "/work/w1" }, title), "its work order");
  assert.equal(alsoWords({ title: "Incident 3", route: "/incidents/3" }, title), "Incident 3");
  assert.equal(
    alsoWords({ title: "A certificate ends", route: "/findings?rule=x" }, title),
    "finding “A certificate ends”",
  );
  assert.equal(alsoWords({ title: "Something else", route: "/health" }, title), "Something else");
});
