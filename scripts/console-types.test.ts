import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { digest, schemaFile } from "./console-types.ts";

test("the console's types are those of the routes (npm run console:types writes them)", () => {
  const [first = ""] = readFileSync(schemaFile, "utf8").split("\n", 1);

  assert.equal(first.split(" ")[1], digest);
});
