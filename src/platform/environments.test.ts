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
  assert.equal(environmentOf("clusters/production-old/a.yaml", declared), undefined);
  assert.equal(environmentOf("docs/a.yaml", declared), undefined);
});

test("without a declaration a folder or a word of the name tells, when it tells one thing", () => {
  assert.equal(environmentOf("apps/dev/a.yaml", defaultConfig), "development");
  assert.equal(environmentOf("values-prod.yaml", defaultConfig), "production");
  assert.equal(environmentOf("prod/values-staging.yaml", defaultConfig), undefined);
  assert.equal(environmentOf("products/device.yaml", defaultConfig), undefined);
});

test("the first or last word of a name tells, or a whole folder; a word in the middle tells nothing", () => {
  const told: Readonly<Record<string, string>> = {
    "ml-platform-dev.yaml": "development",
    "values-prod.yaml": "production",
    "prod.yaml": "production",
    "prod-values.yaml": "production",
    "dev.tfvars": "development",
    "prod.auto.tfvars": "production",
    "overlays/prod/kustomization.yaml": "production",
    "docker/Dockerfile.dev": "development",
    "values.pre-prod.yaml": "staging",
    "gitlab-local": "local",
  };
  for (const [file, environment] of Object.entries(told))
    assert.equal(environmentOf(file, defaultConfig), environment, file);
  for (const file of [
    "model-staging-job.yaml",
    "local-static-provisioner.yaml",
    "local-path-storage.yaml",
    "requirements-dev.txt",
    "dev-tools.yaml",
    "values-non-prod.yaml",
    "dev-to-prod.yaml",
    "dev-tooling-base/a.yaml",
  ])
    assert.equal(environmentOf(file, defaultConfig), undefined, file);
});

test("the path '.' is the whole repository, and any longer path stands before it", () => {
  const whole = PlatformConfig.parse({
    environments: [
      { name: "production", paths: ["."] },
      { name: "staging", paths: ["trial"] },
    ],
  });
  assert.equal(environmentOf("apps/a.yaml", whole), "production");
  assert.equal(environmentOf("trial/a.yaml", whole), "staging");
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
