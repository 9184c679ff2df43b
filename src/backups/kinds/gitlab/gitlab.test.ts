import assert from "node:assert/strict";
import { test } from "node:test";
import { BackupStore } from "../../../platform/backup-stores.ts";
import { formatSecretRef } from "../../../platform/secret-ref.ts";
import { TestRepository } from "../../own.test-support.ts";
import { receiptFor } from "../../receipts/issue.ts";
import type { Taking } from "../../store-kind.ts";
import { proved } from "../taking.test-support.ts";
import { configOf, emptied, loan, made, pods, skip, tarOf, toolbox, whole } from "./gitlab.test-support.ts";
import { gitlab } from "./index.ts";

test("the tar is stored, its database comes back, and the kept key opens the columns of this dump", {
  skip,
}, async () => {
  const backup = await made(tarOf(whole), {}, { bundles: true });

  const { body } = backup.sealed;
  const proof = await proved(gitlab, backup, loan);

  assert.equal(body.version, "17.8.7");
  assert.equal(body.schemaHead, "20250201000000");
  assert.equal(body.bundles, 1);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.equal(proof.counts["encryptedRows"], 5);
  assert.equal(proof.counts["rows"], 8);
  assert.match(proof.notes.join("; "), /gitlab-rails-secret, kept beside it, opens 5 of 5 encrypted rows/);
  assert.match(
    proof.doesNotCover.join("; "),
    /in a form not known here: application_settings\.signing_key \(1 value\)/,
  );
  assert.match(proof.doesNotCover.join("; "), /packages \(its bucket was not found\)/);
  assert.match(proof.doesNotCover.join("; "), /images of the registry \(nothing was there, or it was left out\)/);
  assert.ok(!pods.commands.flat().some((word) => word.includes("canary")));
});

test("a rails key of another installation fails the proof, and none is said", { skip }, async () => {
  const other = await made(tarOf(whole), {}, { secrets: ["another-rails-secret"] });
  const none = await made(tarOf(whole), {}, { secrets: [] });

  const failed = await proved(gitlab, other, loan);
  const lacking = await proved(gitlab, none, loan);

  assert.equal(failed.verdict.kind, "failed");
  assert.match(JSON.stringify(failed.verdict), /does not open [45] of 5 encrypted rows/);
  assert.deepEqual(lacking.verdict, { kind: "proven" });
  assert.match(lacking.doesNotCover.join(), /the rails secrets, without which encrypted columns stay closed/);
});

test("the key comes from the Kubernetes objects of the same point, where no Secret is kept beside the archive", {
  skip,
}, async () => {
  await emptied();
  const repository = await TestRepository.make();
  const kubernetes = BackupStore.parse({ kind: "kubernetes", namespaces: ["gitlab"] });
  const secret: Taking["secret"] = async (ref) => loan.secrets[formatSecretRef(ref) as keyof typeof loan.secrets];
  const lent = { secret, cluster: async () => pods.cluster };

  const { outcomes } = await repository.takePoint([configOf(toolbox(tarOf(whole)), { secrets: [] }), kubernetes], lent);
  const [archive = "", objects = ""] = outcomes.map((one) => (one.kind === "backed-up" ? one.sealed.manifest.id : ""));
  const proof = await repository.prove(archive, lent);

  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.match(proof.notes.join("; "), new RegExp(`gitlab-rails-secret in ${objects} opens 5 of 5 encrypted rows`));
  assert.match(proof.notes.join("; "), /another-rails-secret in .* is another one: it leaves [45] of them closed/);
  assert.doesNotMatch(proof.doesNotCover.join("; "), /the rails secrets/);
});

test("a point's receipt names no gap that another of its stores covers: the release's Secrets and values are one", {
  skip,
}, async () => {
  const repository = await TestRepository.make();
  const lent = {
    secret: async (ref: Parameters<Taking["secret"]>[0]) =>
      loan.secrets[formatSecretRef(ref) as keyof typeof loan.secrets],
    cluster: async () => pods.cluster,
  };
  const archive = configOf(toolbox(tarOf(whole)), { secrets: [] });
  const gapsIn = async (): Promise<string> => {
    await emptied();
    const objects = BackupStore.parse({ kind: "kubernetes", namespaces: ["gitlab"] });
    const { point } = await repository.takePoint([archive, objects], lent);
    const proof = await repository.provePoint(point?.point.id ?? "", lent);
    assert.deepEqual(proof.verdict, { kind: "proven" });
    const receipt = await receiptFor(proof.point, repository.open(), repository.identity());
    assert.deepEqual(receipt.doesNotCover.slice(1), proof.doesNotCover);
    return receipt.doesNotCover.join("; ");
  };

  const without = await gapsIn();
  assert.match(without, /values and other Secrets of the release/, "nothing says what its values are");
  pods.lab.seed([
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "sh.helm.release.v1.gitlab.v3", namespace: "gitlab" },
      data: { release: "" },
    },
  ]);
  const covered = await gapsIn();
  assert.doesNotMatch(covered, /of the release|rails secrets/);
  assert.match(covered, /OpenBao's database/);
});

test("[DONE] with nothing in the bucket, a tar cut short, of another version or without the database is none", {
  skip,
}, async () => {
  const tar = tarOf(whole);
  const { "./db/database.sql.gz": _, ...withoutDatabase } = whole;

  await assert.rejects(made(tar, { script: "true" }), /ended well, and test_gitlab_backup\.tar does not lie in/);
  await assert.rejects(made(tar, { script: "exit 3" }), /backup-utility in gitlab\/toolbox-\d+ did not end well \(3\)/);
  await assert.rejects(made(tar.subarray(0, tar.length - 1500)), /is no backup: the tar/);
  await assert.rejects(made(tar, { version: "17.11.7" }), /it is of GitLab 17\.8\.7, and the toolbox of 17\.11\.7/);
  await assert.rejects(made(tarOf(withoutDatabase)), /the database is not in it, and was not to be skipped/);
  await assert.rejects(made(tarOf({ "a.txt": "x" })), /no backup_information\.yml/);
  await assert.rejects(made(Buffer.from("")), /the tar has no end/);
});

test("an archive whose bytes are others behind its database fails also where the database was left out", {
  skip,
}, async () => {
  const { "./db/database.sql.gz": _, ...files } = whole;
  const archive = tarOf({
    ...files,
    "./uploads/large": Buffer.alloc(200_000),
    "./backup_information.yml": `${files["./backup_information.yml"].trim()},db\n`,
  });
  const backup = await made(archive, {}, { skip: ["db"] });
  const before = await proved(gitlab, backup, loan);
  const stored = Buffer.from(backup.stored.get("gitlab.tar") ?? "");
  stored.write("x", stored.indexOf("uploads/large") + 100_000);
  backup.stored.set("gitlab.tar", stored);

  const { verdict } = await proved(gitlab, backup, loan);

  assert.notEqual(before.verdict.kind, "failed", JSON.stringify(before.verdict));
  assert.match(JSON.stringify(verdict), /"failed".*are not those that the manifest names/);
});
