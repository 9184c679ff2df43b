import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, parseInstant } from "../kernel/instant.ts";
import { testStore } from "../store/test-support.ts";
import type { Observation } from "./observe.ts";
import { forgetOthers, recordLooks } from "./store.ts";
import { standings } from "./store-read.ts";

const at = parseInstant("2026-11-20T09:00:00Z") as Instant;
const good = { subject: "s", kind: "known", health: "healthy", value: "ok", evidence: "200" } as const;

function seen(environment: string, probe: string): Observation {
  return { ...good, environment, component: "gitlab", system: "gitlab", probe, tells: "whole", at };
}

test("what is asked no more is forgotten, with the change told; environments of other workers are left alone", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  for (const one of [seen("production", "readiness"), seen("production", "version"), seen("staging", "readiness")])
    await recordLooks(store, [{ observations: [one], everySeconds: 60 }]);
  const targets = [{ environment: "production", component: "gitlab", probe: { id: "readiness" } }] as never;

  const changes = await forgetOthers(store, targets, ["production"], at);

  const left = await standings(store, at);
  assert.deepEqual(
    left.map(({ environment, probe }) => `${environment}/${probe}`),
    ["production/readiness", "staging/readiness"],
  );
  assert.deepEqual(
    changes.map(({ probe, before, after }) => [probe, before, after]),
    [["version", "healthy", "gone"]],
  );
  await forgetOthers(store, targets, undefined, at);
  assert.equal((await standings(store, at)).length, 1);
});
