import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultConfig } from "./config.ts";
import { PlatformConfig } from "./schema.ts";

test("what holds without a millwright.yaml is what its schema makes of an empty one", () => {
  assert.deepEqual(defaultConfig, PlatformConfig.parse({}));
});
