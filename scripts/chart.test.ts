import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { chartRules, observerRules } from "./chart-rules.ts";
import { chartComplaints } from "./lib/contract-chart.ts";

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

test("the chart and deploy/rbac make no object of the same name: either may come and go without the other", () => {
  const objects = (text: string): readonly string[] =>
    text.split(/^---$/m).flatMap((part) => {
      const [kind, name] = [/^kind: (\S+)$/m.exec(part)?.[1], /^metadata:\n\s+name: (\S+)$/m.exec(part)?.[1]];
      return kind === undefined || name === undefined ? [] : [`${kind}/${name}`];
    });
  const read = (...path: readonly string[]): string => readFileSync(join(root, "deploy", ...path), "utf8");
  const template = read("chart", "templates", "access.yaml").replaceAll(
    '{{ include "millwright.name" . }}',
    "millwright",
  );
  const ofChart = objects(template.replace(/^\{\{.*\n/gm, ""));
  const byHand = ["observer", "backup-runner", "backup-reader", "changer", "restorer"].flatMap((file) =>
    objects(read("rbac", `${file}.yaml`)),
  );
  assert.deepEqual([ofChart.length, byHand.length > 8], [3, true]);
  assert.deepEqual(
    ofChart.filter((name) => byHand.includes(name)),
    [],
  );
});
