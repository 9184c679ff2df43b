import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant } from "../kernel/instant.ts";
import type { Standing } from "../observations/store-read.ts";
import { healthOf, troubleInWords } from "./components.ts";

const at = "2026-11-20T09:00:00.000Z" as Instant;

function standing(tells: Standing["tells"], state: Standing["state"], subject: string = tells): Standing {
  const place = { environment: "production", component: "cert-manager", system: "cert-manager", probe: "p", subject };
  const times = { at, staleAt: at, since: at, knownAt: at };
  return { ...place, ...times, tells, state, value: undefined, evidence: "", howToLearn: undefined };
}

const healthGiven = (...standings: readonly Standing[]): string | undefined =>
  healthOf(standings, () => new Map())[0]?.health.kind;

test("a component of which only upkeep is asked is well as long as all of its work is", () => {
  assert.equal(healthGiven(standing("upkeep", "healthy")), "healthy");
  assert.equal(healthGiven(standing("upkeep", "healthy", "a"), standing("upkeep", "unhealthy", "b")), "unknown");
  assert.equal(healthGiven(standing("upkeep", "unknown")), "unknown");
  assert.equal(healthGiven(standing("upkeep", "absent")), "unknown");
});

test("beside anything else upkeep says nothing of health", () => {
  assert.equal(healthGiven(standing("own", "healthy"), standing("upkeep", "unhealthy")), "healthy");
  assert.equal(healthGiven(standing("own", "unknown"), standing("upkeep", "healthy")), "unknown");
});

test("trouble says which of the components it needs nobody can tell of, with the answer that is missing", () => {
  const of = (component: string, state: Standing["state"], evidence: string, asked = at): Standing => ({
    ...standing("whole", state, evidence),
    component,
    evidence,
    at: asked,
  });
  const earlier = "2026-11-20T08:00:00.000Z" as Instant;
  const seen = [
    of("gitlab", "unhealthy", "readiness answers 500"),
    of("database", "unknown", "not looked at", earlier),
    of("database", "unknown", "nothing listens there"),
    of("redis", "healthy", "PONG"),
  ];

  const all = healthOf(seen, () => new Map([["gitlab", ["database", "redis"]]]));

  const gitlab = all.find(({ component }) => component === "gitlab");
  const [trouble] = gitlab?.trouble ?? [];
  assert.ok(gitlab !== undefined && trouble !== undefined);
  assert.equal(
    troubleInWords(gitlab, trouble),
    "readiness answers 500; it needs database, of which nothing is known: nothing listens there",
  );
  assert.deepEqual(all.find(({ component }) => component === "redis")?.blind, []);
});
