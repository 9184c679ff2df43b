import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { processTimers } from "../../edge/timers.ts";
import { listFindings } from "../../findings/store-read.ts";
import { healthOf, type Needs } from "../../health/components.ts";
import type { FailedProbe } from "../../incidents/open.ts";
import { listIncidents } from "../../incidents/store.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { keepHolds } from "../../observations/holds.ts";
import type { Observation } from "../../observations/observe.ts";
import { recordLooks } from "../../observations/store.ts";
import { standings } from "../../observations/store-read.ts";
import { defaultConfig } from "../../platform/config.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import type { Store } from "../../store/store.ts";
import { testStore } from "../../store/test-support.ts";
import { defineProbe, type System } from "../../systems/contract.ts";
import { healthy } from "../../systems/readings.ts";
import { testNow } from "../test-support.ts";
import type { Building } from "./capability.ts";
import { incidentsOf } from "./incidents.ts";
import { lookAtHealth } from "./observations.ts";
import { probing } from "./probing.ts";

const later = (minutes: number): Instant => instantOf(Date.parse(testNow) + minutes * 60_000);

function said(component: string, health: "healthy" | "unhealthy", minutes: number): Observation {
  return {
    environment: "production",
    component,
    system: component,
    probe: "readiness",
    tells: component === "gitlab" ? "own" : "whole",
    at: later(minutes),
    subject: "readiness",
    kind: "known",
    health,
    value: 503,
    evidence: `${component} answers`,
  };
}

const keep = (store: Store, ...observations: readonly Observation[]) =>
  recordLooks(store, [{ observations, everySeconds: 60 }]);

/** SharingHub asks GitLab for everything. */
const needs: Needs = () => new Map([["sharinghub", ["gitlab"]]]);

/** A platform whose trouble becomes incidents. */
function scene(store: Store) {
  const parts = { store, config: () => ServerConfig.parse({}), clock: { now: () => testNow } };
  const ports = { record: async () => undefined, notify: async () => undefined };
  const { failing } = incidentsOf({ parts, ports, platform: () => defaultConfig } as unknown as Building);
  return {
    look: (minutes: number) => lookAtHealth(store, later(minutes), { needs, failing }),
    open: async () => {
      const rows = await listFindings(store, { state: "open", visible: undefined }, { after: undefined, limit: 9 });
      return rows.map(({ rule, subject }) => `${rule} ${subject}`).toSorted();
    },
    incidents: async () =>
      (await listIncidents(store, { environments: undefined, state: undefined, before: undefined, limit: 9 })).map(
        ({ title }) => title,
      ),
  };
}

const held = {
  workload: "deployment gitlab/gitlab-webservice",
  component: "gitlab",
  by: "backup run 7",
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

test("trouble that lasts is one incident of the component it began in; a single bad answer wakes nobody", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const told: FailedProbe[] = [];
  const parts = { store, config: () => ServerConfig.parse({}), clock: { now: () => testNow } };
  const ports = { record: async () => undefined, notify: async () => undefined };
  const building = { parts, ports, platform: () => defaultConfig } as unknown as Building;
  const { failing } = incidentsOf(building);
  const look = (now: Instant): Promise<void> =>
    lookAtHealth(store, now, {
      needs,
      async failing(part, failed, at) {
        told.push(...failed);
        await failing(part, failed, at);
      },
    });
  const incidents = () =>
    listIncidents(store, { environments: undefined, state: undefined, before: undefined, limit: 9 });

  await keep(store, said("gitlab", "unhealthy", 0), said("sharinghub", "unhealthy", 0));
  await look(later(0));
  const page = { after: undefined, limit: 9 };
  const open = await listFindings(store, { state: "open", visible: undefined }, page);
  assert.deepEqual(
    open.filter(({ rule }) => rule === "health-in-trouble").map(({ subject, severity }) => [subject, severity]),
    [
      ["component/gitlab", "critical"],
      ["component/sharinghub", "low"],
    ],
  );
  assert.deepEqual(await incidents(), []);

  for (const minutes of [1, 2, 3]) {
    await keep(store, said("gitlab", "unhealthy", minutes), said("sharinghub", "unhealthy", minutes));
    await look(later(minutes));
  }
  const [incident, ...others] = await incidents();
  assert.deepEqual([incident?.title, incident?.kind, incident?.severity], ["gitlab: down", "outage", "critical"]);
  assert.equal(incident?.beganAt, later(0));
  assert.deepEqual(others, []);
  assert.deepEqual([...new Set(told.map(({ component }) => component))], ["gitlab"]);

  await keep(store, said("gitlab", "healthy", 4), said("sharinghub", "healthy", 4));
  await look(later(4));
  const left = await listFindings(store, { state: "open", visible: undefined }, page);
  assert.deepEqual(
    left.map(({ rule }) => rule),
    [],
  );
});

test("of two processes one probes, and the other goes on when it ends", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const asked: string[] = [];
  const logged: string[] = [];
  const process = (name: string): Building => {
    const system: System = {
      id: "x",
      title: "X",
      recognition: {},
      probes: [
        defineProbe({
          id: "fine",
          tells: "own",
          title: "Is it?",
          needs: [],
          inputs: z.object({}),
          everySeconds: 10,
          timeoutSeconds: 2,
          source: "this test",
          read: async () => {
            asked.push(name);
            return [healthy("fine", 1, "ok")];
          },
        }),
      ],
    };
    const config = ServerConfig.parse({ endpoints: [{ environment: "e", component: "c", system: "x" }] });
    const parts = {
      store,
      config: () => config,
      clock: { now: () => instantOf(Date.now()) },
      log: ({ message }: { readonly message: string }) => void logged.push(message),
    };
    const probes = {
      edges: {},
      systems: [system],
      timers: {
        now: () => processTimers.now() * 100,
        after: (millis: number, call: () => void) => processTimers.after(millis / 100, call),
      },
      wait: () => new Promise<void>((resolve) => void setTimeout(resolve, 20)),
    };
    return { parts, ports: { environments: [], probes } } as unknown as Building;
  };
  const until = async (name: string): Promise<void> => {
    for (let round = 0; round < 500 && !asked.includes(name); round += 1)
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    assert.ok(asked.includes(name), `${name} never probed: ${logged.join()}`);
  };

  const first = probing(process("first"));
  await until("first");
  const second = probing(process("second"));
  await new Promise((resolve) => {
    setTimeout(resolve, 300);
  });
  assert.equal(asked.includes("second"), false);
  await first.close();
  await until("second");
  await second.close();
  assert.deepEqual(
    (await standings(store, instantOf(Date.now()))).map(({ component, probe, state }) => [component, probe, state]),
    [["c", "fine", "healthy"]],
  );
  assert.deepEqual(logged, []);
});
