// oxlint-disable no-restricted-imports -- tests start what they speak to, and make the repositories that a pod has
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { lfsObjectsOf } from "../../../lab/stores/encrypted-rows.ts";
import { fillRepositories } from "../../../lab/stores/repositories.ts";
import { copied, plainDump } from "../../backups/kinds/gitlab/dump.test-support.ts";
import {
  configOf,
  emptied,
  loan,
  pods,
  skip,
  tarOf,
  toolbox,
  whole,
} from "../../backups/kinds/gitlab/gitlab.test-support.ts";
import { folder } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { bytesOf, chunksOf } from "../../edge/object-store.test-support.ts";
import { openBucket } from "../../edge/object-store.ts";
import { gitlabStores } from "../../systems/gitlab/stores.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

/* What was restored in part is taken back in part: what users wrote beside it since stays. */

const { dir, secret, production } = site();
const key = "canary-91c2";
const { backups } = configOf("any");
const keys = `accessKey: "${secret("access", loan.secrets["env:ACCESS"])}", secretKey: "${secret("secret", loan.secrets["env:SECRET"])}"`;
const place = (bucket: string) =>
  `endpoint: "${backups.endpoint}", bucket: ${bucket}, region: ${backups.region}, ${keys}`;

function configure(...stores: readonly string[]): void {
  const file = pods.lab.kubeconfig("admin");
  chmodSync(file, 0o600);
  const cluster = ["backup", "write", "restore"].map((account) => `    ${account}: "file:${file}"`).join("\n");
  const head = `mode: act\nclusters:\n  - environment: production\n    kubeconfig: file:/nowhere\n${cluster}\n`;
  writeFileSync(join(dir, "millwright.server.yaml"), production({ head, key, stores }));
}

async function run(...command: readonly string[]): Promise<Said> {
  const said = await millwright(dir, ["backup", ...command]);
  for (const text of [said.out, said.err]) assert.doesNotMatch(text, /canary/);
  assert.equal(said.code, 0, said.out + said.err);
  return said;
}

const backedUp = async (): Promise<string> => {
  const { point } = JSON.parse((await run("run", "-o", "json")).out) as {
    point: { backups: readonly { id: string }[] };
  };
  return point.backups[0]?.id ?? assert.fail("no backup");
};
const restored = async (...how: readonly string[]): Promise<string> =>
  (JSON.parse((await run("restore", ...how, "--in-place", "--yes", "-o", "json")).out) as { id: string }).id;

test("of a bucket only the keys that were restored are taken back", { skip }, async () => {
  configure(`{ component: mlflow, store: artifacts, kind: objects, ${place("gitlab-lfs")} }`);
  const bucket = openBucket({
    ...backups,
    bucket: "gitlab-lfs",
    accessKey: loan.secrets["env:ACCESS"],
    secretKey: loan.secrets["env:SECRET"],
  });
  const put = (key: string, text: string): Promise<unknown> => bucket.put(key, chunksOf(text));
  const textOf = async (key: string): Promise<string> => {
    const read = await bucket.get(key);
    return read.kind === "read" ? (await bytesOf(read.content)).toString() : read.kind;
  };
  for (const key of ["models/a", "other/b"]) await put(key, "then");
  await run("init");
  quickenKey(join(dir, "repository"), key);
  const backup = await backedUp();
  for (const key of ["models/a", "other/b"]) await put(key, "spoiled");

  const id = await restored(backup, "--prefix", "models/");
  assert.deepEqual([await textOf("models/a"), await textOf("other/b")], ["then", "spoiled"]);
  await put("other/b", "written since");

  const plan = await run("restore", "--undo", id);
  assert.match(plan.out, /only keys that begin with models\//);
  assert.deepEqual([await textOf("models/a"), await textOf("other/b")], ["then", "written since"]);
  await run("restore", "--undo", id, "--yes");
  assert.deepEqual([await textOf("models/a"), await textOf("other/b")], ["spoiled", "written since"]);
});

/** By which a database is known for GitLab's. */
const gitlabTables = gitlabStores.find(({ id }) => id === "database")?.tables ?? [];

test("of GitLab only the repository that was restored is taken back", { skip }, async () => {
  await emptied();
  const lfs = lfsObjectsOf(7, 2);
  const [one = 0, two = 0] = new Set(lfs.map(({ projectId }) => projectId));
  const storage = join(folder(), "repositories");
  await fillRepositories(storage, lfs, new Date("2026-11-20T01:00:00Z"));
  pods.add("gitaly-undo", { namespace: "gitlab" });
  const projects = [one, two].map((id, index) => `${index}\t${id}\tProject\tteam/model-${index + 1}`);
  const routes = copied("routes", ["id bigint", "source_id bigint", "source_type text", "path text"], ...projects);
  const empty = [...gitlabTables, "lfs_objects"].map((table) => copied(table, ["id bigint", "oid text"]));
  const name = toolbox(tarOf({ ...whole, "./db/database.sql.gz": gzipSync(plainDump(routes, ...empty)) }));
  const inPod = (app: string): string => `{ namespace: gitlab, labels: app=${app} }`;
  const gitaly = `gitaly: { pod: ${inPod("gitaly-undo")}, path: ${storage}, git: [git] }`;
  configure(`{ kind: gitlab, toolbox: ${inPod(name)}, backups: { ${place("backups")} }, bundles: true, ${gitaly} }`);
  const at = (id: number): string => {
    const digest = createHash("sha256").update(String(id)).digest("hex");
    return join(storage, `@hashed/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}.git`);
  };
  const git = (id: number, ...args: readonly string[]): string =>
    execFileSync("git", ["-C", at(id), ...args], { encoding: "utf8" }).trim();
  const branches = (id: number): string => git(id, "for-each-ref", "--format=%(refname:short)", "refs/heads");
  const backup = await backedUp();
  for (const id of [one, two]) git(id, "update-ref", "refs/heads/later", "main");

  const id = await restored(backup, "--repository", "team/model-1");
  assert.deepEqual([branches(one), branches(two)], ["main", "later\nmain"]);
  git(two, "update-ref", "refs/heads/since", "main");

  const plan = await run("restore", "--undo", id);
  assert.match(plan.out, /the refs of team\/model-1 become what they were before/);
  assert.equal(branches(one), "main");
  await run("restore", "--undo", id, "--yes");
  assert.deepEqual([branches(one), branches(two)], ["later\nmain", "later\nmain\nsince"]);
  assert.match(readFileSync(join(at(one), "HEAD"), "utf8"), /refs\/heads\/main/);
});
