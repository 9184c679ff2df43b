// oxlint-disable no-restricted-imports -- tests start what they speak to, and make the repositories that a pod has
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lfsObjectsOf } from "../../lab/stores/encrypted-rows.ts";
import { fillRepositories } from "../../lab/stores/repositories.ts";
import type { GitlabStore } from "../platform/backup-stores.ts";
import { formatSecretRef } from "../platform/secret-ref.ts";
import { emptyDatabase } from "../store/test-support.ts";
import { asked, below, follow, lacking, targetBucket } from "./by-hand.test-support.ts";
import { bucketFolder, loan, pods, skip } from "./kinds/gitlab/gitlab.test-support.ts";
import { restoringToolbox } from "./kinds/gitlab/restoring-toolbox.test-support.ts";
import { folder } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";

const lfs = lfsObjectsOf(7, 2);
const [project = 0] = lfs.map(({ projectId }) => projectId);
const hashed = (id: number): string => {
  const digest = createHash("sha256").update(String(id)).digest("hex");
  return `@hashed/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`;
};
const deployment = (name: string, app: string, replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "gitlab", labels: { app } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image: "example.org/main:1" }] },
    },
  },
});

/** GitLab with two databases, its toolbox, and Gitaly's storage. */
async function gitlabWorld(): Promise<{
  readonly url: string;
  readonly ciUrl: string;
  readonly storage: string;
  readonly config: GitlabStore;
}> {
  const [url, ciUrl] = [await emptyDatabase(), await emptyDatabase()];
  await asked(ciUrl, "create table ci_builds (id int)", "insert into ci_builds select generate_series(1, 30)");
  await asked(
    url,
    "create table routes (id bigint, source_id bigint, source_type text, path text)",
    `insert into routes values (1, ${project}, 'Project', 'team/model-1')`,
    "create table project_repositories (project_id bigint, disk_path text)",
    `insert into project_repositories values (${project}, '${hashed(project)}')`,
    "create table issues (id int, title text)",
    "insert into issues select n, 'issue ' || n from generate_series(1, 40) n",
  );
  const storage = join(folder(), "repositories");
  await fillRepositories(storage, lfs, new Date("2026-11-20T01:00:00Z"));
  pods.add("gitaly-by-hand", { namespace: "gitlab" });
  const gitaly = { pod: { namespace: "gitlab", labels: "app=gitaly-by-hand" }, path: storage, git: ["git"] };
  const { config } = restoringToolbox(url, { ciUrl });
  return { url, ciUrl, storage, config: { ...config, bundles: true, gitaly } };
}

test("GitLab comes back by hand: its rails key, its archive by the toolbox, and one repository alone", {
  skip: skip === false ? lacking("rclone", "kubectl", "psql", "git") : skip,
}, async (context) => {
  const { url, ciUrl, storage, config } = await gitlabWorld();
  const labels = config.toolbox.labels;
  pods.lab.seed([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "gitlab" } },
    deployment("sidekiq", "sidekiq", 2),
    deployment("toolbox", labels.replace("app=", ""), 0),
  ]);
  const controllers = setInterval(() => pods.lab.step(), 20);
  context.after(() => clearInterval(controllers));
  const repository = await TestRepository.make();
  const secret = async (ref: Parameters<typeof formatSecretRef>[0]) =>
    loan.secrets[formatSecretRef(ref) as keyof typeof loan.secrets];
  await repository.backUpStore(config, { secret, cluster: async () => pods.cluster });
  const rails = { apiVersion: "v1", plural: "secrets", namespace: "gitlab", name: "gitlab-rails-secret" };
  const key = async (): Promise<unknown> => {
    const found = await pods.cluster.get(rails);
    return found.kind === "known" ? found.value["data"] : found.kind;
  };
  const was = await key();
  await pods.cluster.mergePatch(rails, { data: { "secrets.yml": "b3RoZXI=" } }, { fieldManager: "tests" });
  await asked(url, "delete from issues where id > 3", "create table of_today (id int)");
  await asked(ciUrl, "delete from ci_builds");

  const { said, here } = await follow(
    below("### GitLab", "### One repository of GitLab"),
    repository,
    "gitlab/backup",
    {
      KUBECONFIG: pods.lab.kubeconfig("admin"),
      NAMESPACE: "gitlab",
      PROJECT: "team/model-1",
      TARGET_DATABASE: url,
      TARGET_DATABASE_CI: ciUrl,
      ...targetBucket(config.backups),
    },
    { "TOOLBOX=app=toolbox": `TOOLBOX=${labels}` },
  );

  for (const database of ["main", "ci"]) assert.match(said, new RegExp(`^${database}: every table has its rows$`, "m"));
  assert.deepEqual(await asked(ciUrl, "select count(*)::int as count from ci_builds"), [{ count: 30 }]);
  assert.match(said, /repository\.bundle: OK/);
  assert.deepEqual(await key(), was);
  assert.deepEqual(await asked(url, "select count(*)::int as count from issues"), [{ count: 40 }]);
  assert.deepEqual(await asked(url, "select to_regclass('of_today')::text as name"), [{ name: null }]);
  assert.doesNotMatch(execFileSync("ls", [bucketFolder()], { encoding: "utf8" }), /by-hand/);
  const sidekiq = await pods.cluster.get({
    apiVersion: "apps/v1",
    plural: "deployments",
    namespace: "gitlab",
    name: "sidekiq",
  });
  assert.equal(sidekiq.kind === "known" && (sidekiq.value["spec"] as { readonly replicas?: number }).replicas, 2);
  assert.equal(readFileSync(join(here, "were"), "utf8"), "sidekiq 2\n");
  const refs = (at: string): string =>
    execFileSync("git", ["-C", at, "for-each-ref", "--format=%(objectname) %(refname)"], { encoding: "utf8" });
  assert.equal(refs(join(here, "repository.git")), refs(join(storage, `${hashed(project)}.git`)));
});
