import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Finding } from "../../findings/finding.ts";
import { recordNews } from "../../findings/observe.ts";
import { forgetSource } from "../../findings/store-record.ts";
import { listIncidents, timelineOf } from "../../incidents/store.ts";
import type { Observation } from "../../observations/observe.ts";
import { defaultConfig } from "../../platform/config.ts";
import type { NoticeDraft } from "../../platform/record.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import type { Store } from "../../store/store.ts";
import { testStore } from "../../store/test-support.ts";
import { testNow } from "../test-support.ts";
import type { Building } from "./capability.ts";
import { incidentsOf } from "./incidents.ts";
import { keep, later, needs, said } from "./observations.test-support.ts";
import { lookAtHealth } from "./observations.ts";

async function stage(t: TestContext) {
  const store = await testStore();
  t.after(() => store.close());
  const notices: NoticeDraft[] = [];
  const parts = { store, config: () => ServerConfig.parse({}), clock: { now: () => testNow } };
  const ports = { record: async () => undefined, notify: async (_: Store, one: NoticeDraft) => void notices.push(one) };
  const incidents = incidentsOf({ parts, ports, platform: () => defaultConfig } as unknown as Building);
  const [job] = incidents.jobs ?? [];
  const first = async () =>
    (await listIncidents(store, { environments: undefined, state: undefined, before: undefined, limit: 9 }))[0];
  return {
    store,
    incidents,
    notices,
    first,
    /** What the probes say in a minute, and what follows from it. */
    async minute(at: number, ...observations: readonly Observation[]) {
      await keep(store, ...observations);
      await lookAtHealth(store, later(at), { ...incidents, needs, opened: undefined });
    },
    job: (at: number) => job?.run({ store, now: later(at), signal: new AbortController().signal, missed: 0 }),
    /** The kinds of events, each with its minute. */
    async lines() {
      const events = await timelineOf(store, (await first())?.id ?? 0);
      return events.map(({ kind, at }) => `${kind} ${(Date.parse(at) - Date.parse(testNow)) / 60_000}`);
    },
    said: async () => (await timelineOf(store, (await first())?.id ?? 0)).at(-1)?.text,
  };
}

const version = (health: "healthy" | "unhealthy", at: number): Observation => ({
  ...said("gitlab", health, at),
  probe: "version",
  subject: "version",
});
const notAsked = (at: number): Observation => {
  const { environment, component, system, probe, tells, subject } = said("gitlab", "healthy", at);
  const why = { why: "connection refused", howToLearn: "look" };
  return { environment, component, system, probe, tells, subject, at: later(at), kind: "unknown", ...why };
};

test("an incident of a probe says since when it answers again, and stays open for a person to end", async (t) => {
  const on = await stage(t);
  for (const at of [0, 1, 2]) await on.minute(at, said("gitlab", "unhealthy", at));
  assert.deepEqual(await on.lines(), ["opened 2"]);
  const told = on.notices.length;

  await on.minute(3, said("gitlab", "healthy", 3));
  await on.minute(4, said("gitlab", "healthy", 4));
  assert.equal((await on.first())?.wellSince, undefined, "one good answer says as little as one bad one");
  await on.minute(5, said("gitlab", "healthy", 5));
  await on.minute(6, said("gitlab", "healthy", 6));
  assert.deepEqual(await on.lines(), ["opened 2", "recovered 5"]);
  assert.equal(await on.said(), `readiness of gitlab answers again since ${later(3)}.`);
  const incident = await on.first();
  assert.deepEqual([incident?.state, incident?.wellSince], ["open", later(3)]);
  assert.equal(on.notices.length, told, "it wakes nobody");
});

test("what fails again after it was well is a line, and one that was well for a moment is none", async (t) => {
  const on = await stage(t);
  for (const at of [0, 1, 2]) await on.minute(at, said("gitlab", "unhealthy", at));
  for (const at of [3, 4, 5]) await on.minute(at, said("gitlab", "healthy", at));
  await on.minute(6, said("gitlab", "unhealthy", 6));
  await on.minute(7, said("gitlab", "healthy", 7));
  assert.deepEqual(await on.lines(), ["opened 2", "recovered 5"], "trouble has to last too");
  for (const at of [8, 9, 10, 11]) await on.minute(at, said("gitlab", "unhealthy", at));
  assert.deepEqual(await on.lines(), ["opened 2", "recovered 5", "relapsed 10"]);
  assert.equal((await on.first())?.wellSince, undefined);
});

test("what flaps for hours fills no timeline: each time it has to be well twice as long", async (t) => {
  const on = await stage(t);
  for (let at = 0; at < 2 * 60; at += 1) await on.minute(at, said("gitlab", at % 10 < 5 ? "unhealthy" : "healthy", at));
  const lines = await on.lines();
  assert.equal(lines.filter((line) => line.startsWith("recovered")).length, 2, lines.join());
  assert.equal(lines.length, 5, lines.join());
});

test("a probe that cannot be asked any more does not answer again, whatever the others say", async (t) => {
  const on = await stage(t);
  for (const at of [0, 1, 2]) await on.minute(at, said("gitlab", "unhealthy", at), version("healthy", at));
  for (const at of [3, 4, 5, 6]) await on.minute(at, notAsked(at), version("healthy", at));
  assert.deepEqual(await on.lines(), ["opened 2"]);
  for (const at of [7, 8, 9]) await on.minute(at, said("gitlab", "healthy", at), version("unhealthy", at));
  assert.deepEqual(await on.lines(), ["opened 2"], "another one is in trouble");
  for (const at of [10, 11, 12]) await on.minute(at, said("gitlab", "healthy", at), version("healthy", at));
  assert.equal(await on.said(), `readiness, version of gitlab answer again since ${later(10)}.`);
});

test("a subject that is there no more is not said to answer", async (t) => {
  const on = await stage(t);
  const pod = (name: string, health: "healthy" | "unhealthy", at: number): Observation => ({
    ...said("gitlab", health, at),
    probe: "workloads",
    subject: name,
  });
  for (const at of [0, 1, 2]) await on.minute(at, pod("a", "unhealthy", at), pod("b", "healthy", at));
  for (const at of [3, 4, 5]) await on.minute(at, pod("b", "healthy", at));
  assert.equal(await on.said(), `what was in trouble of gitlab is there no more since ${later(3)}.`);
});

test("one that somebody resolved is opened again, and what was well is not any more", async (t) => {
  const on = await stage(t);
  for (const at of [0, 1, 2]) await on.minute(at, said("gitlab", "unhealthy", at));
  for (const at of [3, 4, 5]) await on.minute(at, said("gitlab", "healthy", at));
  const incident = await on.first();
  assert.ok(incident);
  await on.store
    .tables<{ incidents: { id: number; state: string } }>()
    .updateTable("incidents")
    .set({ state: "resolved" })
    .execute();
  for (const at of [8, 9, 10]) await on.minute(at, said("gitlab", "unhealthy", at));
  assert.deepEqual(await on.lines(), ["opened 2", "recovered 5", "reopened 10"]);
  assert.equal((await on.first())?.wellSince, undefined);
});

test("an incident of a finding says since when its rule finds it no more; a source that is forgotten shows nothing well", async (t) => {
  const on = await stage(t);
  const finding: Finding = {
    id: "f1",
    rule: "backup-gone",
    title: "A backup is gone",
    group: "backups",
    severity: "critical",
    subject: "backup/mlflow-1",
    environment: "production",
    places: [{ file: "backups/production", line: 1, column: 1 }],
    message: "m",
    fix: "f",
  };
  const look = (at: number, findings: readonly Finding[]) =>
    recordNews(
      on.store,
      { findings, suppressed: [], unknown: [], ran: new Set(["backup-gone"]), unread: [], blind: false },
      { id: "backups:production" },
      later(at),
      on.incidents.opened?.(defaultConfig),
    );
  await look(0, [finding]);
  await look(1, []);
  await on.job(2);
  assert.deepEqual(await on.lines(), ["opened 0"]);
  await on.job(3);
  assert.deepEqual(await on.lines(), ["opened 0", "recovered 3"]);
  assert.equal(await on.said(), `The rule backup-gone finds it no more since ${later(1)}.`);
  await look(4, [finding]);
  assert.deepEqual(await on.lines(), ["opened 0", "recovered 3", "relapsed 4"]);

  await forgetSource(on.store, "backups:production", "the server's configuration", later(5));
  await on.job(600);
  assert.deepEqual(await on.lines(), ["opened 0", "recovered 3", "relapsed 4"]);
});
