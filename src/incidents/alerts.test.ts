import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../kernel/errors.ts";
import type { Store } from "../store/store.ts";
import { acknowledge } from "./act.ts";
import { readAlerts } from "./alertmanager.ts";
import { receiveAlerts } from "./alerts.ts";
import { receiveFromPager } from "./pager.ts";
import { ada, done, minutesLater, portsOf, testNow, withStore } from "./ports.test-support.ts";
import { findIncident, listIncidents, timelineOf } from "./store.ts";

/** A message in the form of Alertmanager's webhook, version 4. */
function message(alerts: readonly object[], more: object = {}): unknown {
  return {
    version: "4",
    groupKey: '{}:{alertname="GitLabDown"}',
    truncatedAlerts: 0,
    status: "firing",
    receiver: "millwright",
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager.example.org",
    alerts,
    ...more,
  };
}

function alert(fingerprint: string, more: object = {}, labels: object = {}): object {
  return {
    status: "firing",
    labels: {
      alertname: "GitLabDown",
      severity: "critical",
      environment: "production",
      component: "gitlab",
      ...labels,
    },
    annotations: { summary: "GitLab does not answer", description: "No reply for 5 minutes" },
    startsAt: "2026-11-20T11:55:00.123456789Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "http://prometheus.example.org",
    fingerprint,
    ...more,
  };
}

const all = { state: undefined, environments: undefined, before: undefined, limit: 50 };
const only = async (store: Store) => {
  const incidents = await listIncidents(store, all);
  assert.equal(incidents.length, 1);
  const [incident] = incidents;
  assert.ok(incident);
  return incident;
};

test("an alert opens an incident with what its labels say, from when it began", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await receiveAlerts(store, ports, testNow, message([alert("a")]));

    assert.partialDeepStrictEqual(await only(store), {
      kind: "outage",
      severity: "critical",
      title: "GitLab does not answer",
      environment: "production",
      component: "gitlab",
      source: "alert",
      beganAt: "2026-11-20T11:55:00.123Z",
    });
    assert.equal(ports.notices[0]?.page?.action, "trigger");
  });
});

test("the same alert again, from a second Alertmanager at once or an hour later, changes nothing", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await Promise.all(Array.from({ length: 4 }, () => receiveAlerts(store, ports, testNow, message([alert("a")]))));
    await receiveAlerts(store, ports, minutesLater(60), message([alert("a")]));

    const { id } = await only(store);
    assert.deepEqual(
      (await timelineOf(store, id)).map(({ kind }) => kind),
      ["opened", "alert"],
    );
    assert.equal(ports.notices.length, 1);
  });
});

test("alerts of one group are one incident, which is over when the last of them is", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const over = { status: "resolved" };
    await receiveAlerts(store, ports, testNow, message([alert("a"), alert("b")]));
    await receiveAlerts(store, ports, minutesLater(5), message([alert("a", over), alert("b")]));
    const { id, state } = await only(store);
    assert.equal(state, "open");

    await receiveAlerts(store, ports, minutesLater(9), message([alert("b", over)]));

    const ended = await findIncident(store, id);
    assert.equal(ended?.state, "resolved", "a critical one is not closed: it needs a review");
    assert.equal(ended?.resolvedAt, minutesLater(9));
    assert.equal(ports.notices.at(-1)?.page?.action, "resolve");
  });
});

test("one of little weight that nobody had in hand is closed when it ends; the next one is another incident", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const mild = (status: string) => message([alert("a", { status }, { severity: "warning" })]);
    await receiveAlerts(store, ports, testNow, mild("firing"));
    await receiveAlerts(store, ports, minutesLater(5), mild("resolved"));
    assert.equal((await only(store)).state, "closed");

    await receiveAlerts(store, ports, minutesLater(9), mild("firing"));
    assert.deepEqual(
      (await listIncidents(store, all)).map(({ state }) => state),
      ["open", "closed"],
    );
  });
});

test("one that somebody has in hand is only marked when its alert ends, and opened again when it fires again", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const mild = (status: string) => message([alert("a", { status }, { severity: "warning" })]);
    await receiveAlerts(store, ports, testNow, mild("firing"));
    const { id } = await only(store);
    await done(acknowledge(store, ports, { id, by: ada, now: minutesLater(1) }));
    await receiveAlerts(store, ports, minutesLater(5), mild("resolved"));
    assert.equal((await only(store)).state, "resolved");

    await receiveAlerts(store, ports, minutesLater(9), mild("firing"));

    assert.equal((await only(store)).state, "open");
    assert.equal(
      (await timelineOf(store, id)).some(({ kind }) => kind === "reopened"),
      true,
    );
  });
});

test("the heartbeat, information, and the end of what we never knew open nothing", async () => {
  await withStore(async (store) => {
    const taken = await receiveAlerts(
      store,
      portsOf(),
      testNow,
      message([
        alert("a", {}, { alertname: "Watchdog" }),
        alert("b", {}, { severity: "info" }),
        alert("c", {}, { severity: "none" }),
        alert("d", { status: "resolved" }),
      ]),
    );

    assert.deepEqual(taken, { incidents: [], ignored: 4, held: 0 });
    assert.equal((await listIncidents(store, all)).length, 0);
  });
});

test("a message of another version or form is refused with what is wrong", async () => {
  for (const wrong of [undefined, 7, {}, message([], { version: "3" }), message([{ status: "odd" }])])
    assert.throws(
      () => readAlerts(wrong, testNow),
      (thrown) => thrown instanceof InputError && /version 4/.test(thrown.message),
    );
});

test("no message, whatever is in it, breaks more than itself", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom("\0", "\ud800", "\\u0000", "\\\0"),
  );
  const labels = fc.dictionary(fc.constantFrom("alertname", "severity", "environment", "component", "x"), text);
  const arbitrary = fc.record({
    status: fc.constantFrom("firing", "resolved"),
    labels,
    annotations: labels,
    startsAt: text,
  });
  await withStore(async (store) => {
    const ports = portsOf();
    await fc.assert(
      fc.asyncProperty(fc.array(arbitrary, { maxLength: 3 }), text, async (alerts, groupKey) => {
        await receiveAlerts(store, ports, testNow, message(alerts, { groupKey }));
      }),
      { numRuns: 40 },
    );
  });
});

test("the pager's acknowledgement comes back, in our own form and in PagerDuty's, twice without harm", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await receiveAlerts(store, ports, testNow, message([alert("a")]));
    const { id } = await only(store);
    const thread = `millwright/incident/${id}`;
    const duty = (event_type: string) => ({
      event: {
        event_type,
        agent: { summary: "Bo" },
        data: { type: "incident", incident_key: thread, status: "acknowledged" },
      },
    });

    assert.equal(await receiveFromPager(store, ports, minutesLater(2), duty("incident.acknowledged")), "done");
    assert.equal(
      await receiveFromPager(store, ports, minutesLater(3), { thread, action: "acknowledge", by: "Cy" }),
      "done",
    );
    assert.equal(
      await receiveFromPager(store, ports, minutesLater(4), { thread, action: "note", by: "Cy", text: "on it" }),
      "done",
    );

    const incident = await findIncident(store, id);
    assert.deepEqual(
      [incident?.state, incident?.ledBy?.name, incident?.acknowledgedAt],
      ["acknowledged", "Bo", minutesLater(2)],
    );
    assert.equal(ports.notices.length, 1, "the pager is not told what it told us");
  });
});

test("what the pager says of others' incidents is passed over, and what nobody can read is refused", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const told = (more: object) =>
      receiveFromPager(store, ports, testNow, { thread: "x", action: "acknowledge", by: "Bo", ...more });

    assert.equal(await told({}), "passed-over");
    assert.equal(await told({ thread: "millwright/incident/999" }), "passed-over");
    assert.equal(
      await receiveFromPager(store, ports, testNow, {
        event: { event_type: "service.updated", agent: null, data: {} },
      }),
      "passed-over",
    );
    await assert.rejects(receiveFromPager(store, ports, testNow, { action: "explode" }), InputError);
  });
});
