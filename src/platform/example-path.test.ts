import assert from "node:assert/strict";
import { test } from "node:test";
import { isExamplePath } from "./example-path.ts";

test("what is shown or tested is not deployed", () => {
  for (const file of [
    "docs/admin/app.yaml",
    "data/Examples/job.yaml",
    "charts/web/templates/tests/connection.yaml",
    "charts/web/ci/ingress-values.yaml",
  ])
    assert.equal(isExamplePath(file), true, file);
});

test("an environment called test is deployed, and so is a pipeline's folder", () => {
  for (const file of ["environments/test/web.yaml", "clusters/test/web.yaml", "ci/pipeline.yaml", "docs.yaml"])
    assert.equal(isExamplePath(file), false, file);
});
