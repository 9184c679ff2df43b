// oxlint-disable no-restricted-imports -- tests start what they speak to, and seal columns as the lab does
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { databaseKeyOf, newRailsSecrets, sealPlain, sealSalted } from "../../../../lab/stores/rails-secrets.ts";
import { gateway } from "../../../edge/object-store.test-support.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import { folder } from "../../others/prove.test-support.ts";
import { tarEnd, tarHeader, tarPadding } from "../objects/tar-writer.ts";
import { testPods } from "../pod.test-support.ts";
import { proved, taken } from "../taking.test-support.ts";
import { gitlab } from "./index.ts";

const store = await gateway("backups");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const place = folder();
const pods = await testPods();
const secretsYml = newRailsSecrets();
pods.lab.seed([
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "gitlab-rails-secret", namespace: "gitlab" },
    data: { "secrets.yml": Buffer.from(secretsYml).toString("base64") },
  },
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "another-rails-secret", namespace: "gitlab" },
    data: { "secrets.yml": Buffer.from(newRailsSecrets()).toString("base64") },
  },
]);

function tarOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text);
    return [tarHeader(name, content.length, 0), content, tarPadding(content.length)];
  });
  return Buffer.concat([...entries, tarEnd]);
}

function dump(): Uint8Array {
  const key = databaseKeyOf(secretsYml);
  const salted = sealSalted("a token", key);
  const plain = sealPlain("a proxy", key);
  const text = (value: string): string => value.replaceAll("\n", "\\n");
  return gzipSync(
    [
      "--",
      "-- PostgreSQL database dump",
      "--",
      "",
      "-- Dumped from database version 15.4",
      "",
      "CREATE TABLE public.projects (id bigint, name text);",
      "COPY public.projects (id, name) FROM stdin;",
      "1\tone",
      "\\.",
      "",
      "CREATE TABLE public.ci_variables (id bigint, encrypted_value text, encrypted_value_salt text, encrypted_value_iv text);",
      "COPY public.ci_variables (id, encrypted_value, encrypted_value_salt, encrypted_value_iv) FROM stdin;",
      `1\t${text(salted.value)}\t${text(salted.salt)}\t${text(salted.iv)}`,
      "\\.",
      "",
      "CREATE TABLE public.ci_instance_variables (id bigint, encrypted_value text, encrypted_value_iv text);",
      "COPY public.ci_instance_variables (id, encrypted_value, encrypted_value_iv) FROM stdin;",
      `1\t${text(plain.value)}\t${text(plain.iv)}`,
      "\\.",
      "",
      "--",
      "-- PostgreSQL database dump complete",
      "--",
      "",
    ].join("\n"),
  );
}

const information = ":db_version: 20250201000000\n:gitlab_version: 17.8.7\n:installation_type: gitlab-helm-chart\n";
const whole = {
  "./db/database.sql.gz": dump(),
  "./repositories/default/@hashed/ab/cd/x.git/1/001.bundle": "# v2 git bundle\n",
  "./lfs.tar.gz": gzipSync(tarOf({ "a/b": "content" })),
  "./backup_information.yml": `${information}:skipped: builds,pages,registry,packages\n`,
};

let number = 0;

/** A toolbox whose backup-utility stores `tar`, or as its script says. */
function toolbox(
  tar: Buffer,
  {
    script = 'cp "$TAR" "$BUCKET/$2_gitlab_backup.tar"',
    free = 90_000_000,
    running = "sleep 1",
    version = "17.8.7",
  } = {},
): string {
  number += 1;
  const file = join(place, `${number}.tar`);
  writeFileSync(file, tar);
  const name = `toolbox-${number}`;
  const done = `${script}; echo "[DONE] Backup can be found at s3://backups/$2_gitlab_backup.tar"`;
  const missing = 'echo "Bucket not found: gitlab-packages. Skipping backup of packages ..."';
  pods.add(name, {
    namespace: "gitlab",
    env: { TAR: file, BUCKET: join(store?.folder ?? "", "buckets", "backups") },
    programs: {
      "backup-utility": ["sh", "-c", `rm -f "$BUCKET/$2_gitlab_backup.tar"; ${missing}; ${done}`, "backup-utility"],
      df: ["sh", "-c", `printf 'Filesystem 1024-blocks Used Available\\n/dev/a 1 1 ${free} 1%% /srv\\n'`, "df"],
      ps: ["sh", "-c", `printf 'COMMAND\\n${running}\\n'`, "ps"],
    },
    spec: { containers: [{ name: "toolbox", image: `registry.example.org/cng/gitlab-toolbox-ee:v${version}` }] },
  });
  return name;
}

function configOf(pod: string, more: Partial<GitlabStore> = {}): GitlabStore {
  const [accessKey, secretKey] = [
    { kind: "env", name: "ACCESS" },
    { kind: "env", name: "SECRET" },
  ] as const;
  return {
    component: "gitlab",
    store: "backup",
    kind: "gitlab",
    toolbox: { namespace: "gitlab", labels: `app=${pod}` },
    backups: { endpoint: store?.url ?? "", bucket: "backups", region: "us-east-1", prefix: "", accessKey, secretKey },
    skip: [],
    secrets: ["gitlab-rails-secret"],
    bundles: false,
    ...more,
  };
}

const loan = {
  cluster: pods.cluster,
  secrets: { "env:ACCESS": "tests", "env:SECRET": "canary-of-the-secret-key" },
};

async function emptied(): Promise<void> {
  const { readdirSync, rmSync } = await import("node:fs");
  const bucket = join(store?.folder ?? "", "buckets", "backups");
  for (const name of readdirSync(bucket)) rmSync(join(bucket, name), { recursive: true });
}

async function made(tar: Buffer, options: Parameters<typeof toolbox>[1] = {}, more: Partial<GitlabStore> = {}) {
  await emptied();
  return taken(gitlab, configOf(toolbox(tar, options), more), loan);
}

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
  assert.equal(proof.counts["encryptedRows"], 2);
  assert.equal(proof.counts["rows"], 3);
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
  assert.match(JSON.stringify(failed.verdict), /does not open 2 of 2 encrypted rows|does not open 1 of 2/);
  assert.deepEqual(lacking.verdict, { kind: "proven" });
  assert.match(lacking.doesNotCover.join(), /the rails secrets, without which encrypted columns stay closed/);
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

test("a full disk, a run that is under way and a part that there is not are said before anything runs", {
  skip,
}, async () => {
  const before = pods.commands.length;

  await assert.rejects(made(tarOf(whole), { free: 100_000 }), /has 0\.1 GB free, and a backup needs about 1\.0 GB/);
  await assert.rejects(made(tarOf(whole), { running: "/bin/bash /usr/local/bin/backup-utility -t x" }), {
    remedy: "retry",
    message: /runs in gitlab\/toolbox-\d+ already/,
  });
  await assert.rejects(made(tarOf(whole), {}, { skip: ["lfs_and_db"] }), /has no part lfs_and_db/);
  await assert.rejects(made(tarOf(whole), {}, { secrets: ["nowhere"] }), /there is no Secret nowhere in gitlab/);
  assert.ok(!pods.commands.slice(before).some(([program]) => program === "backup-utility"));
});
