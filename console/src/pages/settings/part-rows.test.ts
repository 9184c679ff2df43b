import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf } from "./part-rows.ts";

test("a component has one line with its environments, and one more where it is another system", () => {
  const rows = rowsOf([
    { environment: "staging", component: "gitlab", system: "gitlab" },
    { environment: "staging", component: "store", system: "s3" },
    { environment: "production", component: "gitlab", system: "gitlab" },
    { environment: "production", component: "store", system: "minio" },
  ]);

  assert.deepEqual(rows, [
    { component: "gitlab", system: "gitlab", environments: ["staging", "production"] },
    { component: "store", system: "s3", environments: ["staging"] },
    { component: "store", system: "minio", environments: ["production"] },
  ]);
  assert.deepEqual(rowsOf([]), []);
});
