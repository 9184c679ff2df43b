import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../kernel/instant.ts";
import { instantOf } from "../kernel/instant.ts";
import type { Standing } from "../observations/store-read.ts";
import { targetsOf } from "../observations/target.ts";
import { ServerConfig } from "../platform/server-config.ts";
import { systems } from "../systems/index.ts";
import { healthFacts } from "./alert-rules.ts";
import { lookAt } from "./look.ts";
import { patienceOf } from "./patience.ts";

const now = "2026-11-20T09:00:00.000Z" as Instant;
const minutesAgo = (minutes: number): Instant => instantOf(Date.parse(now) - minutes * 60_000);

/** Unknown for so many minutes, by a probe whose knowledge is stale after so many. */
function unknown(minutes: number, environment: string, probe = "readiness", stale = 3): Standing {
  const place = { environment, component: "gitlab", system: "gitlab", probe, subject: probe, tells: "whole" as const };
  const times = { at: now, staleAt: minutesAgo(-stale), since: minutesAgo(minutes), knownAt: minutesAgo(minutes) };
  return { ...place, ...times, state: "unknown", value: undefined, evidence: "cut", howToLearn: undefined };
}

function isFinding(standing: Standing, config: object = {}): boolean {
  const facts = healthFacts([standing], () => new Map(), [], now, patienceOf(ServerConfig.parse(config)));
  return lookAt(facts).findings.some(({ rule }) => rule === "health-not-known");
}

test("unknown is a finding after ten minutes in production, after an hour elsewhere", () => {
  assert.deepEqual(
    [9, 10].map((minutes) => isFinding(unknown(minutes, "production"))),
    [false, true],
  );
  assert.deepEqual(
    [59, 60].map((minutes) => isFinding(unknown(minutes, "staging"))),
    [false, true],
  );
});

test("an environment, an endpoint and one of its probes may say otherwise, the narrower word first", () => {
  const gitlab = { environment: "production", component: "gitlab", system: "gitlab", settings: { url: "https://g" } };
  const config = { probes: { unknownMinutes: { production: 20, staging: 5 } } };
  assert.deepEqual(
    [19, 20].map((minutes) => isFinding(unknown(minutes, "production"), config)),
    [false, true],
  );
  assert.ok(isFinding(unknown(5, "staging"), config));

  const whole = { ...config, endpoints: [{ ...gitlab, unknownMinutes: 30 }] };
  assert.deepEqual(
    [29, 30].map((minutes) => isFinding(unknown(minutes, "production"), whole)),
    [false, true],
  );

  const single = { ...config, endpoints: [{ ...gitlab, unknownMinutes: { version: 90 } }] };
  assert.equal(isFinding(unknown(89, "production", "version"), single), false);
  assert.ok(isFinding(unknown(20, "production", "readiness"), single));
});

test("a probe that comes seldom is given three looks", () => {
  assert.deepEqual(
    [89, 90].map((minutes) => isFinding(unknown(minutes, "production", "version", 90))),
    [false, true],
  );
});

test("a probe that is not there is refused", () => {
  const given = { environment: "production", component: "gitlab", system: "gitlab", unknownMinutes: { readyness: 5 } };
  const { endpoints } = ServerConfig.parse({ endpoints: [given] });
  assert.throws(
    () => targetsOf(endpoints, systems),
    /no probe of gitlab reads unknownMinutes\.readyness; there is .*readiness/,
  );
});
