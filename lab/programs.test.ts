import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { keepScript, linesScript } from "../src/backups/kinds/gitlab/gitaly-scripts.ts";
import { pythonCopy, shellCopy } from "../src/backups/kinds/sqlite/copy-scripts.ts";
import { swapScript, writeScript } from "../src/backups/kinds/sqlite/restore.ts";
import { askIngress, oneEnvironment } from "./environment.test-support.ts";
import { execIn, jobsOf } from "./programs.ts";
import { ask } from "./servers/postgresql.ts";
import { startStores } from "./stores/index.ts";
import { databaseKeyOf, openSalted, type SaltedColumn } from "./stores/rails-secrets.ts";
import { copierOf } from "./stores/sqlite-tools.ts";

const platform = await oneEnvironment();
after(() => platform.close());
const { environment } = platform;
const { postgresql, redis, gitlab } = environment;
const stores = await startStores(platform.options, environment, () => gitlab.version);
const claims = (_: string, pod: string) => (pod === "millwright-restore-1" ? ["storage-grafana-0"] : []);
const exec = execIn({ postgresql, redis, gitlab, ...stores, claims });

const run = (pod: string, ...command: readonly string[]) => send(pod, "", ...command);

async function send(pod: string, input: string, ...command: readonly string[]) {
  const stdin = Readable.from(input === "" ? [] : [input]);
  const running = exec({ namespace: "gitlab", pod, container: undefined, command, stdin });
  let [out, err] = ["", ""];
  for await (const chunk of running.stdout) out += chunk.toString();
  for await (const chunk of running.stderr ?? []) err += chunk.toString();
  return { out, err, code: await running.exitCode };
}

test("pg_dump in the database's pod dumps the real database", async () => {
  const { out, code, err } = await run("gitlab-postgresql-0", "pg_dump", "--schema-only");

  assert.equal(code, 0, err);
  assert.match(out, /CREATE TABLE public\.batched_background_migrations/);
});

test("each pod of PostgreSQL has its own database", async () => {
  const keycloak = await run("keycloak-postgresql-0", "psql", "-Atc", "select name from realm order by name");
  const mlflow = await run("mlflow-postgresql-0", "psql", "-Atc", "select count(*) from registered_models");

  assert.equal(keycloak.out, "master\nmlops\n", keycloak.err);
  assert.match(mlflow.out, /^\d+\n$/, mlflow.err);
});

test("GitLab's encrypted columns open with the cluster's rails secrets", async () => {
  const { store } = environment.cluster;
  const type = store.typeOfObject({ apiVersion: "v1", kind: "Secret" });
  const secret = store.get(type, "gitlab", "gitlab-rails-secret") as unknown as {
    readonly data: Record<string, string>;
  };
  const key = databaseKeyOf(Buffer.from(secret.data["secrets.yml"] ?? "", "base64").toString());
  const [row] = await ask(environment.postgresql.ownerUrl("gitlabhq_production"), [
    "select encrypted_value as value, encrypted_value_salt as salt, encrypted_value_iv as iv from ci_variables where project_id = 3",
  ]);

  assert.equal(openSalted(row as unknown as SaltedColumn, key), "token-of-project-3");
});

test("redis-cli and GitLab's toolbox answer; a shell is not found", async () => {
  assert.equal((await run("gitlab-valkey-0", "redis-cli", "ping")).out.trim(), "PONG");
  assert.match((await run("gitlab-toolbox-1", "gitlab-rake", "gitlab:check")).out, /All migrations up\? \.\.\. yes/);
  assert.equal((await run("gitlab-postgresql-0", "sh", "-c", "id")).code, 127);
});

test("the migrations' Job migrates to the version of its image, and another Job only ends", async () => {
  const jobs = jobsOf({ gitlab: environment.gitlab });
  const logged: string[] = [];
  const job = (name: string, image: string) =>
    jobs({
      namespace: "gitlab",
      job: name,
      pod: `${name}-1`,
      labels: {},
      containers: [{ name: "main", image }],
      log: (text) => void logged.push(text),
    });

  assert.equal(await job("backup", "registry.example.org/restic:0.18.1"), 0);
  assert.equal(environment.gitlab.version, "17.8.7");
  assert.equal(
    await job("gitlab-migrations-1", "registry.gitlab.com/gitlab-org/build/cng/gitlab-toolbox-ce:v17.11.7"),
    0,
  );
  assert.equal(environment.gitlab.version, "17.11.7");
  assert.match(logged.join(""), /from 17\.8\.7 to 17\.11\.7/);
});

test("the migrations' Job that begins before GitLab is there waits for it", async () => {
  const programs: { gitlab?: typeof gitlab } = {};
  const containers = [{ name: "main", image: `registry.example.org/gitlab-toolbox-ce:v${gitlab.version}` }];
  const run = {
    namespace: "gitlab",
    job: "gitlab-migrations-2",
    pod: "p",
    labels: {},
    containers,
    log: () => undefined,
  };

  const ended = jobsOf(programs)(run);
  await new Promise((resolve) => setImmediate(resolve));
  programs.gitlab = gitlab;

  assert.equal(await ended, 0);
});

test("a pod's volume is copied by tar, and nothing outside it", async () => {
  const grafana = await run("grafana-0", "tar", "-tf", "-");
  const listed = await run("grafana-0", "ls", "/var/lib/grafana");
  const rdb = await run("gitlab-valkey-0", "ls", "/data");
  const heads = await run("gitlab-gitaly-0", "ls", "/home/git/repositories/@hashed");

  assert.notEqual(grafana.code, 127, "there is a tar");
  assert.equal(listed.out, "grafana.db\n", listed.err);
  assert.match(rdb.out, /^dump\.rdb$/m);
  assert.match(heads.out, /^\w\w$/m);
  const found = await run(
    "gitlab-gitaly-0",
    "find",
    "/home/git/repositories",
    "-type",
    "d",
    "-name",
    "*.git",
    "-print",
  );
  assert.match(found.out, /^(?:\/home\/git\/repositories\/@hashed\/\w\w\/\w\w\/\w+\.git\n)+$/, found.err);
  const throws = (pod: string, ...command: readonly string[]) =>
    assert.rejects(run(pod, ...command), command.join(" "));
  await throws("grafana-0", "cat", "/etc/passwd");
  await throws("grafana-0", "cat", "/var/lib/grafana/../../../../etc/passwd");
  await throws("grafana-0", "cat", "../grafana.db");
  await throws("grafana-0", "tar", "--to-command=id", "-xf", "/var/lib/grafana/grafana.db");
  await throws("grafana-0", "tar", "-I", "id", "-cf", "-", "/var/lib/grafana");
  await throws("gitlab-gitaly-0", "find", "/home/git/repositories", "-exec", "id", ";");
  await throws("gitlab-gitaly-0", "find", "/etc", "-print");
  await throws("gitlab-gitaly-0", "git", "-c", "alias.x=!id", "x");
  assert.equal((await run("sharinghub-1", "cat", "/var/lib/grafana/grafana.db")).code, 127);
});

test("SharingHub and MLflow answer through the same way in, and a stranger is refused", async () => {
  const hub = { ...environment, urls: { ...environment.urls, gitlab: environment.urls.hub } };
  const member = { "x-gitlab-token": environment.tokens.member };
  const token = { authorization: `Bearer ${environment.tokens.member}` };

  assert.equal((await askIngress(hub, "/status")).status, 200);
  assert.equal((await askIngress(hub, "/api/stac")).status, 401);
  assert.equal((await askIngress(hub, "/api/stac/collections/ai-model/items/canary/model", member)).status, 200);
  const search = "/mlflow/canary/model/tracking/api/2.0/mlflow/registered-models/search?max_results=10";
  const found = await askIngress(hub, search, token);
  assert.equal(found.status, 200, found.body);
  assert.match(found.body, /model \(1\)/);
});

test("Grafana's pod copies its live database by the two scripts that are let through, and runs no other", async () => {
  const command = copierOf() === "python3" ? ["python3", "-c", pythonCopy] : ["sh", "-c", shellCopy, "sqlite3"];
  const copied = await run("grafana-0", ...command, "/var/lib/grafana/grafana.db");
  const other = await run("grafana-0", "python3", "-c", "print(1)", "/var/lib/grafana/grafana.db");

  assert.equal(copied.code, 0, copied.err);
  assert.match(copied.out, /^\["dashboard", 3\]\n/);
  assert.notEqual(other.code, 0);
  await assert.rejects(run("grafana-0", ...command, "/etc/passwd"), /No such file or directory/);
});

test("the toolbox tells whether a backup runs", async () => {
  const { out, code } = await run("gitlab-toolbox-1", "ps", "-eo", "args");

  assert.equal(code, 0);
  assert.equal(out, "COMMAND\n");
});

test("the toolbox says which GitLab it is, and its backup-utility restores once it is told to say yes", async () => {
  const restored = await run(
    "gitlab-toolbox-1",
    "env",
    "GITLAB_ASSUME_YES=1",
    "backup-utility",
    "--restore",
    "-t",
    "x",
  );

  assert.equal((await run("gitlab-toolbox-1", "cat", "/srv/gitlab/VERSION")).out, `${gitlab.version}\n`);
  assert.deepEqual([restored.code, /0_gitlab_backup\.tar not found/.test(restored.out)], [1, true], restored.out);
  await assert.rejects(run("gitlab-toolbox-1", "cat", "/etc/passwd"));
});

test("Git writes in Gitaly's pod what brings one repository back, and runs nothing else", async () => {
  const [storage, pod] = ["/home/git/repositories", "gitlab-gitaly-0"];
  const at = `${storage}/@hashed/aa/aa/new.git`;
  const book = `${at}/millwright-before-0123456789ab`;
  const shell = (script: string, ...args: readonly string[]) => ["sh", "-c", script, ...args];
  const setRefs = shell(linesScript, "set-refs", "21", "git", "-C", at, "update-ref", "--stdin");

  const made = await run(pod, "git", "init", "--quiet", "--bare", at);
  const kept = await send(pod, "four", ...shell(keepScript, "keep", "4", book));
  const set = await send(pod, "start\nprepare\ncommit\nand more", ...setRefs);

  assert.deepEqual([made.code, kept.code, set.code], [0, 0, 0], made.err + kept.err + set.err);
  assert.equal((await run(pod, "cat", book)).out, "four");
  assert.match((await run(pod, "git", "-C", at, "symbolic-ref", "-q", "HEAD")).out, /^refs\/heads\//);
  for (const command of [
    ["git", "init", "--quiet", "--bare", "/tmp/elsewhere.git"],
    ["git", "init", "--quiet", "--bare", "--template=/tmp", at],
    ["git", "-C", at, "update-ref", "-d", "HEAD"],
    ["git", "-C", at, "index-pack", "--stdin", "-o", "/tmp/x"],
    ["git", "-C", at, "symbolic-ref", "HEAD", "../../outside"],
    ["git", "-C", at, "config", "core.hooksPath", "/tmp"],
    shell(keepScript, "keep", "4", "/tmp/millwright-before-0123456789ab"),
    shell(keepScript, "keep", "4", `${at}/../../../../../millwright-before-0123456789ab`),
  ])
    await assert.rejects(run(pod, ...command), command.join(" "));
  for (const command of [
    shell(keepScript, "keep", "4", `${at}/config`),
    shell(linesScript, "set-refs", "4", "sh", "-c", "id"),
    shell(linesScript, "set-refs", "4", "git", "-C", at, "gc"),
    shell("id", "id", at),
  ])
    assert.equal((await run(pod, ...command)).code, 127, command.join(" "));
});

test("a hook that lies in a repository is not run when refs are set in Gitaly's pod, and what they lead to is packed there", async () => {
  const [storage, pod] = ["/home/git/repositories", "gitlab-gitaly-0"];
  const found = await run(pod, "find", storage, "-type", "d", "-path", "*/@hashed/??/??/*", "-prune", "-print");
  const names = found.out.split("\n").map((path) => path.slice(storage.length + 1));
  const { folder, name } = platform.options;
  const inside = (...of: readonly string[]): string => folder.path(name, "gitlab-repositories", ...of);
  const repository = names.find((path) => existsSync(inside(path, "refs", "heads", "main"))) ?? "";
  const at = `${storage}/${repository}`;
  mkdirSync(inside(repository, "hooks"), { recursive: true });
  const hook = inside(repository, "hooks", "reference-transaction");
  writeFileSync(hook, `#!/bin/sh\n: > ${join(inside(repository), "ran")}\n`, { mode: 0o755 });
  const id = (await run(pod, "git", "-C", at, "rev-parse", "main")).out.trim();
  const lines = `start\ncreate refs/heads/other ${id}\nprepare\ncommit\n`;
  const git = ["git", "-C", at, "update-ref", "--stdin"];

  const set = await send(pod, lines, "sh", "-c", linesScript, "set-refs", String(lines.length), ...git);

  assert.equal(set.code, 0, set.err);
  assert.ok(existsSync(inside(repository, "refs", "heads", "other")));
  assert.equal(existsSync(inside(repository, "ran")), false);

  const pack = ["git", "-C", at, "pack-objects", "--quiet", "--revs", "--stdout", "--delta-base-offset"];
  const packed = await send(pod, `${id}\n`, "sh", "-c", linesScript, "pack-objects", String(id.length + 1), ...pack);
  assert.deepEqual([packed.code, packed.out.slice(0, 4)], [0, "PACK"], packed.err);
});

test("a pod beside an application has the application's volume by its claim, and what writes there writes nowhere else", async () => {
  const [beside, file] = ["millwright-restore-1", "/var/lib/grafana/grafana.db"];
  const written = await send(beside, "tables", "sh", "-c", writeScript, "write", `${file}.new`);
  const swapped = await run(beside, "sh", "-c", swapScript, "swap", `${file}.new`, file);

  assert.deepEqual([written.code, swapped.code], [0, 0], written.err + swapped.err);
  assert.equal((await run("grafana-0", "cat", file)).out, "tables");
  assert.equal((await run("sharinghub-1", "cat", file)).code, 127);
  assert.equal((await run(beside, "sh", "-c", "id", "id", file)).code, 127);
  await assert.rejects(send(beside, "x", "sh", "-c", writeScript, "write", "/tmp/elsewhere"));
  await send(beside, "x", "sh", "-c", writeScript, "write", "mine");
  assert.equal((await run("grafana-0", "cat", "mine")).out, "x");
  assert.equal((await run("grafana-0", "rm", "-f", "mine")).code, 0);
  assert.equal(existsSync("mine"), false);
});
