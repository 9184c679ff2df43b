import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type AttributionInput, attribute, type OwnHealth } from "./attribution.ts";

/** The platform: SharingHub and MLflow call each other, both stand on GitLab, it on its database. */
const needs = new Map([
  ["sharinghub", ["gitlab", "mlflow"]],
  ["mlflow", ["sharinghub", "mlflow-db"]],
  ["gitlab", ["gitlab-db"]],
]);

function judge(health: Record<string, OwnHealth>, alone: Record<string, OwnHealth> = {}) {
  const all = {
    sharinghub: "healthy",
    mlflow: "healthy",
    gitlab: "healthy",
    "gitlab-db": "healthy",
    "mlflow-db": "healthy",
    ...health,
  } as const;
  const result = attribute({ health: new Map(Object.entries(all)), alone: new Map(Object.entries(alone)), needs });
  return Object.fromEntries(
    [...result]
      .filter(([, one]) => one.kind !== "healthy")
      .map(([name, one]) => [name, one.kind === "affected" ? one.causes.join() : one.kind]),
  );
}

test("SharingHub fails: it is unhealthy and MLflow affected", () => {
  assert.deepEqual(
    judge({ sharinghub: "unhealthy", mlflow: "unhealthy" }, { sharinghub: "unhealthy", mlflow: "healthy" }),
    { sharinghub: "unhealthy", mlflow: "sharinghub" },
  );
});

test("MLflow fails: it is unhealthy and SharingHub affected", () => {
  assert.deepEqual(
    judge({ sharinghub: "unhealthy", mlflow: "unhealthy" }, { sharinghub: "healthy", mlflow: "unhealthy" }),
    { mlflow: "unhealthy", sharinghub: "mlflow" },
  );
});

test("nothing tells the two apart: one is named, not both", () => {
  assert.deepEqual(judge({ sharinghub: "unhealthy", mlflow: "unhealthy" }), {
    mlflow: "unhealthy",
    sharinghub: "mlflow",
  });
});

test("GitLab's database fails: everything above it is affected by it", () => {
  assert.deepEqual(
    judge(
      { sharinghub: "unhealthy", mlflow: "unhealthy", gitlab: "unhealthy", "gitlab-db": "unhealthy" },
      { "gitlab-db": "unhealthy", sharinghub: "healthy", mlflow: "healthy" },
    ),
    {
      "gitlab-db": "unhealthy",
      gitlab: "gitlab-db",
      sharinghub: "gitlab-db",
      mlflow: "gitlab-db",
    },
  );
});

test("one that needs nobody in trouble is unhealthy, well parts or not", () => {
  assert.deepEqual(judge({ sharinghub: "unhealthy" }, { sharinghub: "healthy" }), { sharinghub: "unhealthy" });
});

test("two that fail by themselves are both unhealthy", () => {
  assert.deepEqual(
    judge({ sharinghub: "unhealthy", mlflow: "unhealthy" }, { sharinghub: "unhealthy", mlflow: "unhealthy" }),
    { sharinghub: "unhealthy", mlflow: "unhealthy" },
  );
});

test("unknown stays unknown and is nobody's cause", () => {
  assert.deepEqual(judge({ sharinghub: "unhealthy", gitlab: "unknown" }), {
    sharinghub: "unhealthy",
    gitlab: "unknown",
  });
});

const names = ["a", "b", "c", "d", "e", "f"] as const;
const anyHealth = fc.constantFrom<OwnHealth>("healthy", "unhealthy", "unknown");
const anyInput: fc.Arbitrary<AttributionInput> = fc
  .record({
    health: fc.array(anyHealth, { minLength: 6, maxLength: 6 }),
    alone: fc.array(anyHealth, { minLength: 6, maxLength: 6 }),
    edges: fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 14 }),
  })
  .map(({ health, alone, edges }) => ({
    health: new Map(names.map((name, index) => [name, health[index] ?? "unknown"])),
    alone: new Map(names.map((name, index) => [name, alone[index] ?? "unknown"])),
    needs: new Map(names.map((name) => [name, edges.filter(([from]) => from === name).map(([, to]) => to)])),
  }));

test("health and not knowing stay what they are, and only trouble is attributed", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const result = attribute(input);
      for (const [name, health] of input.health) {
        const kind = result.get(name)?.kind;
        assert.equal(kind === "affected" ? "unhealthy" : kind, health);
      }
    }),
  );
});

test("whoever is affected has a cause, and every cause is unhealthy itself", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const result = attribute(input);
      for (const one of result.values()) {
        if (one.kind !== "affected") continue;
        assert.ok(one.causes.length > 0);
        for (const cause of one.causes) assert.equal(result.get(cause)?.kind, "unhealthy");
      }
    }),
  );
});

test("own parts that are bad always make it unhealthy, and trouble somewhere always has a root", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const result = attribute(input);
      const trouble = names.filter((name) => input.health.get(name) === "unhealthy");
      for (const name of trouble)
        if (input.alone.get(name) === "unhealthy") assert.equal(result.get(name)?.kind, "unhealthy");
      assert.equal(
        trouble.length > 0,
        [...result.values()].some(({ kind }) => kind === "unhealthy"),
      );
    }),
  );
});

test("a cycle in which nobody's parts are known to be bad, and that needs nobody else in trouble, has one root", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), (length) => {
      const ring = names.slice(0, length);
      const result = attribute({
        health: new Map(ring.map((name) => [name, "unhealthy"])),
        alone: new Map(),
        needs: new Map(ring.map((name, index) => [name, [ring[(index + 1) % length] ?? name]])),
      });
      assert.equal([...result.values()].filter(({ kind }) => kind === "unhealthy").length, 1);
    }),
  );
});
