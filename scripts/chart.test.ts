import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { chartRules, observerRules } from "./chart-rules.ts";
import { chartComplaints } from "./contract.ts";

const root = join(import.meta.dirname, "..");
const built = join(root, ".cache", "tools", "helm");

test("the chart grants the observer what deploy/rbac says, word for word", () => {
  assert.equal(readFileSync(chartRules, "utf8"), observerRules());
});

test("the observer's rules grant no writing and no secret", () => {
  const rules = parse(observerRules()) as {
    readonly verbs: readonly string[];
    readonly resources?: readonly string[];
  }[];

  assert.ok(rules.length > 3);
  assert.deepEqual(
    rules.flatMap(({ verbs }) => verbs).filter((verb) => !["get", "list", "watch"].includes(verb)),
    [],
  );
  assert.deepEqual(
    rules.flatMap(({ resources = [] }) => resources).filter((resource) => resource === "secrets" || resource === "*"),
    [],
  );
});

test("chart, image and product have one version", () => {
  const chart = parse(readFileSync(join(root, "deploy", "chart", "Chart.yaml"), "utf8")) as {
    readonly version: string;
    readonly appVersion: string;
  };
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };

  assert.deepEqual([chart.version, chart.appVersion], [version, version]);
});

test("the chart renders, lints and passes our own audit", {
  skip: existsSync(built) ? false : "not run: helm (npm run contract builds it)",
}, () => {
  assert.deepEqual(chartComplaints(built), []);
});
