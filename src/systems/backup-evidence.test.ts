import assert from "node:assert/strict";
import { test } from "node:test";
import { auditExample, type Knowledge } from "../findings/examples.ts";
import { isServed } from "./backup-evidence.ts";
import { systems } from "./index.ts";

const rule = systems.flatMap((system) => system.rules ?? []).find(({ id }) => id === "backups-store-without-backup");

const database = `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: tracking-db, namespace: tracking }
spec: { instances: 2, imageName: "ghcr.io/cloudnative-pg/postgresql:16.9" }
`;

async function findings(files: Readonly<Record<string, string>>): Promise<number> {
  assert.ok(rule);
  const { findings: found } = await auditExample({ name: "evidence", files: { "db.yaml": database, ...files } }, rule, {
    systems,
    judgeMove: () => ({ kind: "legal" }),
  });
  return found.length;
}

function scheduleOf(included: string): string {
  return `apiVersion: velero.io/v1
kind: Schedule
metadata: { name: nightly, namespace: velero }
spec: { schedule: 0 2 * * *, template: ${included} }
`;
}

test("a cluster without anything is not backed up", async () => {
  assert.equal(await findings({}), 1);
});

test("a ScheduledBackup of the cluster counts, one of another cluster does not", async () => {
  const backup = (name: string): string =>
    `apiVersion: postgresql.cnpg.io/v1\nkind: ScheduledBackup\nmetadata: { name: nightly, namespace: tracking }\nspec: { schedule: 0 0 1 * * *, cluster: { name: ${name} } }\n`;

  assert.equal(await findings({ "backup.yaml": backup("tracking-db") }), 0);
  assert.equal(await findings({ "backup.yaml": backup("other-db") }), 1);
});

test("a Velero schedule counts only for the namespaces it takes in", async () => {
  assert.equal(await findings({ "v.yaml": scheduleOf("{ includedNamespaces: ['*'] }") }), 0);
  assert.equal(await findings({ "v.yaml": scheduleOf("{ includedNamespaces: [tracking] }") }), 0);
  assert.equal(await findings({ "v.yaml": scheduleOf("{ includedNamespaces: [web] }") }), 1);
  assert.equal(await findings({ "v.yaml": scheduleOf("{ excludedNamespaces: [tracking] }") }), 1);
});

test("a script that dumps it by name counts, one that dumps something else does not", async () => {
  assert.equal(await findings({ "b.sh": "#!/bin/sh\npg_dump -h tracking-db-rw mlflow > dump.sql\n" }), 0);
  assert.equal(await findings({ "b.sh": "#!/bin/sh\npg_dump -h web-db web > dump.sql\n" }), 1);
});

test("a manifest that its kustomization does not name is left out", async () => {
  assert.equal(await findings({ "kustomization.yaml": "resources:\n  - other.yaml\n" }), 0);
  assert.equal(await findings({ "kustomization.yaml": "resources:\n  - ./db.yaml\n" }), 1);
});

test("what the server that asks backs up counts: a store of that kind, of a component that it is named after, in that environment", () => {
  const what = { names: ["tracking-db", "tracking-db-rw"], environment: "production", kinds: ["postgresql"] };
  const one = { environment: "production", component: "tracking", kind: "postgresql" };
  const served = (more: Partial<typeof one>) => isServed(what, [{ ...one, ...more }]);

  assert.deepEqual([isServed(what, []), served({}), served({ component: "tracking-db" })], [false, true, true]);
  assert.ok(isServed({ ...what, environment: undefined }, [one]), "of manifests that are of no one environment");
  for (const other of [{ environment: "staging" }, { component: "track" }, { kind: "redis" }])
    assert.equal(served(other), false, JSON.stringify(other));
});

test("each rule about a store without a backup is quiet where the server backs it up", async () => {
  const rules = new Map(systems.flatMap((system) => system.rules ?? []).map((one) => [one.id, one]));
  const cases = [
    ["backups-store-without-backup", "tracking-db", "postgresql"],
    ["backups-chart-without-backup", "tracking-db", "postgresql"],
    ["backups-mlflow-store", "mlflow", "postgresql"],
    ["backups-gitlab-not-scheduled", "gitlab", "gitlab"],
  ] as const;
  for (const [id, component, kind] of cases) {
    const asked = rules.get(id);
    const [example] = asked?.examples.failing ?? [];
    assert.ok(asked !== undefined && example !== undefined, id);
    const environments = ["production", "staging"];
    const served = environments.map((environment) => ({ environment, component, kind }));
    const given: Knowledge = { systems, judgeMove: () => ({ kind: "legal" }) };
    const found = async (more: object) => (await auditExample(example, asked, { ...given, ...more })).findings.length;
    assert.deepEqual([await found({}), await found({ served })], [1, 0], id);
  }
});
