import assert from "node:assert/strict";
import { test } from "node:test";
import { conventionalName, defaultConfig, environmentOf } from "./config.ts";
import { PlatformConfig } from "./schema.ts";

const declared = PlatformConfig.parse({
  environments: [
    { name: "production", paths: ["clusters/prod", "shared/prod.yaml"] },
    { name: "staging", paths: ["./clusters/prod/canary/"] },
  ],
});

test("a file belongs to the declared environment with the longest path", () => {
  assert.equal(environmentOf("clusters/prod/a.yaml", declared), "production");
  assert.equal(environmentOf("clusters/prod/canary/a.yaml", declared), "staging");
  assert.equal(environmentOf("shared/prod.yaml", declared), "production");
  assert.equal(environmentOf("clusters/production-old/a.yaml", declared), "production");
  assert.equal(environmentOf("docs/a.yaml", declared), undefined);
});

test("without a declaration a folder or a word of the name tells, when it tells one thing", () => {
  assert.equal(environmentOf("apps/dev/a.yaml", defaultConfig), "development");
  assert.equal(environmentOf("values-prod.yaml", defaultConfig), "production");
  assert.equal(environmentOf("prod/values-staging.yaml", defaultConfig), undefined);
  assert.equal(environmentOf("products/device.yaml", defaultConfig), undefined);
});

test("a conventional name that is not declared is no environment", () => {
  assert.equal(environmentOf("apps/dev/a.yaml", declared), undefined);
});

test("a word that objects have by nature is no environment", () => {
  for (const word of ["constructor", "__proto__", "toString"]) assert.equal(conventionalName(word), undefined);
  assert.equal(conventionalName("PreProd"), "staging");
});

test("a suppression names a finding or a rule, not both, and says why and until when", () => {
  const decision = { reason: "the vendor has no other tag", until: "2027-06-30" };
  const accepts = (entry: object): boolean => PlatformConfig.safeParse({ suppress: [entry] }).success;
  assert.ok(accepts({ rule: "a", ...decision }));
  assert.ok(accepts({ finding: "a", ...decision }));
  assert.ok(!accepts({ rule: "a", finding: "b", ...decision }));
  assert.ok(!accepts(decision));
  assert.ok(!accepts({ rule: "a", ...decision, until: "2027-02-30" }));
  assert.ok(!accepts({ rule: "a", ...decision, reason: "because" }));
  assert.ok(!accepts({ rule: "a", ...decision, untill: "2027-06-30" }));
});
