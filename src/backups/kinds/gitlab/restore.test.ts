// oxlint-disable no-restricted-imports -- tests make the programs and databases that a toolbox has
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import { InputError } from "../../../kernel/errors.ts";
import type { BackupStore, PostgresqlStore } from "../../../platform/backup-stores.ts";
import { formatSecretRef } from "../../../platform/secret-ref.ts";
import { emptyDatabase } from "../../../store/test-support.ts";
import { systems } from "../../../systems/index.ts";
import { folder } from "../../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../../own.test-support.ts";
import { restoreInPlace } from "../../restore/in-place.ts";
import { findRestore } from "../../restore/record.ts";
import { planRestore, type RestoreOptions } from "../../restore/restore.ts";
import { undoRestore } from "../../restore/undo.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { bucketFolder, loan, made, pods, skip, tarOf, whole } from "./gitlab.test-support.ts";
import { restore } from "./restore.ts";
import { restoringToolbox, type Toolbox } from "./restoring-toolbox.test-support.ts";

const inPlace = { kind: "in-place" } as const;
const url = await emptyDatabase();
const database: PostgresqlStore = {
  component: "gitlab",
  store: "database",
  kind: "postgresql",
  url: { kind: "env", name: "GITLAB_DATABASE" },
};
const original = await secretOf("gitlab-rails-secret");

async function sql(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function secretOf(name: string): Promise<unknown> {
  const found = await pods.cluster.get({ apiVersion: "v1", plural: "secrets", namespace: "gitlab", name });
  return found.kind === "known" ? found.value["data"] : undefined;
}

async function setSecret(data: unknown): Promise<void> {
  const name = { apiVersion: "v1", plural: "secrets", namespace: "gitlab", name: "gitlab-rails-secret" };
  const written = await pods.cluster.mergePatch(name, { data }, { fieldManager: "tests" });
  assert.equal(written.kind, "written");
}

const eeInformation = whole["./backup_information.yml"].replace("17.8.7", "17.8.7-ee");
const backup = skip === false ? await made(tarOf({ ...whole, "./backup_information.yml": eeInformation })) : undefined;
const lent = {
  stored: backup?.stored ?? new Map<string, Buffer>(),
  cluster: pods.cluster,
  declared: [database],
  secrets: { ...loan.secrets, "env:GITLAB_DATABASE": url },
};

function sealed() {
  assert.ok(backup);
  return backup.sealed;
}

test("GitLab comes back in place: rows as in the manifest, its key opens them; nothing is left in the bucket", {
  skip,
}, async () => {
  const { config, work } = restoringToolbox(url);
  writeFileSync(join(work, "left-by-a-killed-run.tar.gz"), "x");
  await sql("create table of_today (id int)");
  const said: string[] = [];
  const restoring = restoringOf({ ...lent, said });

  const plan = await restore.plan(sealed(), config, inPlace, restoring);
  assert.deepEqual(plan.refuses, []);
  assert.equal(plan.isThere, true);
  assert.match(plan.loses.join(), /what was written to GitLab since .*the database/);
  assert.deepEqual(
    await sql("select to_regclass('of_today')::text as name"),
    [{ name: "of_today" }],
    "a plan changes nothing",
  );

  const done = await restore.run(sealed(), config, inPlace, restoring);

  assert.deepEqual(done.differences, []);
  assert.match(
    done.did.join("; "),
    /4 tables with 8 rows, as in the backup; the cluster's rails key opens 5 encrypted rows/,
  );
  assert.deepEqual(await sql("select to_regclass('of_today')::text as name"), [{ name: null }]);
  assert.ok(!readdirSync(work).includes("left-by-a-killed-run.tar.gz"), "it would have been restored too");
  assert.deepEqual(
    readdirSync(bucketFolder()).filter((name) => name.startsWith(restoring.id)),
    [],
  );
  assert.ok(!pods.commands.flat().some((word) => word.includes("canary")));
});

test("its [DONE] and good end are not believed: lost rows, a lost table and a key that opens nothing are said", {
  skip,
}, async () => {
  const rows = await restore.run(
    sealed(),
    restoringToolbox(url, { broken: "rows" }).config,
    inPlace,
    restoringOf(lent),
  );
  const table = await restore.run(
    sealed(),
    restoringToolbox(url, { broken: "schema" }).config,
    inPlace,
    restoringOf(lent),
  );

  assert.match(
    rows.differences.join("; "),
    /public\.ci_variables has 0 rows, and the backup 1.*take it back by --undo/,
  );
  assert.match(table.differences.join("; "), /the table public\.projects is not there, and had 1 rows/);

  const { config } = restoringToolbox(url);
  const other = { ...config, secrets: ["another-rails-secret"] };
  const closed = await restore.run(sealed(), other, inPlace, restoringOf(lent));
  assert.match(closed.differences.join("; "), /the cluster's rails key leaves [45] of 5 encrypted rows closed/);
});

test("one that ends badly half way says that GitLab may be half replaced, and done again it comes to the end", {
  skip,
}, async () => {
  await assert.rejects(
    restore.run(sealed(), restoringToolbox(url, { broken: "half" }).config, inPlace, restoringOf(lent)),
    /did not end well \(1\).*GitLab may be half replaced: do it again, or take it back by --undo/,
  );
  const { differences } = await restore.run(sealed(), restoringToolbox(url).config, inPlace, restoringOf(lent));
  assert.deepEqual(differences, []);
});

test("another version, another edition, a second run and a database that is nowhere declared are in its way", {
  skip,
}, async () => {
  const refuses = async (toolbox: Toolbox, more: object = {}): Promise<string> =>
    (
      await restore.plan(sealed(), restoringToolbox(url, toolbox).config, inPlace, restoringOf({ ...lent, ...more }))
    ).refuses.join("; ");

  assert.match(
    await refuses({ version: "17.8.6-ee" }),
    /is of GitLab 17\.8\.7-ee, and gitlab\/toolbox-\d+ runs 17\.8\.6-ee/,
  );
  assert.match(await refuses({ version: "17.8.7" }), /version and edition have to be the same/);
  assert.match(
    await refuses({ running: "/bin/bash /usr/local/bin/backup-utility" }),
    /backup-utility runs in .* already/,
  );
  assert.match(await refuses({}, { declared: [] }), /declare it as a store of gitlab \(kind postgresql\)/);
  const secret = async (): Promise<string> => {
    throw new InputError("kubernetes:gitlab/database/url cannot be had");
  };
  assert.match(await refuses({}, { secret }), /could not be looked for in gitlab\/database: .* cannot be had/);
  const gone = { ...lent.secrets, "env:GITLAB_DATABASE": "postgresql://nobody@127.0.0.1:1/gitlab" };
  assert.match(await refuses({}, { secrets: gone }), /could not be looked for in gitlab\/database: /);
  const before = await sql("select count(*)::int as count from projects");
  await assert.rejects(
    restore.run(sealed(), restoringToolbox(url, { version: "17.8.6-ee" }).config, inPlace, restoringOf(lent)),
    InputError,
  );
  assert.deepEqual(await sql("select count(*)::int as count from projects"), before);
});

test("while webservice or Sidekiq are up and under no fence nothing is done; a pod that is ending holds it too", {
  skip,
}, async () => {
  const { config } = restoringToolbox(url);
  const labels = { app: "sidekiq" };
  const sidekiq = { apiVersion: "apps/v1", plural: "deployments", namespace: "gitlab", name: "gitlab-sidekiq" };
  pods.lab.seed([
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "gitlab-sidekiq", namespace: "gitlab", labels },
      spec: {
        replicas: 1,
        paused: true,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [] } },
      },
    },
  ]);
  const down = ["deployment gitlab/gitlab-sidekiq"];

  const open = await restore.plan(sealed(), config, inPlace, restoringOf(lent));
  const fenced = await restore.plan(sealed(), config, inPlace, restoringOf({ ...lent, down }));
  assert.match(
    open.refuses.join(),
    /gitlab-sidekiq is up and writes: name it under fence\.scaleDown: \{ namespace: gitlab, name: gitlab-sidekiq \}/,
  );
  assert.deepEqual(fenced.refuses, []);
  await assert.rejects(restore.run(sealed(), config, inPlace, restoringOf(lent)), /is up and writes/);

  await pods.cluster.scale(sidekiq, 0, { fieldManager: "tests" });
  pods.add("gitlab-sidekiq-1", { namespace: "gitlab", labels });
  await assert.rejects(
    restore.run(sealed(), config, inPlace, restoringOf({ ...lent, down })),
    /pods of GitLab write yet: gitlab-sidekiq-1/,
  );
  for (const pod of pods.lab.store.all("Pod").filter(({ metadata }) => metadata.labels?.["app"] === "sidekiq"))
    await pods.cluster.delete({ apiVersion: "v1", plural: "pods", namespace: "gitlab", name: pod.metadata.name });
  await pods.cluster.delete(sidekiq);
});

test("a rails secret that is another comes back first, and the toolbox is started anew before the database is touched", {
  skip,
}, async () => {
  const { config } = restoringToolbox(url);
  await setSecret({ "secrets.yml": Buffer.from("production: {}\n").toString("base64") });

  const plan = await restore.plan(sealed(), config, inPlace, restoringOf(lent));
  assert.match(plan.does[0] ?? "", /give Secret gitlab-rails-secret back, first/);
  await sql("create table of_today (id int)");
  // Its pod is none of a Deployment's here: a person has to start it anew.
  await assert.rejects(restore.run(sealed(), config, inPlace, restoringOf(lent)), /start the toolbox .* anew/);

  assert.deepEqual(await secretOf("gitlab-rails-secret"), original);
  assert.deepEqual(await sql("select to_regclass('of_today')::text as name"), [{ name: "of_today" }]);
  const { differences } = await restore.run(sealed(), config, inPlace, restoringOf(lent));
  assert.deepEqual(differences, []);
});

test("it is taken back from the backup that was made before; without one, that is said", { skip }, async () => {
  const { config } = restoringToolbox(url);
  await sql("delete from projects");

  const words = await restore.undo?.(config, sealed(), restoringOf(lent));

  assert.match((words ?? []).join("; "), /is GitLab again, by backup-utility/);
  assert.deepEqual(await sql("select count(*)::int as count from projects"), [{ count: 1 }]);
  await assert.rejects(
    async () => restore.undo?.(config, undefined, restoringOf(lent)),
    /no backup was made of GitLab before/,
  );
});

test("with a backup of what is there first, done and taken back as a person does it", { skip }, async () => {
  const { config } = restoringToolbox(url);
  const repository = await TestRepository.make();
  const secret: RestoreOptions["secret"] = async (ref) =>
    lent.secrets[formatSecretRef(ref) as keyof typeof lent.secrets] ?? "";
  const cluster = async () => pods.cluster;
  const stores = [config, database];
  const { manifest } = await repository.backUpStore(config, { secret, cluster });
  await sql("insert into projects values (2, 'of today')");
  const options: RestoreOptions = {
    id: "restore-whole-gitlab",
    from: manifest.id,
    stores: [],
    prefix: "",
    target: inPlace,
    repository: repository.open(),
    identity: repository.identity(),
    declared: stores,
    scratch: folder(),
    path: process.env["PATH"] ?? "",
    secret,
    cluster,
    systems,
    clock: { now: () => repository.now() },
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  const count = async (): Promise<unknown> => (await sql("select count(*)::int as count from projects"))[0]?.["count"];

  const plan = await planRestore(options, testPorts);
  const backUp = (one: BackupStore) => repository.backUpStore(one, { secret, cluster, class: "before-restore" });
  const asked = { ...options, home: options.repository, by: "ana", backUp, behindFence: undefined };
  const { record } = await restoreInPlace(plan, asked, testPorts);

  const [store] = record.stores;
  assert.equal(record.state, "restored", JSON.stringify(record));
  assert.match(store?.safety ?? "", /^gitlab-backup-/);
  assert.equal(await count(), 1);
  const { record: undone } = await undoRestore(await findRestore(options.id, options.repository), options, testPorts);
  assert.equal(undone.state, "undone", JSON.stringify(undone));
  assert.equal(await count(), 2);
  await sql("delete from projects where id = 2");
});
