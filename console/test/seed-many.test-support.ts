import assert from "node:assert/strict";
import { sql } from "kysely";
import { type TestApi, testNow } from "../../src/api/test-support.ts";
import { Listed } from "../../src/backups/server/catalogue.ts";
import { keepListed, keepUnlooked } from "../../src/backups/server/mirror.ts";

/* As much, and with names as long, as a large platform has. */

export const longName = "production-of-the-earth-observation-platform-in-frankfurt-eu1";

const components = Array.from({ length: 102 }, (_, index) => `component-with-a-rather-long-name-${index}`);

/** The part of `millwright.server.yaml` that says what is backed up. */
export const manyStores = `backups:
  installation: acme
  environments:
    - environment: ${longName}
      repository: /srv/backups/large
      key: file:/run/secrets/restic
      rpoHours: 26
      schedule: [{ class: daily, on: "03:00", stores: [${components.map((name) => `${name}/database`).join(", ")}] }]
      stores:
${components.map((name) => `        - { component: ${name}, kind: postgresql, url: "file:/run/secrets/one" }`).join("\n")}
    - environment: staging
      repository: /srv/backups/staging
      key: file:/run/secrets/restic
      stores:
        - { component: mlflow, kind: postgresql, url: "file:/run/secrets/mlflow" }
`;

export const longPlatform = `environments:\n  - name: ${longName}\n  - name: staging\n`;

const digest = `sha256:${"0".repeat(64)}`;

function hoursAgo(hours: number): string {
  return new Date(Date.parse(testNow) - hours * 3_600_000).toISOString();
}

function backupOf(component: string, days: number) {
  const hours = 6 + days * 24;
  const id = `${component}-database-${days}-3fa9c1de`;
  const proof = { snapshot: `proof-${id}`, provenAt: hoursAgo(hours - 1), verdict: "proven", digest, millis: 300_000 };
  return {
    id,
    store: `${component}/database`,
    kind: "postgresql",
    class: "daily",
    takenAt: hoursAgo(hours),
    bytes: 1e9,
    digest,
    proofs: [proof],
  };
}

/** Four backups of each store but the last; the other environment's repository does not answer. */
export async function seedMany({ store }: TestApi): Promise<readonly string[]> {
  const backups = components.slice(0, -1).flatMap((name) => [0, 1, 2, 3].map((days) => backupOf(name, days)));
  await keepListed(store, longName, Listed.parse({ backups, points: [], debris: [], others: 0 }), testNow);
  await keepUnlooked(store, "staging", "its repository cannot be opened: connection refused", testNow);
  return backups.map(({ id }) => id);
}

/** A run that would remove these, which a worker has brought to the point where somebody has to agree. */
export async function seedRemoval(api: TestApi, remove: readonly string[], freesBytes: number): Promise<string> {
  const body = { environment: longName, remove };
  const reply = await api.ask("POST", "/api/v1/backups/prune", { "*": "admin" }, { body });
  const text = await reply.text();
  assert.ok(reply.ok, text);
  const { id } = JSON.parse(text) as { readonly id: string };
  const tables = api.store.tables();
  await sql`insert into run_attempts
      (run_id, direction, step, attempt, name, outcome, message, evidence, log, leg, started_at, ended_at)
    values (${id}, 'do', 0, 1, 'show', 'done', 'To be removed', ${JSON.stringify({ freesBytes })}::jsonb, '[]', 0,
      ${testNow}, ${testNow})`.execute(tables);
  await sql`update runs set state = 'waiting', position = 1, waits_for = 'approval',
      reason = 'An approver has to agree to the plan.' where id = ${id}`.execute(tables);
  return id;
}
