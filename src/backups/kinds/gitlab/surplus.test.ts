import assert from "node:assert/strict";
import { test } from "node:test";
import type { BackupPorts } from "../../../kernel/backup-ports.ts";
import { SystemError } from "../../../kernel/errors.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import { BackupStore } from "../../../platform/backup-stores.ts";
import type { CataloguedBackup } from "../../repository/catalogue.ts";
import { surplusArchives } from "./surplus.ts";

const place = { endpoint: "https://s3.example.org", bucket: "backups", accessKey: "env:A", secretKey: "env:S" };

function storeOf(keepInBucket: number): BackupStore {
  return BackupStore.parse({
    kind: "gitlab",
    toolbox: { namespace: "gitlab", labels: "app=toolbox" },
    backups: place,
    keepInBucket,
  });
}

function backupOf(day: number, verdicts: readonly string[], digest = "d"): CataloguedBackup {
  const takenAt = `2026-11-${String(day).padStart(2, "0")}T03:00:00Z`;
  const proofs = verdicts.map((verdict) => ({ snapshot: "s", provenAt: takenAt, verdict, digest }));
  const said = { id: `gitlab-backup-${day}`, store: "gitlab/backup", takenAt, digest: "d", proofs };
  return said as unknown as CataloguedBackup;
}

function lentWith(keys: readonly string[], deleted: string[] = []) {
  const bucket: Pick<ObjectBucket, "label" | "list" | "delete"> = {
    label: "https://s3.example.org/backups",
    async *list(prefix) {
      if (keys.length === 0) throw new SystemError("403 AccessDenied", "stop");
      yield keys
        .filter((key) => key.startsWith(prefix))
        .map((key) => ({ key, size: 7, etag: undefined, modified: backupOf(1, []).takenAt }));
    },
    delete: async (key) => void deleted.push(key),
  };
  const ports = { openBucket: () => bucket as ObjectBucket } as unknown as BackupPorts;
  return { ports, secret: async () => "canary" };
}

const tarOf = (name: string): string => `${name}_gitlab_backup.tar`;

test("only archives of our own whose copies are proven go, and the newest of them stay", async () => {
  const backups = [
    backupOf(9, []),
    backupOf(8, ["proven"]),
    backupOf(7, ["unknown", "proven"]),
    backupOf(6, ["failed", "proven"]),
    backupOf(5, ["proven"]),
    backupOf(4, ["proven"], "of another manifest"),
  ];
  const others = ["1763600000_2026_11_20_17.8.7", "gitlab-backup-3", "gitlab-backup-55"];
  const keys = [...backups.map(({ id }) => id), ...others].map(tarOf).toSorted();
  const deleted: string[] = [];

  const { archives } = await surplusArchives([storeOf(1)], backups, lentWith(keys, deleted));
  for (const one of archives) await one.remove();

  assert.deepEqual(deleted, [tarOf("gitlab-backup-7"), tarOf("gitlab-backup-5")]);
  assert.equal((await surplusArchives([storeOf(0)], backups, lentWith(keys))).archives.length, 3);
  assert.deepEqual((await surplusArchives([storeOf(5)], backups, lentWith(keys))).archives, []);
});

test("a bucket that is refused is told, and keeps nothing else from being pruned", async () => {
  const { archives, notes } = await surplusArchives([storeOf(0)], [backupOf(5, ["proven"])], lentWith([]));

  assert.deepEqual(archives, []);
  assert.deepEqual(notes, ["archives of gitlab/backup: 403 AccessDenied"]);
});
