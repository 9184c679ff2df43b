import assert from "node:assert/strict";
import { sql } from "kysely";
import { type TestApi, testNow } from "../../src/api/test-support.ts";
import { receiveAlerts } from "../../src/incidents/alerts.ts";
import { portsOf } from "../../src/incidents/ports.test-support.ts";
import { keepHolds } from "../../src/observations/holds.ts";

/** Ids of what `seedOperations` made. */
export interface Operations {
  /** A checklist that waits for a person. */
  readonly checklist: string;
  /** A put-back on production that waits for an approver. */
  readonly putBack: string;
  /** A run that has ended, with a comparison that it never came to. */
  readonly ended: string;
  /** Waits for a decision about what says long words. */
  readonly damaged: string;
  readonly order: string;
  readonly incident: number;
}

const all = { "*": "admin" } as const;

/** Runs in three states, a work order and an incident, made by the routes; a worker's part is written as it would be. */
export async function seedOperations(api: TestApi): Promise<Operations> {
  const make = async (path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const reply = await api.ask("POST", `/api/v1${path}`, all, { body });
    const text = await reply.text();
    assert.ok(reply.ok, `${path}: ${text}`);
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  };
  const start = async (procedure: string, environment: string, given: unknown): Promise<string> =>
    String((await make("/runs", { procedure, environment, arguments: given }))["id"]);
  const wait = async (run: string, waitsFor: string, reason: string): Promise<void> => {
    await sql`update runs set state = 'waiting', waits_for = ${waitsFor}, reason = ${reason} where id = ${run}`.execute(
      api.store.tables(),
    );
  };

  const items = [{ title: "Look at the dashboards" }, { title: "Look at the backups" }];
  const checklist = await start("checklist", "staging", { title: "Morning round", items });
  await wait(checklist, "attestation", "Look at the dashboards: a person does this by hand.");
  const putBack = await start("put-back", "production", {
    application: { namespace: "argocd", name: "mlflow" },
    resources: [{ group: "apps", kind: "Deployment", namespace: "mlflow", name: "mlflow" }],
    digest: "a".repeat(64),
    changes: [
      { resource: "Deployment mlflow/mlflow", field: "spec.replicas", git: "2", live: "1", author: "kubectl-edit" },
    ],
  });
  await wait(putBack, "approval", "An approver has to agree to the plan.");
  const restart = { namespace: "mlflow", name: "tracking", measured: { component: "mlflow" } };
  const ended = await start("restart-component", "staging", restart);
  await make(`/runs/${ended}/cancel`, { reason: "It serves again" });
  const damaged = await start("restart-component", "staging", { ...restart, name: "registry" });
  await wait(damaged, "decision", `Pack ID does not match, want ${"a65e".repeat(16)}, got ${"0d36".repeat(16)}`);
  const order = String((await make("/work-orders", { title: "Move the registry", environment: "production" }))["id"]);
  const opened = await make("/incidents", {
    title: "MLflow is down",
    kind: "outage",
    severity: "high",
    environment: "production",
    text: "502 since <b>the last</b> sync",
  });
  return { checklist, putBack, ended, damaged, order, incident: Number(opened["id"]) };
}

/** Two alerts about what a backup holds down, as Alertmanager tells them. */
export async function seedHeldAlerts({ store }: TestApi): Promise<void> {
  const held = { component: "gitlab", by: "backup run 7", probes: undefined, leftAt: undefined };
  await keepHolds(store, "production", [{ ...held, workload: "deployment gitlab/gitlab-sidekiq" }], testNow);
  const alerts = ["Sidekiq <b>takes</b> no jobs", "GitLab's queue grows"].map((summary, index) => ({
    status: "firing",
    labels: { alertname: `Alert${index}`, severity: "critical", environment: "production", component: "gitlab" },
    annotations: { summary },
    startsAt: testNow,
    fingerprint: `alert-${index}`,
  }));
  const told = await receiveAlerts(store, portsOf([{}]), testNow, { version: "4", groupKey: "{}", alerts });
  assert.equal(told.held, 2);
}
