import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { systems } from "../systems/index.ts";
import { audit } from "./audit.ts";
import { memoryTree } from "./examples.ts";
import { generalRules } from "./rules/index.ts";

test("what stands below docs/ weighs less, unless the repository holds nothing else", async () => {
  const application =
    "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: registry.example.org/web:latest }] }\n";
  const audited = (files: Record<string, string>) =>
    audit({
      tree: memoryTree(files),
      config: defaultConfig,
      systems,
      rules: generalRules,
      now: instantOf(Date.UTC(2026, 10, 20)),
    });

  const beside = await audited({
    "docs/web.yaml": application,
    "apps/db.yaml": application.replaceAll("web", "db").replace(":latest", ":1.2.3"),
  });
  const alone = await audited({ "docs/web.yaml": application });

  assert.deepEqual(
    beside.findings.map(({ severity }) => severity),
    ["medium"],
  );
  assert.deepEqual(
    alone.findings.map(({ severity }) => severity),
    ["high"],
  );
});
