import assert from "node:assert/strict";
import { test } from "node:test";
import type { Component } from "../platform/pin.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { loadFacts } from "./facts.ts";
import { blastRadius, upgradeOrder } from "./order.ts";
import { deployedGraph, platformGraph } from "./platform-graph.ts";

const { dependencies } = loadFacts(upgradeFactsData);

function component(name: string, system: string | null, version: string | null): Component {
  return { name, system, environment: "production", namespace: null, version, pins: [] };
}

test("what a repository deploys stands in the guides' graph with its version", () => {
  const graph = platformGraph(dependencies, [component("gitlab", "gitlab", "17.1.8")]);

  assert.equal(graph.nodes.find(({ id }) => id === "gitlab")?.detail, "17.1.8 in production");
  assert.equal(graph.nodes.length, dependencies.nodes.length);
});

test("of two databases the name tells whose it is", () => {
  const graph = platformGraph(dependencies, [component("mlflow-postgres", "postgresql", "15.8")]);

  assert.equal(graph.nodes.find(({ id }) => id === "postgresql-mlflow")?.detail, "15.8 in production");
  assert.equal(graph.nodes.find(({ id }) => id === "postgresql-gitlab")?.detail, undefined);
});

test("Argo CD is found by the id of its system", () => {
  const graph = platformGraph(dependencies, [component("argocd", "argocd", "3.4.1")]);

  assert.equal(graph.nodes.find(({ id }) => id === "argocd")?.detail, "3.4.1 in production");
});

test("a component of no known system stands alone: nothing is guessed of what it needs", () => {
  const graph = platformGraph(dependencies, [component("shop", null, null)]);

  assert.deepEqual(blastRadius(graph, "component-shop"), []);
  assert.ok(upgradeOrder(graph).some(({ members }) => members.includes("component-shop")));
});

test("a repository shows what it deploys and what that needs, and nothing for nothing", () => {
  const graph = deployedGraph(dependencies, [
    component("redis", "redis", "7.2"),
    component("mlflow", "mlflow-sharinghub", null),
  ]);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));

  assert.equal(byId.get("redis")?.outside, undefined);
  assert.deepEqual([byId.get("s3")?.detail, byId.get("s3")?.outside], ["not in this repository", true]);
  assert.equal(byId.has("argocd"), false, "nothing here needs it");
  assert.deepEqual(deployedGraph(dependencies, []).nodes, []);
});

test("a database that is nobody's by its name stands alone instead of going missing", () => {
  const graph = deployedGraph(dependencies, [component("db", "postgresql", "15.8")]);

  assert.deepEqual(
    graph.nodes.map(({ id, system }) => [id, system]),
    [["component-db", "postgresql"]],
  );
});

test("environments that run the same version are told together", () => {
  const here = ["staging", "production"].map((environment) => ({
    ...component("gitlab", "gitlab", "19.4.1"),
    environment,
  }));
  const graph = deployedGraph(dependencies, here);

  assert.equal(graph.nodes.find(({ id }) => id === "gitlab")?.detail, "19.4.1 in staging, production");
});
