import assert from "node:assert/strict";
import { test } from "node:test";
import type { GitlabStore, ObjectsStore } from "../../../platform/backup-stores.ts";
import type { CataloguedBackup } from "../../repository/catalogue.ts";
import { proved } from "../taking.test-support.ts";
import { loan, made, objectsAt, pods, skip, skippedLast, tarOf, whole } from "./gitlab.test-support.ts";
import { gitlab } from "./index.ts";

const lastBody = {
  pod: "gitlab/toolbox",
  bucket: "x",
  object: "x",
  version: "17.8.7",
  skipped: [],
  left: [],
  notFound: [],
  databases: [],
  contents: [{ name: "repositories", files: 1, bytes: 5_000_000_000 }],
  bundles: 0,
  secrets: [],
};

test("daily backups leave registry and artifacts to the others, which leave out what is declared alone", {
  skip,
}, async () => {
  const tar = tarOf(whole);

  const daily = await made(tar, {}, {}, { class: "daily" });
  assert.deepEqual(skippedLast(), ["registry", "artifacts"]);
  for (const klass of ["weekly", "before-upgrade", "by-hand"] as const) {
    await made(tar, {}, { skip: ["pages"] }, { class: klass });
    assert.deepEqual(skippedLast(), ["pages"]);
  }

  assert.deepEqual(daily.sealed.body.left, [
    { part: "registry", why: "weekly" },
    { part: "artifacts", why: "weekly" },
  ]);
  const { doesNotCover } = await proved(gitlab, daily, loan);
  assert.match(doesNotCover.join("; "), /images of the registry \(left out of daily backups\)/);
  const declared = await proved(gitlab, await made(tar, {}, { skip: ["pages"] }), loan);
  assert.match(declared.doesNotCover.join("; "), /Pages \(skipped as declared, and no store of the kind objects/);
});

test("what backup-utility says in colours is told without them", { skip }, async () => {
  const script = `printf '\\033[34mDumping lfs ...\\033[0m\\n'; cp "$TAR" "$BUCKET/$2_gitlab_backup.tar"`;

  const { said } = await made(tarOf(whole), { script });

  assert.ok(said.includes("Dumping lfs ..."), said.join("\n"));
});

test("what a store of objects covers is left out and named; a store that does not cover it is refused", {
  skip,
}, async () => {
  const tar = tarOf(whole);
  const buckets = { LFS_BUCKET_NAME: "gitlab-lfs" };
  const more: Partial<GitlabStore> = { coveredBy: { lfs: "gitlab/lfs" } };
  const before = pods.commands.length;
  const refused = (stores: readonly ObjectsStore[]) => made(tar, { buckets }, more, { stores });

  await assert.rejects(refused([]), /said to be covered by gitlab\/lfs, and no such store is declared/);
  await assert.rejects(refused([objectsAt("lfs", { bucket: "other" })]), /copies the bucket other, and .* gitlab-lfs/);
  await assert.rejects(refused([objectsAt("lfs", { prefix: "a/" })]), /copies only keys that begin with a\//);
  await assert.rejects(
    made(tar, {}, { coveredBy: { db: "gitlab/lfs" } }, { stores: [objectsAt("lfs")] }),
    /they lie in no bucket/,
  );
  assert.ok(!pods.commands.slice(before).some(([program]) => program === "backup-utility"));

  const backup = await made(tar, { buckets }, more, { stores: [objectsAt("lfs")] });

  assert.deepEqual(skippedLast(), ["lfs"]);
  assert.match(
    (await proved(gitlab, backup, loan)).doesNotCover.join("; "),
    /LFS objects \(.*left to gitlab\/lfs, whose backup of the same recovery point, or the next one, goes with this\)/,
  );
});

test("a full disk, a run that is under way and a part that there is not are said before anything runs", {
  skip,
}, async () => {
  const before = pods.commands.length;

  await assert.rejects(made(tarOf(whole), { free: 100_000 }), /has 0\.1 GB free, and a backup needs about 1\.0 GB/);
  const heavy = { earlier: [{ id: "b" } as unknown as CataloguedBackup], bodyOf: async () => lastBody };
  await assert.rejects(
    made(
      tarOf(whole),
      { free: 8_000_000, buckets: { LFS_BUCKET_NAME: "gitlab-lfs", UPLOADS_BUCKET_NAME: "nowhere" } },
      {},
      heavy,
    ),
    /needs about 11\.0 GB \(repositories 5\.0 GB, lfs 0\.0 GB, not told: database, uploads\)/,
  );
  await assert.rejects(made(tarOf(whole), { running: "/bin/bash /usr/local/bin/backup-utility -t x" }), {
    remedy: "retry",
    message: /runs in gitlab\/toolbox-\d+ already/,
  });
  await assert.rejects(made(tarOf(whole), {}, { secrets: ["nowhere"] }), /there is no Secret nowhere in gitlab/);
  assert.ok(!pods.commands.slice(before).some(([program]) => program === "backup-utility"));
});
