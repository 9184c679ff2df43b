import assert from "node:assert/strict";
import { test } from "node:test";
import type { Component } from "./pin.ts";
import { proposePlatform } from "./propose.ts";

const component = (name: string, system: string | null, environment: string | null = null): Component => ({
  name,
  system,
  environment,
  namespace: null,
  version: null,
  pins: [],
});

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
  const one = [{ name: "production", paths: [] }];
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
