import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { recordLook } from "../findings/store-record.ts";
import { healthFacts } from "../health/alert-rules.ts";
import { assessHealth, healthSource } from "../health/assess.ts";
import { latestKeyMetrics } from "../health/key-metric-values.ts";
import { lookAt } from "../health/look.ts";
import { judgeSignature, signatureCounts } from "../health/signatures.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import type { Reading } from "../systems/contract.ts";
import type { Observation } from "./observe.ts";
import { keepMeasurements } from "./retention.ts";
import { recordLooks } from "./store.ts";
import { hoursOf, listSeries, samplesOf, standings, stateChanges } from "./store-read.ts";
import { maxSeries } from "./store-samples.ts";

const start = Date.UTC(2026, 10, 20, 9);
const at = (minutes: number): Instant => instantOf(start + minutes * 60_000);

async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const store = await testStore();
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

function seen(reading: Reading, minutes: number, place: Partial<Observation> = {}): Observation {
  return {
    environment: "production",
    component: "gitlab",
    system: "gitlab",
    probe: "readiness",
    tells: "whole",
    at: at(minutes),
    ...place,
    ...reading,
  } as Observation;
}

const good: Reading = { subject: "readiness", kind: "known", health: "healthy", value: "ok", evidence: "200" };
const bad: Reading = { ...good, health: "unhealthy", evidence: "503" };
const silent: Reading = { subject: "readiness", kind: "unknown", why: "no answer", howToLearn: "It is asked again." };

const keep = (store: Store, ...observations: readonly Observation[]) =>
  recordLooks(store, [{ observations, everySeconds: 60 }]);

test("a state is kept with since when it holds, and each change once", async () => {
  await withStore(async (store) => {
    for (const [minute, reading] of [good, good, bad, bad, silent, good].entries())
      await keep(store, seen(reading, minute));

    const [standing] = await standings(store, at(5));
    assert.deepEqual(
      [standing?.state, standing?.since, standing?.at, standing?.knownAt],
      ["healthy", at(5), at(5), at(5)],
    );
    const changes = await stateChanges(store, { limit: 10 });
    assert.deepEqual(
      changes.map(({ before, after }) => [before, after]),
      [
        ["unknown", "healthy"],
        ["unhealthy", "unknown"],
        ["healthy", "unhealthy"],
        [undefined, "healthy"],
      ],
    );
  });
});

test("what nobody looked at for three intervals is unknown, whatever it was", async () => {
  await withStore(async (store) => {
    await keep(store, seen(good, 0));
    assert.equal((await standings(store, at(3)))[0]?.state, "healthy");
    const [old] = await standings(store, at(4));
    assert.deepEqual([old?.state, old?.knownAt], ["unknown", at(0)]);
    assert.match(old?.evidence ?? "", /not looked at since \d{4}-\d\d-\d\dT\d\d:\d\dZ; it was healthy then/);
    assert.equal((await standings(store, at(4), { state: "unknown" })).length, 1);
    assert.equal((await standings(store, at(4), { state: "healthy" })).length, 0);
  });
});

test("an older look never overwrites a newer one", async () => {
  await withStore(async (store) => {
    await keep(store, seen(good, 5));
    const { changes } = await keep(store, seen(bad, 4));
    assert.deepEqual(changes, []);
    assert.equal((await standings(store, at(5)))[0]?.state, "healthy");
  });
});

test("what a look with knowledge does not name is gone; a look that could not ask takes nothing away", async () => {
  await withStore(async (store) => {
    const part: Reading = { ...good, subject: "readiness/db_check" };
    await keep(store, seen(good, 0), seen(part, 0));
    await keep(store, seen(silent, 1));
    assert.equal((await standings(store, at(1))).length, 2);
    const { changes } = await keep(store, seen(good, 2));
    assert.deepEqual(
      changes.map(({ subject, after }) => [subject, after]),
      [
        ["readiness", "healthy"],
        ["readiness/db_check", "gone"],
      ],
    );
    assert.equal((await standings(store, at(2))).length, 1);
  });
});

test("a finding stays open while nobody can tell, and closes when its rule no longer shows it on known facts", async () => {
  await withStore(async (store) => {
    const look = async (minute: number, reading: Reading): Promise<readonly string[]> => {
      await keep(store, seen(reading, minute));
      const judged = await assessHealth(store, at(minute), () => new Map());
      const changes = await recordLook(store, judged, { id: healthSource, revision: undefined }, at(minute));
      return changes.map(({ kind }) => kind);
    };

    assert.deepEqual(await look(0, good), []);
    assert.deepEqual(await look(1, bad), ["opened"]);
    assert.deepEqual(
      (await look(2, silent)).filter((kind) => kind === "closed"),
      [],
    );
    assert.deepEqual(await look(3, bad), []);
    assert.deepEqual(await look(4, good), ["closed"]);
  });
});

test("not knowing for an hour is a finding of its own, and a component that is affected is a mild one", async () => {
  await withStore(async (store) => {
    await keep(store, seen(silent, 0));
    const place = { system: "sharinghub", probe: "known-item" };
    for (const [component, tells] of [
      ["hub", "whole"],
      ["mlflow", "own"],
    ] as const) {
      await recordLooks(store, [
        { observations: [seen({ ...bad, subject: "x" }, 61, { ...place, component, tells })], everySeconds: 60 },
      ]);
    }
    const needs = () =>
      new Map([
        ["hub", ["mlflow"]],
        ["mlflow", ["hub"]],
      ]);

    const { findings } = lookAt(healthFacts(await standings(store, at(62)), needs, [], at(62)));

    assert.deepEqual(
      findings.map(({ rule, subject, severity }) => [rule, subject, severity]),
      [
        ["health-in-trouble", "component/hub", "low"],
        ["health-in-trouble", "component/mlflow", "critical"],
        ["health-not-known", "component/gitlab", "medium"],
      ],
    );
    assert.match(findings[0]?.message ?? "", /affected by mlflow/);
  });
});

function measured(value: number, minutes: number, labels: Record<string, string> = {}): Observation {
  return seen({ ...good, metrics: [{ name: "gitlab_sidekiq_backlog_jobs", value, labels }] }, minutes, {
    probe: "sidekiq",
  });
}

test("measurements are kept in the partition of their day, and summed up by the hour", async () => {
  await withStore(async (store) => {
    for (let minute = 0; minute < 24 * 60 * 2; minute += 30) await keep(store, measured(minute, minute));
    const [series] = await listSeries(store, { limit: 10 });
    assert.equal(series?.name, "gitlab_sidekiq_backlog_jobs");
    const id = series?.id ?? 0;
    const now = at(24 * 60 * 2);

    const { hours } = await keepMeasurements(store, now, { samplesDays: 30, hourlyDays: 400 });

    assert.equal(hours, 2 * 48);
    assert.equal((await samplesOf(store, id, { from: at(0), to: now, limit: 1000 })).length, 96);
    const [first] = await hoursOf(store, id, { from: at(0), to: now, limit: 1 });
    assert.deepEqual(first, { at: at(0), count: 2, mean: 15, least: 0, most: 30 });
    const values = await latestKeyMetrics(store, at(24 * 60 * 2 - 20), undefined);
    assert.equal(values.find(({ id: metric }) => metric === "gitlab-sidekiq-queue")?.value, 24 * 60 * 2 - 30);
    assert.deepEqual([values.length, values.filter(({ kind }) => kind === "absent-by-design").length], [14, 2]);
  });
});

test("old days are dropped whole, after their hours were summed up; old hours and empty series follow", async () => {
  await withStore(async (store) => {
    const retention = { samplesDays: 30, hourlyDays: 400 };
    await keep(store, measured(1, 0));
    const later = instantOf(start + 32 * 86_400_000);
    const { dropped, hours } = await keepMeasurements(store, later, retention);
    assert.deepEqual([dropped, hours], [["sample_20261120"], 2]);
    const [series] = await listSeries(store, { limit: 10 });
    assert.equal((await hoursOf(store, series?.id ?? 0, { from: at(0), to: later, limit: 10 })).length, 1);
    assert.deepEqual((await keepMeasurements(store, later, retention)).dropped, []);

    await keepMeasurements(store, instantOf(start + 402 * 86_400_000), retention);
    assert.deepEqual(await listSeries(store, { limit: 10 }), []);
  });
});

test("a label with too many values fills no disk: what is above the limit is refused and counted", async () => {
  await withStore(async (store) => {
    const flood = Array.from({ length: maxSeries + 7 }, (_, index) => ({
      name: "x",
      value: 1,
      labels: { n: String(index) },
    }));
    const { samples } = await keep(store, seen({ ...good, metrics: flood }, 0));
    assert.deepEqual(samples, { written: maxSeries + 1, refused: 7 }, "and one for whether the look failed");
    const other = await keep(store, seen({ ...good, metrics: [{ name: "x", value: 1 }] }, 0, { component: "redis" }));
    assert.deepEqual(other.samples, { written: 2, refused: 0 });
  });
});

test("the same look written twice is one", async () => {
  await withStore(async (store) => {
    await keep(store, measured(1, 0));
    const { changes } = await keep(store, measured(1, 0));
    assert.deepEqual(changes, []);
    const { rows } = await sql<{ n: number }>`select count(*) as n from sample`.execute(store.tables());
    assert.equal(rows[0]?.n, 2, "what was measured, and that it was answered well");
  });
});

test("several workers that keep looks at once neither lose nor double any", async () => {
  await withStore(async (store) => {
    const rounds = Array.from({ length: 8 }, (_, index) =>
      keep(store, seen(index % 2 === 0 ? good : bad, index), measured(index, index)),
    );
    await Promise.all(rounds);
    const rows = await standings(store, at(7));
    assert.deepEqual(
      rows.map(({ probe, at: seenAt }) => [probe, seenAt]),
      [
        ["readiness", at(7)],
        ["sidekiq", at(7)],
      ],
    );
  });
});

test("an error that is new in the log is told from the past in the measurements", async () => {
  await withStore(async (store) => {
    const log = (minutes: number, lines: number, signature: string): Observation =>
      seen(
        {
          subject: `log/${signature}`,
          kind: "known",
          health: "healthy",
          value: lines,
          evidence: `error: ${signature}`,
          metrics: [{ name: "log_signature_lines", value: lines, labels: { signature } }],
        },
        minutes,
        { probe: "log-signatures", tells: "upkeep" },
      );
    const total = (minutes: number): Observation =>
      seen(
        {
          subject: "log",
          kind: "known",
          health: "healthy",
          value: 1,
          evidence: "",
          metrics: [{ name: "log_error_lines", value: 1 }],
        },
        minutes,
        { probe: "log-signatures", tells: "upkeep" },
      );
    for (let hour = 0; hour < 48; hour += 1) await keep(store, total(hour * 60), log(hour * 60, 1, "old"));
    await keep(store, total(48 * 60), log(48 * 60, 1, "old"), log(48 * 60, 9, "fresh"));

    const verdicts = (await signatureCounts(store, at(48 * 60 + 1))).map(judgeSignature);

    assert.deepEqual(
      verdicts.map(({ signature, kind }) => [signature, kind]),
      [
        ["fresh", "new"],
        ["old", "usual"],
      ],
    );
  });
});
