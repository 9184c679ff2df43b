import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { gitlab } from "../src/backups/kinds/gitlab/index.ts";
import { TestRepository, testPorts } from "../src/backups/own.test-support.ts";
import { lend, planRestore, type RestoreOptions, restoreOne } from "../src/backups/restore/restore.ts";
import { openKubeWriter } from "../src/edge/kube.ts";
import { gateway } from "../src/edge/object-store.test-support.ts";
import { BackupStore, type GitlabStore } from "../src/platform/backup-stores.ts";
import { formatSecretRef, type SecretRef } from "../src/platform/secret-ref.ts";
import { eventually, optionsOfOne } from "./environment.test-support.ts";
import { startEnvironment } from "./environment.ts";
import { programOnPath } from "./servers/children.ts";
import { ask } from "./servers/postgresql.ts";
import { bucketOf, bucketsOf } from "./stores/buckets.ts";

/*
 * One repository of the lab's GitLab, by real Git on the folder that stands for Gitaly's storage: deleted, or its refs moved, and
 * brought back alone through the API server, out of a bundle of its own and out of the toolbox's archive.
 */

const s3 = await gateway(...bucketsOf("production"));
const skip =
  s3 === undefined || programOnPath("restic") === undefined ? "not run: restic, versitygw (needs Go)" : false;
const { options, remove } = await optionsOfOne();
const environment = await startEnvironment({ ...options, name: "production", objectStore: s3 });
after(async () => {
  await environment.close();
  remove();
});
const cluster = openKubeWriter({ kubeconfig: environment.cluster.kubeconfig("admin"), userAgent: "millwright/test" });
const storage = options.folder.path("production", "gitlab-repositories");
function archive(bundles: boolean): GitlabStore {
  const config = BackupStore.parse({
    component: "gitlab",
    store: "archive",
    kind: "gitlab",
    toolbox: { namespace: "gitlab", labels: "app=toolbox,release=gitlab" },
    backups: {
      endpoint: s3?.url,
      bucket: bucketOf("production", "backups"),
      accessKey: "env:ACCESS",
      secretKey: "env:SECRET",
    },
    secrets: [],
    bundles,
    gitaly: { pod: { namespace: "gitlab", labels: "app=gitaly,release=gitlab" } },
  });
  assert.ok(config.kind === "gitlab");
  return config;
}
const secret = async (ref: SecretRef): Promise<string> =>
  (formatSecretRef(ref) === "env:ACCESS" ? s3?.accessKey : s3?.secretKey) ?? "";

function git(at: string, ...args: readonly string[]): string {
  const who = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "a@example.org" };
  const by = { GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "a@example.org" };
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", ...who, ...by };
  return execFileSync("git", ["-C", at, ...args], { env, encoding: "utf8" }).trim();
}

/** HEAD and what has a name, but what only keeps old commits. */
const refsOf = (at: string): readonly string[] => [
  git(at, "symbolic-ref", "HEAD"),
  ...git(at, "for-each-ref")
    .split("\n")
    .filter((line) => !line.includes("refs/keep-around/")),
];

const ready = (app: string): boolean =>
  environment.cluster.store.all("Pod").some(({ metadata }) => metadata.labels?.["app"] === app);

for (const bundles of [true, false])
  test(`a project's repository comes back alone out of ${bundles ? "its bundle" : "the archive"}, deleted and with its refs moved`, {
    skip,
  }, async () => {
    await eventually("GitLab's pods are there", () => ["toolbox", "gitaly"].every(ready));
    const repository = await TestRepository.make();
    const config = archive(bundles);
    const lent = { secret, cluster: async () => cluster };
    const { manifest } = await repository.backUpStore(config, lent);
    const [project] = await ask(environment.postgresql.ownerUrl("gitlabhq_production"), [
      "select r.path, encode(sha256(r.source_id::text::bytea), 'hex') as disk from routes r where r.source_id = 2",
    ]);
    const [path, disk] = [String(project?.["path"]), String(project?.["disk"])];
    const at = join(storage, "@hashed", disk.slice(0, 2), disk.slice(2, 4), `${disk}.git`);
    const was = refsOf(at);
    const restoring = (id: string): RestoreOptions => ({
      ...repository.proving(),
      ...lent,
      id: `restore-${id}`,
      from: manifest.id,
      stores: [],
      target: { kind: "in-place" },
      prefix: "",
      gitRepository: path,
      declared: [config],
    });
    const restored = async (id: string) => {
      const { stores } = await planRestore(restoring(id), testPorts);
      const [planned] = stores;
      assert.ok(planned !== undefined);
      assert.deepEqual(planned.plan.refuses, []);
      return restoreOne(planned, restoring(id), testPorts);
    };

    rmSync(at, { recursive: true });
    assert.deepEqual((await restored("deleted")).differences, []);
    assert.deepEqual(refsOf(at), was);
    git(at, "fsck", "--strict");

    git(at, "update-ref", "refs/heads/main", git(at, "commit-tree", "-m", "only here", "main^{tree}"));
    git(at, "update-ref", "-d", "refs/tags/v1");
    git(at, "update-ref", "refs/tags/v1/rc", "main");
    const moved = refsOf(at);
    assert.deepEqual((await restored("moved")).differences, []);
    assert.deepEqual(refsOf(at), was);
    git(at, "fsck", "--strict");

    await gitlab.restore?.undo?.(config, undefined, lend(restoring("moved"), testPorts));
    assert.deepEqual(refsOf(at), moved);
    git(at, "fsck", "--strict");
    await restored("again");
  });

test("Sidekiq stands still when its workload was scaled to nothing, and works again with it", { skip }, async () => {
  const name = "gitlab-sidekiq-all-in-1-v2";
  const runs = async (wanted: "yes" | "no"): Promise<boolean> =>
    (await environment.gitlab.toolbox(["gitlab-rake", "gitlab:check"])).stdout.includes(`Running? ... ${wanted}\n`);
  const scaled = (replicas: number) =>
    cluster.scale({ apiVersion: "apps/v1", plural: "deployments", namespace: "gitlab", name }, replicas, {
      fieldManager: "tests",
    });

  await eventually("Sidekiq works", () => runs("yes"));
  await scaled(0);
  await eventually("it stands still", () => runs("no"));
  await scaled(1);
  await eventually("it works again", () => runs("yes"));
});
