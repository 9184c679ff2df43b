import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { formatSecretRef } from "../../../platform/secret-ref.ts";
import { TestRepository } from "../../own.test-support.ts";
import type { Taking } from "../../store-kind.ts";
import { copied, plainDump } from "./dump.test-support.ts";
import {
  bucketFolder,
  configOf,
  emptied,
  loan,
  objectsAt,
  pods,
  skip,
  tarOf,
  toolbox,
  whole,
} from "./gitlab.test-support.ts";

const secret: Taking["secret"] = async (ref) => loan.secrets[formatSecretRef(ref) as keyof typeof loan.secrets];
const lent = { secret, cluster: async () => pods.cluster };

/** The oid of an LFS object, by its first letter. */
const oid = (letter: string): string => `${letter}b12${"c".repeat(60)}`;
/** Where GitLab keeps it, in its bucket as in its archive. */
const keyOf = (letter: string): string => `${letter}b/12/${"c".repeat(60)}`;

/** An archive whose dump names these LFS objects. */
function archiveNaming(letters: readonly string[], files: Readonly<Record<string, string | Uint8Array>> = {}): Buffer {
  const ids = ["namespaces", "users", "merge_requests"].map((table) => copied(table, ["id bigint"], "1"));
  const dump = plainDump(
    copied("schema_migrations", ["version text"], "20250201000000"),
    copied("ar_internal_metadata", ["key text"], "environment"),
    copied("projects", ["id bigint", "name text"], "1\tone"),
    ...ids,
    copied("lfs_objects", ["id bigint", "oid text"], ...letters.map((letter, index) => `${index}\t${oid(letter)}`)),
  );
  const { "./lfs.tar.gz": _, ...without } = whole;
  return tarOf({ ...without, "./db/database.sql.gz": gzipSync(dump), ...files });
}

const lfsBucket = join(bucketFolder(), "..", "gitlab-lfs");

/** Whoever pushes: the object is in its bucket. */
function putLfs(letter: string): void {
  const path = join(lfsBucket, keyOf(letter));
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, letter);
}

async function freshBuckets(): Promise<void> {
  await emptied();
  rmSync(lfsBucket, { recursive: true, force: true });
  mkdirSync(lfsBucket);
}

test("an LFS object that is pushed while the archive is made is in the point's copy of its bucket", {
  skip,
}, async () => {
  await freshBuckets();
  putLfs("a");
  const repository = await TestRepository.make();
  const pushed = `mkdir -p "$BUCKET/../gitlab-lfs/fb/12"; printf f >"$BUCKET/../gitlab-lfs/${keyOf("f")}"`;
  const script = `${pushed}; cp "$TAR" "$BUCKET/$2_gitlab_backup.tar"`;
  const archive = configOf(toolbox(archiveNaming(["a", "f"]), { script }), { coveredBy: { lfs: "gitlab/lfs" } });
  const stores = [objectsAt("lfs"), archive];

  const { point } = await repository.takePoint(stores, { ...lent, stores });
  const { verdict, checks, doesNotCover } = await repository.provePoint(point?.point.id ?? "", lent);

  assert.deepEqual(
    point?.point.backups.map(({ store }) => store),
    ["gitlab/backup", "gitlab/lfs"],
  );
  assert.deepEqual(
    checks.map(({ id, state, asked }) => [id, state, asked]),
    [["lfs-objects", "passed", 2]],
  );
  assert.deepEqual(verdict, { kind: "proven" });
  assert.doesNotMatch(doesNotCover.join("; "), /LFS/);
});

test("LFS objects within the archive are seen there, beside another application's bucket; left out, they are unknown", {
  skip,
}, async () => {
  await freshBuckets();
  const lfs = gzipSync(tarOf({ [`./${keyOf("a")}`]: "a", [`./${keyOf("f")}`]: "f" }));
  const bucket = objectsAt("artifacts", { component: "mlflow", bucket: "gitlab-lfs" });
  putLfs("b");
  const proofOf = async (files: Readonly<Record<string, Uint8Array>>) => {
    const repository = await TestRepository.make();
    const stores = [bucket, configOf(toolbox(archiveNaming(["a", "f"], files)))];
    const { point } = await repository.takePoint(stores, lent);
    return repository.provePoint(point?.point.id ?? "", lent);
  };

  const whole = await proofOf({ "./lfs.tar.gz": lfs });
  const without = await proofOf({});

  assert.deepEqual([whole.checks.map(({ state }) => state), whole.verdict.kind], [["passed"], "proven"]);
  assert.deepEqual(
    without.checks.map(({ state }) => state),
    ["unknown"],
  );
  assert.match(
    without.checks[0]?.why.join() ?? "",
    /nothing of it is in mlflow\/artifacts, and no backup of this point/,
  );
});
