import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { processTimers } from "../../edge/timers.ts";
import { listFindings } from "../../findings/store-read.ts";
import type { FailedProbe } from "../../incidents/open.ts";
import { listIncidents } from "../../incidents/store.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { standings } from "../../observations/store-read.ts";
import { defaultConfig } from "../../platform/config.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { testStore } from "../../store/test-support.ts";
import { defineProbe, type System } from "../../systems/contract.ts";
import { healthy } from "../../systems/readings.ts";
import { testNow } from "../test-support.ts";
import type { Building } from "./capability.ts";
import { incidentsOf } from "./incidents.ts";
import { keep, later, needs, said } from "./observations.test-support.ts";
import { lookAtHealth } from "./observations.ts";
import { probing } from "./probing.ts";

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
    for (let round = 0; round < 3000 && !asked.includes(name); round += 1)
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
