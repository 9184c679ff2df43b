import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { backup, declaring, endpoints, later, mlflow, withStage } from "./backups.test-support.ts";

const day = 24;

const config = declaring({ stores: [mlflow], schedule: [{ class: "daily", on: "03:00" }] });

const others = (maxAgeHours: number) =>
  declaring({ foreign: [{ component: "keycloak", store: "database", by: "velero", saves: "keycloak", maxAgeHours }] });

const forgotten = "backup-store-forgotten store/keycloak/database";

test("a store that nobody decided about, and one without a backup, are findings; a disposable one is not", async () => {
  await withStage(config, async ({ tick, findings }) => {
    await tick(0);
    assert.deepEqual(await findings(), [forgotten, "backup-too-old store/mlflow/database"].toSorted());
  });
});

test("what is declared counts by what it holds, and components that are only asked keep something too", async () => {
  const pod = { namespace: "mlflow", labels: "app=mlflow" };
  const runs = { component: "mlflow", store: "runs", kind: "sqlite", pod, path: "/data/mlflow.db" };
  const redis = { environment: "production", component: "cache", system: "redis" };
  const using = { ...declaring({ stores: [runs] }), ...endpoints([redis, { ...redis, component: "cache-2" }]) };
  await withStage(using, async ({ tick, findings }) => {
    await tick(0);
    const mine = (await findings()).filter((one) => one.startsWith("backup-store-forgotten"));
    assert.deepEqual(mine, [
      "backup-store-forgotten store/cache-2/data",
      "backup-store-forgotten store/cache/data",
      forgotten,
    ]);
  });
});

test("an environment of the platform that has no backups declared is found until it has", async () => {
  const none = declaring({});
  const using = { ...none, backups: { ...none.backups, environments: [] as typeof none.backups.environments } };
  await withStage(using, async ({ tick, findings }) => {
    await tick(0);
    assert.deepEqual(await findings(), ["backup-store-forgotten environment/production"]);
    using.backups.environments.push(...config.backups.environments);
    await tick(1);
    assert.deepEqual(await findings(), [forgotten, "backup-too-old store/mlflow/database"].toSorted());
  });
});

test("a failed proof is an incident at the next tick, once", async () => {
  await withStage(config, async ({ shown, tick, findings, incidents }) => {
    shown.backups = [backup("mlflow-1", -2, "proven")];
    await tick(0);
    assert.deepEqual(await findings(), [forgotten]);
    shown.backups = [
      {
        ...backup("mlflow-1", -2, "proven"),
        proofs: [...backup("mlflow-1", -2, "proven").proofs, ...backup("mlflow-1", -1, "failed").proofs],
      },
    ];
    await tick(0.02);
    await tick(0.04);
    assert.deepEqual(await findings(), ["backup-proof-failed backup/mlflow-1", forgotten]);
    assert.deepEqual(await incidents(), ["A backup cannot be restored: backup/mlflow-1"]);
  });
});

test("a backup that is gone behind our back is an incident; a repository that does not answer is not", async () => {
  await withStage(config, async ({ shown, tick, findings, incidents }) => {
    shown.backups = [backup("mlflow-2", -1, "proven"), backup("mlflow-1", -20, "proven")];
    await tick(0);
    shown.broken = true;
    await tick(0.02);
    assert.deepEqual(await incidents(), []);
    shown.broken = false;
    shown.backups = shown.backups.slice(0, 1);
    await tick(0.04);
    assert.deepEqual(await findings(), ["backup-gone backup/mlflow-1", forgotten]);
    assert.deepEqual(await incidents(), ["A backup is gone, and nobody here removed it: backup/mlflow-1"]);
  });
});

test("a repository that cannot be opened for an hour, its key lost, is an incident until it opens again", async () => {
  await withStage(config, async ({ shown, tick, findings, incidents }) => {
    const unopened = "backup-repository-unopened repository/production";
    shown.backups = [backup("mlflow-1", -2, "proven")];
    await tick(0);
    shown.broken = true;
    await tick(0.9);
    assert.deepEqual(await incidents(), []);
    await tick(1.1);
    await tick(1.2);
    assert.ok((await findings()).includes(unopened));
    assert.deepEqual(await incidents(), ["The repository of the backups cannot be opened: repository/production"]);
    shown.broken = false;
    await tick(1.3);
    assert.ok(!(await findings()).includes(unopened));
  });
});

test("a repository that was never made is a finding that says what to do, and no incident", async () => {
  await withStage(config, async ({ shown, tick, findings, incidents }) => {
    shown.broken = true;
    shown.errors = "There is no repository yet, or its folder is not mounted: make it once by millwright backup init";
    await tick(0);
    await tick(2);
    assert.deepEqual(await findings(), ["backup-repository-not-made repository/production", forgotten]);
    assert.deepEqual(await incidents(), []);
    shown.errors = "wrong password or no key found";
    await tick(3);
    assert.deepEqual(await incidents(), ["The repository of the backups cannot be opened: repository/production"]);
    shown.broken = false;
    await tick(4);
    assert.deepEqual(await findings(), [forgotten, "backup-too-old store/mlflow/database"].toSorted());
  });
});

test("the schedule's turn starts a run; of turns missed while down one is made up", async () => {
  await withStage(config, async ({ tick, runs }) => {
    await tick(0);
    assert.deepEqual(await runs(), [], "a new schedule begins with its next turn");
    await tick(5 * day);
    await tick(5 * day + 0.02);
    assert.deepEqual(await runs(), [["back-up", later(5 * day)]]);
    await tick(4 * day);
    assert.equal((await runs()).length, 1, "a clock that was set back takes nothing twice");
  });
});

test("a repository with backups is checked when its time has come, and what has no proof is proven with it", async () => {
  await withStage(config, async ({ shown, tick, runs }) => {
    shown.backups = [backup("mlflow-1", -2, undefined)];
    await tick(0);
    await tick(0.02);
    assert.deepEqual(await runs(), [["check-repository", later(0)]]);
  });
});

test("a check that waits for somebody's word holds up no later one, which takes its place", async () => {
  await withStage(config, async ({ store, shown, tick, checks }) => {
    shown.backups = [backup("mlflow-1", -2, "proven")];
    await tick(0);
    assert.deepEqual(await checks(), ["ready"]);
    await tick(day + 1);
    assert.deepEqual(await checks(), ["ready"], "one that still works is waited for");
    await sql`update runs set state = 'waiting', waits_for = 'decision' where procedure = 'check-repository'`.execute(
      store.tables(),
    );
    await tick(day + 2);
    assert.deepEqual(await checks(), ["ready", "aborted"]);
  });
});

test("a store that others back up is not forgotten; when theirs fail or are too old, that is found", async () => {
  await withStage(others(26), async ({ shown, tick, findings }) => {
    const found = (newest: object, faults: readonly string[]) =>
      JSON.stringify({
        foreign: [
          {
            store: "keycloak/database",
            by: "velero",
            what: "Velero, of the namespace keycloak",
            seen: { kind: "known", value: { newest: { name: "nightly-1", ...newest }, good: 1, faults, notes: [] } },
          },
        ],
      });
    const unfit = "backup-foreign-unfit store/keycloak/database";
    const mine = async () => (await findings()).filter((one) => one.includes("keycloak"));
    shown.foreign = found({ at: later(-20) }, []);
    await tick(0);
    assert.deepEqual(await mine(), []);
    shown.foreign = "";
    await tick(1);
    assert.deepEqual(await mine(), [], "what could not be asked is no finding");
    shown.foreign = found({ at: later(-20) }, []);
    await tick(7);
    assert.deepEqual(await mine(), [unfit], "it is 27 hours old");
    shown.foreign = found({ at: later(7) }, ["nightly-2 ended as Failed"]);
    await tick(8);
    assert.deepEqual(await mine(), [unfit]);
    shown.foreign = found({ at: later(8) }, []);
    await tick(9);
    assert.deepEqual(await mine(), []);
  });
});

test("a repository with backups is asked once a day how large it is; one that does not answer is asked again", async () => {
  await withStage(config, async ({ shown, tick, sizes }) => {
    await tick(-1);
    assert.equal(shown.sized, 0, "an empty one is not asked");
    shown.backups = [backup("mlflow-1", -2, "proven")];
    await tick(0);
    await tick(1);
    assert.equal(shown.sized, 1);
    shown.broken = true;
    await tick(25);
    shown.broken = false;
    await tick(25.1);
    assert.deepEqual(await sizes(), [
      [later(25.1), 3000],
      [later(0), 1000],
    ]);
  });
});
