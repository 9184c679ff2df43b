import assert from "node:assert/strict";
import { test } from "node:test";
import { gitlabChartFacts, gitlabVersionOf } from "./chart.ts";

test("the table's exceptions win over the rule", () => {
  assert.equal(gitlabVersionOf("gitlab", "8.11.8"), "17.11.7");
  assert.equal(gitlabVersionOf("gitlab", "8.7.2"), "17.7.0");
  assert.equal(gitlabVersionOf("gitlab", "8.1.8"), "17.1.8");
});

test("a chart newer than the table follows the rule, an old one outside it is not known", () => {
  assert.equal(gitlabVersionOf("gitlab", "10.2.4"), "19.2.4");
  assert.equal(gitlabVersionOf("gitlab", "8.1.99"), undefined);
  assert.equal(gitlabVersionOf("gitlab", "5.0.0"), undefined);
});

test("a range, a branch, another chart and too few numbers are not known", () => {
  for (const version of ["9.x", "^9.1.0", "main", "9.1", "", "{{ v }}"]) {
    assert.equal(gitlabVersionOf("gitlab", version), undefined, version);
  }
  assert.equal(gitlabVersionOf("gitlab-runner", "9.1.4"), undefined);
});

test("chart 10 has no bundled datastores among its defaults, and NGINX off", () => {
  const nine = gitlabChartFacts("gitlab", "9.9.1")?.defaults ?? {};
  const ten = gitlabChartFacts("gitlab", "10.0.1")?.defaults ?? {};

  assert.equal(nine["postgresql.install"], true);
  assert.equal("postgresql.install" in ten, false);
  assert.equal(ten["nginx-ingress.enabled"], false);
});
