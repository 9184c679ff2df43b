import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { defaultConfig, environmentOf } from "./config.ts";
import { bareComponent as component } from "./pin.test-support.ts";
import { proposePlatform } from "./propose.ts";
import { PlatformConfig } from "./schema.ts";

test("the outermost folders named like environments are proposed, in the order changes travel", () => {
  const files = ["prod/x/dev/a.yaml", "clusters/staging/a.yaml", "clusters/dev/a.yaml", "dev/a.yaml", "README.md"];
  assert.deepEqual(proposePlatform({ files, components: [], branches: ["main", "dev", "prod"] }).environments, [
    { name: "development", paths: ["clusters/dev", "dev"] },
    { name: "staging", paths: ["clusters/staging"] },
    { name: "production", paths: ["prod"] },
  ]);
});

test("two branches named like environments are proposed; one alone is only a branch", () => {
  const sight = { files: ["apps/a.yaml"], components: [] };
  assert.deepEqual(proposePlatform({ ...sight, branches: ["main", "develop", "production"] }).environments, [
    { name: "development", paths: [], ref: "develop" },
    { name: "production", paths: [], ref: "production" },
  ]);
  const one = [{ name: "production", paths: ["."] }];
  assert.deepEqual(proposePlatform({ ...sight, branches: ["main", "develop"] }).environments, one);
  assert.deepEqual(proposePlatform({ files: [], components: [], branches: [] }).environments, one);
});

test("components that a system recognises are proposed once per environment, under names the file takes", () => {
  const components = [
    component("gitlab", "gitlab", "production"),
    component("gitlab", "gitlab", "production"),
    component("gitlab", "gitlab"),
    component("shop", null),
    component("Odd Name", "redis"),
  ];
  assert.deepEqual(proposePlatform({ files: [], components, branches: [] }).components, [
    { name: "gitlab", system: "gitlab", environment: "production" },
    { name: "gitlab", system: "gitlab" },
  ]);
});

test("what only a file's name or a component tells is proposed too", () => {
  const files = ["apps/web-dev.yaml", "clusters/prod/web.yaml", "clusters/prod/web-prod.yaml", "apps/web.yaml"];
  const components = [component("web-staging", null, "staging")];
  assert.deepEqual(proposePlatform({ files, components, branches: ["main", "develop", "prod"] }).environments, [
    { name: "development", paths: ["apps/web-dev.yaml"] },
    { name: "staging", paths: [] },
    { name: "production", paths: ["clusters/prod"] },
  ]);
});

test("with the proposal every file keeps the environment that its path told before", () => {
  const words = fc.constantFrom("dev", "prod", "staging", "local", "web", "values", "a-dev", "prod-x", "static");
  const file = fc
    .tuple(fc.array(words, { maxLength: 3 }), words)
    .map(([folders, name]) => [...folders, `${name}.yaml`].join("/"));
  fc.assert(
    fc.property(fc.array(file, { maxLength: 12 }), (files) => {
      const { environments } = proposePlatform({ files, components: [], branches: [] });
      const config = PlatformConfig.parse({ environments });
      for (const path of files) {
        const before = environmentOf(path, defaultConfig);
        if (before !== undefined) assert.equal(environmentOf(path, config), before, path);
      }
    }),
  );
});
