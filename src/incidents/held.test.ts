import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsForMillis, keepHolds } from "../observations/holds.ts";
import type { Store } from "../store/store.ts";
import { openHeld, receiveAlerts } from "./alerts.ts";
import { heldAlerts } from "./held.ts";
import { minutesLater, portsOf, testNow, withStore } from "./ports.test-support.ts";
import { listIncidents, timelineOf } from "./store.ts";

const sidekiq = {
  workload: "deployment gitlab/gitlab-sidekiq-all-in-1-v2",
  component: "gitlab",
  by: "backup run 7",
  probes: undefined,
  leftAt: undefined,
};

function message(fingerprint: string, labels: object = {}, status = "firing"): unknown {
  return {
    version: "4",
    groupKey: `{}:{alertname="${fingerprint}"}`,
    alerts: [
      {
        status,
        labels: {
          alertname: "TargetDown",
          severity: "critical",
          environment: "production",
          component: "gitlab",
          ...labels,
        },
        annotations: { summary: `Alert ${fingerprint}` },
        startsAt: testNow,
        fingerprint,
      },
    ],
  };
}

const all = { state: undefined, environments: undefined, before: undefined, limit: 50 };
const incidents = async (store: Store) => (await listIncidents(store, all)).map(({ title }) => title);
const held = async (store: Store) => (await heldAlerts(store)).map(({ alert, by }) => `${alert.title}, ${by}`);
const hold = (store: Store, minutes: number, more: object = {}) =>
  keepHolds(store, "production", [{ ...sidekiq, ...more }], minutesLater(minutes));
const graceMinutes = holdsForMillis / 60_000;

test("an alert about what a fence holds down opens nothing while that lasts, is seen, and opens once it fires still", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await hold(store, 0);
    const taken = await receiveAlerts(store, ports, minutesLater(1), message("a"));
    assert.deepEqual(taken, { incidents: [], ignored: 0, held: 1 });
    await receiveAlerts(store, ports, minutesLater(1), message("a"));
    assert.deepEqual([await incidents(store), ports.notices.length], [[], 0]);
    assert.deepEqual(await held(store), ["Alert a, backup run 7"]);

    for (const minutes of [1, 2, 3]) {
      await hold(store, minutes);
      assert.deepEqual(await openHeld(store, ports, minutesLater(minutes)), []);
    }
    assert.deepEqual(await openHeld(store, ports, minutesLater(2 + graceMinutes)), [], "it comes up");
    const [id] = await openHeld(store, ports, minutesLater(3 + graceMinutes));
    assert.deepEqual([await incidents(store), await held(store)], [["Alert a"], []]);
    const [opened] = await timelineOf(store, id ?? 0);
    assert.match(opened?.text ?? "", /while its component was held down by backup run 7, and fires still/);
    assert.equal(ports.notices[0]?.page?.action, "trigger");

    await receiveAlerts(store, ports, minutesLater(9), message("a", {}, "resolved"));
    assert.equal((await listIncidents(store, all))[0]?.state, "resolved");
  });
});

test("one that ends while its component is held down is forgotten", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await hold(store, 0);
    await receiveAlerts(store, ports, testNow, message("a"));
    await receiveAlerts(store, ports, minutesLater(1), message("a", {}, "resolved"));
    assert.deepEqual(await held(store), []);
    await openHeld(store, ports, minutesLater(60));
    assert.deepEqual(await incidents(store), []);
  });
});

test("a mark that nobody renews, and a hold of more than a day, hold no alert", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await hold(store, 0);
    await receiveAlerts(store, ports, testNow, message("a"));
    await hold(store, 1, { leftAt: testNow });
    assert.equal((await openHeld(store, ports, minutesLater(1))).length, 1);
    await receiveAlerts(store, ports, minutesLater(1), message("b"));
    assert.deepEqual(await incidents(store), ["Alert b", "Alert a"]);

    await hold(store, 2);
    await receiveAlerts(store, ports, minutesLater(2), message("c"));
    assert.deepEqual(await held(store), ["Alert c, backup run 7"]);
    await hold(store, 24 * 60 + 1);
    assert.equal((await openHeld(store, ports, minutesLater(24 * 60 + 1))).length, 1);
  });
});

test("only what is known to be about what is held down waits: all else opens as before", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await hold(store, 0);
    const others = [
      { component: "mlflow" },
      { environment: "staging" },
      { environment: "" },
      { component: "", job: "kube-state-metrics" },
      { namespace: "gitlab", deployment: "gitlab-webservice-default" },
      { namespace: "elsewhere", deployment: "gitlab-sidekiq-all-in-1-v2" },
      { namespace: "gitlab", statefulset: "gitlab-sidekiq-all-in-1-v2" },
      { namespace: "gitlab", pod: "gitlab-gitaly-0" },
      { alertname: "IntrusionSuspected" },
      { alertname: "ImageWithCriticalVulnerability" },
    ];
    for (const [index, labels] of others.entries())
      await receiveAlerts(store, ports, testNow, message(`other-${index}`, labels));
    assert.equal((await incidents(store)).length, others.length);
    assert.deepEqual(await held(store), []);

    const about = [
      { component: "", job: "gitlab" },
      { namespace: "gitlab", deployment: "gitlab-sidekiq-all-in-1-v2" },
      { namespace: "gitlab", pod: "gitlab-sidekiq-all-in-1-v2-5d5b-x2x" },
      { namespace: "monitoring", pod: "blackbox-0" },
    ];
    for (const [index, labels] of about.entries())
      await receiveAlerts(store, ports, testNow, message(`about-${index}`, labels));
    assert.equal((await incidents(store)).length, others.length);
    assert.equal((await held(store)).length, about.length);
  });
});

test("an incident that an alert has already is as before; one that was over is not opened again by what is held down", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    await receiveAlerts(store, ports, testNow, message("a"));
    await hold(store, 1);
    const { incidents: known } = await receiveAlerts(store, ports, minutesLater(1), message("a"));
    assert.equal(known.length, 1);
    await receiveAlerts(store, ports, minutesLater(1), message("a", {}, "resolved"));
    await receiveAlerts(store, ports, minutesLater(2), message("a"));
    assert.equal((await listIncidents(store, all))[0]?.state, "resolved");
    await openHeld(store, ports, minutesLater(2 + graceMinutes));
    assert.deepEqual(
      (await listIncidents(store, all)).map(({ state }) => state),
      ["open"],
    );
  });
});
