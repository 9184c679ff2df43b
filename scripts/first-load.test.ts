import assert from "node:assert/strict";
import { test } from "node:test";
import { firstLoad } from "./lib/first-load.ts";

test("what is imported at once counts, once, also in a circle; what is fetched later does not", () => {
  const manifest = {
    "index.html": { file: "a.js", imports: ["_b", "_c"], css: ["a.css"] },
    _b: { file: "b.js", imports: ["_c"] },
    _c: { file: "c.js", imports: ["_b"] },
    later: { file: "later.js", imports: ["_b"] },
  };

  assert.deepEqual(firstLoad(manifest, "index.html"), ["a.js", "a.css", "b.js", "c.js"]);
  assert.throws(() => firstLoad(manifest, "main"), /no entry main/);
});
