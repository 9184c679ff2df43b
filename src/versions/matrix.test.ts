import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Component } from "../platform/pin.ts";
import { matrixOf, parseProvenSets } from "./matrix.ts";

const shipped = parseProvenSets(
  JSON.parse(readFileSync(join(import.meta.dirname, "../systems/facts/proven-sets.json"), "utf8")),
);
const order = ["development", "production"];

function component(
  name: string,
  environment: string | null,
  version: string | null,
  system: string | null = name,
): Component {
  return { name, system, environment, namespace: null, version, pins: [] };
}

const newest: readonly Component[] = [
  component("gitlab", "production", "18.1.4"),
  component("sharinghub", "production", "0.4.1"),
  component("mlflow-sharinghub", "production", "0.2.0"),
];

test("an environment that runs what a distribution released together is proven", () => {
  const { verdicts } = matrixOf(newest, shipped, order);

  assert.deepEqual(verdicts, [{ environment: "production", set: "EOEPCA 2.0", proven: true, differences: [] }]);
});

test("one version apart is not proven, and the difference is named", () => {
  const [, sharinghub, mlflow] = newest;
  assert.ok(sharinghub !== undefined && mlflow !== undefined);

  const { verdicts } = matrixOf([component("gitlab", "production", "18.2.0"), sharinghub, mlflow], shipped, order);

  assert.equal(verdicts[0]?.proven, false);
  assert.deepEqual(verdicts[0]?.differences, ["gitlab 18.2.0, proven: 18.1.4"]);
});

test("a version nobody knows proves nothing", () => {
  const [gitlab, , mlflow] = newest;
  assert.ok(gitlab !== undefined && mlflow !== undefined);

  const { verdicts } = matrixOf([gitlab, component("sharinghub", "production", null), mlflow], shipped, order);

  assert.equal(verdicts[0]?.proven, false);
  assert.match(verdicts[0]?.differences.join() ?? "", /sharinghub.*not known/);
});

test("a single system is no combination: nothing is said of it", () => {
  assert.deepEqual(matrixOf([component("gitlab", "production", "18.1.4")], shipped, order).verdicts, []);
});

test("environments stand side by side in the order of promotion, and a difference shows", () => {
  const { environments, rows } = matrixOf(
    [
      component("gitlab", "production", "17.1.8"),
      component("gitlab", "development", "17.3.7"),
      component("shop", null, "1.0.0", null),
    ],
    shipped,
    order,
  );

  assert.deepEqual(environments, ["development", "production", "(no environment)"]);
  assert.deepEqual(
    rows.map(({ component: name, versions, differs }) => [name, versions, differs]),
    [
      ["gitlab", ["17.3.7", "17.1.8", null], true],
      ["shop", [null, null, "1.0.0"], false],
    ],
  );
});

test("every shipped set says where it was pinned", () => {
  assert.ok(shipped.sets.length >= 3);
  assert.deepEqual(
    shipped.sets.filter(({ source, released }) => source === "" || !/^\d{4}-\d\d$/.test(released)),
    [],
  );
});

test("nearest is the set whose versions are least apart, and of two as near the newer", () => {
  const ahead = [
    component("gitlab", "production", "19.4.1"),
    component("sharinghub", "production", "0.4.2"),
    component("mlflow-sharinghub", "production", "0.2.0"),
  ];
  const between = [
    component("gitlab", "development", "17.1.8"),
    component("mlflow-sharinghub", "development", "0.2.0"),
  ];

  const { verdicts } = matrixOf([...ahead, ...between], shipped, order);

  assert.deepEqual(
    verdicts.map(({ environment, set }) => `${environment}: ${set}`),
    ["development: EOEPCA 2.0-rc1", "production: EOEPCA 2.0"],
  );
});
