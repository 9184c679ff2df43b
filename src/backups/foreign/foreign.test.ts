import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../../kernel/fact.ts";
import { ForeignBackup } from "../../platform/server-foreign.ts";
import { type TestPods, testPods } from "../kinds/pod.test-support.ts";
import type { ForeignSeen } from "./foreign.ts";
import { readForeign } from "./read-foreign.ts";

const definition = (group: string, plural: string, kind: string, scope = "Namespaced") => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: { group, scope, names: { plural, kind }, versions: [{ name: "v1" }] },
});

const objects = `
apiVersion: velero.io/v1
kind: Backup
metadata: { name: nightly-1, namespace: velero, labels: { velero.io/schedule-name: nightly } }
spec: { includedNamespaces: ["*"], storageLocation: main }
status: { phase: Completed, startTimestamp: "2026-11-19T01:00:00Z", completionTimestamp: "2026-11-19T01:20:00Z", warnings: 2 }
---
apiVersion: velero.io/v1
kind: Backup
metadata: { name: nightly-2, namespace: velero, labels: { velero.io/schedule-name: nightly } }
spec: { includedNamespaces: [gitlab, mlflow], storageLocation: main }
status: { phase: PartiallyFailed, startTimestamp: "2026-11-20T01:00:00Z", errors: 3 }
---
apiVersion: velero.io/v1
kind: Backup
metadata: { name: weekly-1, namespace: velero, labels: { velero.io/schedule-name: weekly } }
spec: { includedNamespaces: [mlflow], storageLocation: other }
status: { phase: Completed, startTimestamp: "2026-11-20T02:00:00Z" }
---
apiVersion: velero.io/v1
kind: Backup
metadata: { name: objects-1, namespace: velero, labels: { velero.io/schedule-name: objects } }
spec: { snapshotVolumes: false, includedResources: [secrets], labelSelector: { matchLabels: { app: mlflow } }, storageLocation: other }
status: { phase: Completed, startTimestamp: "2026-11-19T03:00:00Z" }
---
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: { name: main, namespace: velero }
spec: { provider: aws, objectStorage: { bucket: backups } }
status: { phase: Unavailable, message: "the bucket is gone" }
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: mlflow-db, namespace: mlflow }
spec: { instances: 1 }
status: { conditions: [{ type: ContinuousArchiving, status: "False", message: "no space" }] }
---
apiVersion: postgresql.cnpg.io/v1
kind: Backup
metadata: { name: mlflow-db-1, namespace: mlflow }
spec: { cluster: { name: mlflow-db } }
status: { phase: completed, startedAt: "2026-11-20T00:00:00Z", stoppedAt: "2026-11-20T00:05:00Z" }
---
apiVersion: postgresql.cnpg.io/v1
kind: Backup
metadata: { name: other-1, namespace: mlflow }
spec: { cluster: { name: other } }
status: { phase: completed, stoppedAt: "2026-11-20T03:00:00Z" }
---
apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata: { name: each-night, namespace: mlflow }
spec: { schedule: "0 0 0 * * *", suspend: true, cluster: { name: mlflow-db } }
---
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: { name: snap-1, namespace: mlflow }
spec: { source: { persistentVolumeClaimName: data } }
status: { readyToUse: true, creationTime: "2026-11-20T04:00:00Z", restoreSize: 10Gi, boundVolumeSnapshotContentName: content-1 }
---
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: { name: snap-2, namespace: mlflow }
spec: { source: { persistentVolumeClaimName: data } }
status: { readyToUse: true, creationTime: "2026-11-20T05:00:00Z", boundVolumeSnapshotContentName: content-2 }
---
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotContent
metadata: { name: content-1 }
spec: { deletionPolicy: Delete }
status: { readyToUse: true, restoreSize: 10737418240 }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: pgbackrest, namespace: mlflow }
spec: { schedule: "0 1 * * *", suspend: true, jobTemplate: { spec: { template: { spec: { containers: [] } } } } }
status: { lastScheduleTime: "2026-11-20T01:00:00Z", lastSuccessfulTime: "2026-11-19T01:10:00Z" }
`;

const pods = await testPods();
pods.lab.seed([
  definition("velero.io", "backups", "Backup"),
  definition("velero.io", "backupstoragelocations", "BackupStorageLocation"),
  definition("postgresql.cnpg.io", "clusters", "Cluster"),
  definition("postgresql.cnpg.io", "backups", "Backup"),
  definition("postgresql.cnpg.io", "scheduledbackups", "ScheduledBackup"),
  definition("snapshot.storage.k8s.io", "volumesnapshots", "VolumeSnapshot"),
  definition("snapshot.storage.k8s.io", "volumesnapshotcontents", "VolumeSnapshotContent", "Cluster"),
]);
pods.lab.seed(objects);

async function look(declared: Readonly<Record<string, unknown>>, at: TestPods = pods): Promise<Fact<ForeignSeen>> {
  const one = ForeignBackup.parse({ component: "mlflow", store: "database", ...declared });
  const cluster = async () => at.cluster;
  const [found] = await readForeign([one], { observer: cluster, runner: cluster });
  assert.ok(found);
  return found.seen;
}

function known(seen: Fact<ForeignSeen>): ForeignSeen {
  assert.equal(seen.kind, "known", JSON.stringify(seen));
  return seen.kind === "known" ? seen.value : assert.fail();
}

test("of Velero's backups those count that take the namespace in; a newer one that failed is a fault", async () => {
  const { newest, good, faults, notes } = known(await look({ by: "velero", saves: "mlflow", schedule: "nightly" }));
  assert.deepEqual(newest, { name: "nightly-1", at: "2026-11-19T01:00:00Z", bytes: undefined });
  assert.equal(good, 1);
  assert.deepEqual(faults, [
    "nightly-2 ended as PartiallyFailed with 3 errors",
    "the storage main is unavailable: the bucket is gone",
  ]);
  assert.deepEqual(notes, ["Velero tells no size", "2 warnings in nightly-1"]);
});

test("a good backup of Velero's says what it leaves out", async () => {
  assert.deepEqual(known(await look({ by: "velero", saves: "mlflow", schedule: "objects" })).notes, [
    "Velero tells no size",
    "objects-1 has no snapshots of volumes: of their data only what pods name by annotation is in it",
    "objects-1 has only secrets",
    "objects-1 has only what its label selector selects",
  ]);
});

test("a failure is over when a later one ended well; a namespace that no backup takes in has none", async () => {
  assert.equal(known(await look({ by: "velero", saves: "mlflow" })).newest?.name, "weekly-1");
  const other = known(await look({ by: "velero", saves: "keycloak", schedule: "weekly" }));
  assert.deepEqual([other.newest, other.good, other.faults], [undefined, 0, []]);
});

test("a CloudNativePG cluster whose WAL is not archived is at fault, however young its base backup is", async () => {
  const seen = known(await look({ by: "cloudnative-pg", namespace: "mlflow", cluster: "mlflow-db" }));
  assert.deepEqual(seen.newest, { name: "mlflow-db-1", at: "2026-11-20T00:05:00Z", bytes: undefined });
  assert.deepEqual(seen.faults, ["its WAL is not archived: no space"]);
  assert.ok(seen.notes.includes("the schedule each-night is suspended"));
  const gone = known(await look({ by: "cloudnative-pg", namespace: "mlflow", cluster: "other" }));
  assert.deepEqual(gone.faults, ["there is no Cluster mlflow/other"]);
});

test("a snapshot with nothing behind it is no backup", async () => {
  const { newest, good, faults, notes } = known(
    await look({ by: "volume-snapshot", namespace: "mlflow", claim: "data" }),
  );
  assert.deepEqual(newest, { name: "snap-1", at: "2026-11-20T04:00:00Z", bytes: 10_737_418_240 });
  assert.equal(good, 1);
  assert.deepEqual(faults, ["snap-2 has nothing behind it: its VolumeSnapshotContent is gone"]);
  assert.match(notes.join(), /deletionPolicy Delete/);
});

const info = (code: number, message: string, error = false) =>
  JSON.stringify([
    {
      name: "main",
      status: { code, message },
      backup: [
        {
          label: "20261120-010000F",
          type: "full",
          error: false,
          timestamp: { start: 1_795_136_400, stop: 1_795_136_700 },
          info: { size: 900, delta: 900, repository: { size: 300, delta: 300 } },
        },
        { label: "20261121-010000F", error, timestamp: { start: 1_795_222_800, stop: 1_795_223_100 } },
      ],
    },
  ]);

function pgBackRest(name: string, said: string, code = 0): Readonly<Record<string, unknown>> {
  pods.add(name, { programs: { pgbackrest: ["sh", "-c", `printf '%s' '${said}'; exit ${code}`, "pgbackrest"] } });
  return { by: "pgbackrest", pod: { namespace: "default", labels: `app=${name}` }, stanza: "main" };
}

test("pgBackRest is asked in its pod, and a backup with wrong pages is none", async () => {
  const seen = known(await look(pgBackRest("sound", info(0, "ok", true))));
  assert.deepEqual(seen.newest, { name: "20261120-010000F", at: "2026-11-20T01:05:00.000Z", bytes: 300 });
  assert.deepEqual(seen.faults, ["20261121-010000F has pages whose checksums are wrong"]);
  assert.deepEqual(pods.commands.at(-1), ["pgbackrest", "info", "--output=json", "--stanza=main"]);
  assert.deepEqual(known(await look(pgBackRest("locked", info(6, "other")))).faults, ["main: other"]);
});

test("without a stanza named, a young backup of one database hides no old or missing one of another", async () => {
  const of = (name: string, stop: number) => ({
    name,
    status: { code: 0, message: "ok" },
    backup: stop === 0 ? [] : [{ label: name, error: false, timestamp: { start: stop - 300, stop } }],
  });
  const look2 = async (name: string, ...stanzas: readonly object[]) =>
    known(await look({ ...pgBackRest(name, JSON.stringify(stanzas)), stanza: undefined }));
  const both = await look2("two", of("young", 1_795_222_800), of("old", 1_795_136_400));
  assert.equal(both.newest?.name, "old");
  assert.match(both.notes.join(), /name the stanza/);
  assert.equal((await look2("half", of("young", 1_795_222_800), of("none", 0))).newest, undefined);
});

test("a pgBackRest that does not answer, or answers something else, is unknown and never none", async () => {
  for (const declared of [pgBackRest("dead", "", 55), pgBackRest("strange", "hello")])
    assert.equal((await look(declared)).kind, "unknown");
});

test("where nothing may be run in a pod, its CronJob's status says when it ended well", async () => {
  const seen = known(await look({ by: "pgbackrest", cronJob: { namespace: "mlflow", name: "pgbackrest" } }));
  assert.equal(seen.newest?.at, "2026-11-19T01:10:00Z");
  assert.deepEqual(seen.faults, ["the CronJob pgbackrest is suspended"]);
  assert.match(seen.notes.join(), /has not ended well yet/);
});

test("a cluster that does not serve a type has none; one that refuses to show it is unknown", async () => {
  const bare = await testPods();
  assert.equal((await look({ by: "velero", saves: "mlflow" }, bare)).kind, "absent");
  pods.lab.faults.push({ matches: ({ path }) => path.includes("velero.io"), kind: { status: 403 } });
  const seen = await look({ by: "velero", saves: "mlflow" });
  pods.lab.faults.splice(0);
  assert.equal(seen.kind, "unknown");
});
