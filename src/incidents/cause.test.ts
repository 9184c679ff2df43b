import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { millwright } from "../platform/actor.ts";
import { type NewIncident, openFound } from "./open.ts";
import { minutesLater, portsOf, testNow, withStore } from "./ports.test-support.ts";
import { listIncidents, timelineOf } from "./store.ts";

const certificate = "certificate/mlflow/tls";

function found(key: string, about = certificate): NewIncident {
  return {
    kind: "degradation",
    severity: "high",
    title: key,
    text: `The rule found it. It is about ${about}.`,
    environment: "production",
    component: undefined,
    by: millwright,
    source: "rule",
    key: `finding/${key}`,
  };
}

test("of two that find the same cause at once, the second waits and becomes a note of the first's incident", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const opened = Promise.withResolvers<void>();
    const may = Promise.withResolvers<void>();
    const first = store.transaction(async (part) => {
      await openFound(part, ports, testNow, found("a"), [certificate]);
      opened.resolve();
      await may.promise;
    });
    await opened.promise;

    let over = false;
    const second = openFound(store, ports, minutesLater(1), found("b"), [certificate, "mlflow.example.org"]).finally(
      () => {
        over = true;
      },
    );
    while (!over && !(await waitsForLock())) await new Promise(setImmediate);
    const early = over;
    may.resolve();
    await Promise.all([first, second]);
    assert.equal(early, false, "the second looked before the first had ended");

    const incidents = await listIncidents(store, {
      state: "unclosed",
      environments: undefined,
      before: undefined,
      limit: 10,
    });
    assert.deepEqual(
      incidents.map(({ title }) => title),
      ["a"],
    );
    const kinds = (await timelineOf(store, incidents[0]?.id ?? 0)).map(
      ({ kind, text }) => `${kind} ${text.slice(0, 17)}`,
    );
    assert.deepEqual(kinds, ["opened The rule found it", "note The same cause: b"]);

    async function waitsForLock(): Promise<boolean> {
      const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`.execute(store.tables());
      return rows.length > 0;
    }
  });
});

test("twenty at once about one certificate are one incident; about another environment or none, they do not wait for each other", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => openFound(store, ports, testNow, found(`a${index}`), [certificate])),
    );
    await store.transaction(async (held) => {
      await openFound(held, ports, testNow, found("held"), [certificate]);
      await openFound(store, ports, testNow, { ...found("elsewhere"), environment: "staging" }, [certificate]);
      await openFound(store, ports, testNow, found("other", "nothing of that kind"), []);
    });

    const incidents = await listIncidents(store, {
      state: "unclosed",
      environments: undefined,
      before: undefined,
      limit: 50,
    });
    assert.deepEqual(incidents.map(({ title }) => title.replace(/^a\d+$/, "a")).toSorted(), [
      "a",
      "elsewhere",
      "other",
    ]);
  });
});
