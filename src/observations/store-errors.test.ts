import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { testStore } from "../store/test-support.ts";
import type { Reading } from "../systems/contract.ts";
import type { Observation } from "./observe.ts";
import { recordLooks } from "./store.ts";
import { listSeries, samplesOf } from "./store-read.ts";
import { errorSeries } from "./store-samples.ts";

const at = (minutes: number): Instant => instantOf(Date.UTC(2026, 10, 20, 9, minutes));

function seen(reading: Reading, minutes: number, place: Partial<Observation> = {}): Observation {
  const of = { environment: "production", component: "gitlab", system: "gitlab", probe: "readiness", tells: "whole" };
  return { ...of, at: at(minutes), ...place, ...reading } as Observation;
}

const good: Reading = { subject: "readiness", kind: "known", health: "healthy", value: "ok", evidence: "200" };
const bad: Reading = { ...good, health: "unhealthy", evidence: "503" };
const second: Reading = { ...bad, subject: "second" };
const silent: Reading = { subject: "readiness", kind: "unknown", why: "no answer", howToLearn: "It is asked again." };

test("each look counts once as answered well or badly; what could not be asked, or wants care, is not counted", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const looks = [[good], [good, second], [silent], [bad]].map((readings, minute) =>
    readings.map((reading) => seen(reading, minute)),
  );
  const upkeep = [seen(bad, 4, { probe: "certificate", tells: "upkeep" })];
  for (const observations of [...looks, upkeep]) await recordLooks(store, [{ observations, everySeconds: 60 }]);

  const series = await listSeries(store, { name: errorSeries, limit: 10 });
  const samples = await samplesOf(store, series[0]?.id ?? 0, { from: at(0), to: at(9), limit: 10 });

  assert.deepEqual([series.length, series[0]?.labels["probe"]], [1, "readiness"]);
  assert.deepEqual(
    samples.map(({ at: when, value }) => [when, value]),
    [
      [at(0), 0],
      [at(1), 1],
      [at(3), 1],
    ],
  );
});
