import assert from "node:assert/strict";
import { test } from "node:test";
import type { Component } from "../platform/pin.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { loadFacts } from "./facts.ts";
import { blastRadius, upgradeOrder } from "./order.ts";
import { platformGraph } from "./platform-graph.ts";

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

test("Argo CD goes by the name of its project in the facts and by its folder's here", () => {
  const graph = platformGraph(dependencies, [component("argocd", "argocd", "3.4.1")]);

  assert.equal(graph.nodes.find(({ id }) => id === "argo-cd")?.detail, "3.4.1 in production");
});

test("a component of no known system stands alone: nothing is guessed of what it needs", () => {
  const graph = platformGraph(dependencies, [component("shop", null, null)]);

  assert.deepEqual(blastRadius(graph, "component-shop"), []);
  assert.ok(upgradeOrder(graph).some(({ members }) => members.includes("component-shop")));
});
