import assert from "node:assert/strict";
import { test } from "node:test";
import { healthOf } from "../../health/components.ts";
import { keepHolds } from "../../observations/holds.ts";
import type { Observation } from "../../observations/observe.ts";
import { standings } from "../../observations/store-read.ts";
import { testStore } from "../../store/test-support.ts";
import { keep, later, needs, said, scene } from "./observations.test-support.ts";

const held = {
  workload: "deployment gitlab/gitlab-webservice",
  component: "gitlab",
  by: "backup run 7",
  probes: undefined,
  leftAt: undefined,
};

test("what a fence holds down, and who needs it, is no trouble for as long as that lasts and until it is up again", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const { look, open, incidents } = scene(store);
  const bad = (minutes: number) =>
    keep(store, said("gitlab", "unhealthy", minutes), said("sharinghub", "unhealthy", minutes));

  for (let minutes = 0; minutes <= 30; minutes += 1) {
    await bad(minutes);
    await keepHolds(store, "production", [held], later(minutes));
    await look(minutes);
  }
  assert.deepEqual([await open(), await incidents()], [[], []]);
  const [gitlab] = await standings(store, later(30), { component: "gitlab", state: "unknown" });
  assert.match(gitlab?.evidence ?? "", /^held down by backup run 7 since 2\S+Z, seen last at \S+Z; gitlab answers$/);
  assert.deepEqual(await standings(store, later(30), { component: "gitlab", state: "unhealthy" }), []);
  const components = healthOf(await standings(store, later(30)), needs);
  assert.deepEqual(
    components.map(({ component, health }) => [component, health]),
    [
      ["gitlab", { kind: "unknown" }],
      ["sharinghub", { kind: "affected", causes: ["gitlab"] }],
    ],
  );

  await keepHolds(store, "production", [], later(31));
  await bad(32);
  await look(32);
  assert.deepEqual([await open(), await incidents()], [[], []], "it was given back, and comes up");
  await bad(34);
  await look(34);
  assert.deepEqual(await open(), ["health-in-trouble component/gitlab", "health-in-trouble component/sharinghub"]);
  assert.deepEqual(await incidents(), ["gitlab: down"], "it did not come up");
});

test("of a component of which one workload is held the probes that do not ask that one are judged as ever", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const { look, open, incidents } = scene(store);
  const sidekiq = { ...held, workload: "deployment gitlab/gitlab-sidekiq", probes: ["sidekiq"] };
  const queue = (minutes: number): Observation => ({ ...said("gitlab", "unhealthy", minutes), probe: "sidekiq" });
  for (let minutes = 0; minutes <= 3; minutes += 1) {
    await keep(store, said("gitlab", "healthy", minutes), queue(minutes), said("sharinghub", "healthy", minutes));
    await keepHolds(store, "production", [sidekiq], later(minutes));
    await look(minutes);
  }
  assert.deepEqual([await open(), await incidents()], [[], []]);
  await keep(store, said("sharinghub", "unhealthy", 3));
  const [gitlab, sharinghub] = healthOf(await standings(store, later(3)), needs);
  assert.deepEqual([gitlab?.health.kind, sharinghub?.health.kind], ["healthy", "unhealthy"], "GitLab's pages answer");

  for (let minutes = 4; minutes <= 7; minutes += 1) {
    await keep(store, said("gitlab", "unhealthy", minutes), said("sharinghub", "unhealthy", minutes), queue(minutes));
    await keepHolds(store, "production", [sidekiq], later(minutes));
    await look(minutes);
  }
  const seen = await standings(store, later(7), { component: "gitlab" });
  assert.deepEqual(
    seen.map(({ probe, state, held: by }) => [probe, state, by?.by]),
    [
      ["readiness", "unhealthy", undefined],
      ["sidekiq", "unknown", "backup run 7"],
    ],
  );
  assert.deepEqual(await open(), ["health-in-trouble component/gitlab", "health-in-trouble component/sharinghub"]);
  assert.deepEqual(await incidents(), ["gitlab: down"]);

  const webservice = { ...held, probes: ["readiness"] };
  await keepHolds(store, "production", [sidekiq, webservice], later(8));
  await keep(store, said("gitlab", "unhealthy", 8), queue(8));
  await keepHolds(store, "production", [sidekiq, webservice], later(9));
  const both = await standings(store, later(9), { component: "gitlab" });
  assert.deepEqual(
    both.map(({ state, held: by }) => [state, by?.by]),
    [
      ["unknown", "backup run 7"],
      ["unknown", "backup run 7"],
    ],
  );
});

test("a fence that outlives its run is trouble, also of what gives no answer; one closed over trouble ends none", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const { look, open, incidents } = scene(store);
  const inTrouble = ["health-in-trouble component/gitlab"];
  await keep(store, said("gitlab", "unhealthy", 0));
  await look(0);
  assert.deepEqual(await open(), inTrouble);
  await keepHolds(store, "production", [held], later(1));
  await look(1);
  assert.deepEqual(await open(), inTrouble, "nobody knows that it went");

  for (const minutes of [5, 6, 8]) {
    const place = said("gitlab", "unhealthy", minutes);
    await keep(store, { ...place, kind: "unknown", why: "connection refused", howToLearn: "again" } as Observation);
    await keepHolds(store, "production", [{ ...held, leftAt: later(2) }], later(minutes));
    await look(minutes);
  }
  const [gitlab] = await standings(store, later(8), { component: "gitlab", state: "unhealthy" });
  assert.match(gitlab?.evidence ?? "", /which was there last at .*the next run gives it back.*connection refused/);
  assert.deepEqual([await open(), await incidents()], [inTrouble, ["gitlab: down"]]);
});

test("what is held for more than a day is trouble: whoever holds it hangs", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const { look, open, incidents } = scene(store);
  const day = 24 * 60;
  for (const minutes of [0, day - 1, day + 1]) {
    assert.deepEqual([await open(), await incidents()], [[], []]);
    await keep(store, said("gitlab", "unhealthy", minutes));
    await keepHolds(store, "production", [held], later(minutes));
    await look(minutes);
  }
  assert.deepEqual([await open(), await incidents()], [["health-in-trouble component/gitlab"], ["gitlab: down"]]);
  const [gitlab] = await standings(store, later(day + 1), { state: "unhealthy" });
  assert.match(gitlab?.evidence ?? "", /^held down by backup run 7 since .*, for more than a day: .*; gitlab answers$/);
});
