import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openSql } from "../../src/edge/sql.ts";
import { InputError, messageOf } from "../../src/kernel/errors.ts";
import type { Sql } from "../../src/kernel/probe-ports.ts";
import { postgresql } from "../../src/systems/postgresql/index.ts";
import { askIngress, eventually, oneEnvironment } from "../environment.test-support.ts";
import { canMount } from "../servers/bounded-disk.ts";
import { ask } from "../servers/postgresql.ts";
import { Faults } from "./faults.ts";
import { faults } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-lab-faults-"));
const platform = await oneEnvironment();
after(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});
const { environment } = platform;
const file = join(folder, "faults.json");
const applied = new Faults(platform, file);
const at = "2026-11-20T09:00:00.000Z";
const owner = environment.postgresql.ownerUrl("gitlabhq_production");

const podsOf = (workload: string): string =>
  JSON.stringify(
    environment.cluster.store
      .all("Pod")
      .filter(({ metadata }) => metadata.name.startsWith(`${workload}-`))
      .map((pod) => pod["status"]),
  );

await eventually("Argo CD has everything there", () =>
  ["gitlab", "sharinghub", "mlflow"].every((name) => {
    const application = environment.cluster.store.all("Application").find(({ metadata }) => metadata.name === name);
    const status = application?.["status"] as { readonly sync?: { readonly status?: string } } | undefined;
    return status?.sync?.status === "Synced";
  }),
);
await eventually("SharingHub's pods run", () => podsOf("sharinghub").includes('"running"'));

test("every fault has its own id and something that it can be done to", () => {
  assert.equal(new Set(faults.map(({ id }) => id)).size, faults.length);
  for (const fault of faults) assert.ok(fault.targets(platform).length > 0, fault.id);
});

test("a fault or a target that is none is refused in words", async () => {
  await assert.rejects(applied.apply("flood", undefined, 1, at), InputError);
  await assert.rejects(
    applied.apply("cut-network", "production/moon", 1, at),
    /It can be done to: production\/ingress/,
  );
});

test("dead-database: nobody connects, GitLab's readiness says so, and it comes back with its rows", async () => {
  await applied.apply("dead-database", undefined, 1, at);
  await assert.rejects(ask(owner, ["select 1"]));
  const down = await askIngress(environment, "/-/readiness?all=1");

  await applied.mend("dead-database", undefined);

  assert.notEqual(down.status, 200);
  assert.ok(Number((await ask(owner, ["select count(*)::int as count from users"]))[0]?.["count"]) > 0);
  await eventually("GitLab is ready", async () => (await askIngress(environment, "/-/readiness?all=1")).status === 200);
});

/** What the database's probes say of the room on its disk, asked with the rights that they have. */
async function roomSaid(): Promise<string> {
  const sql: Sql = openSql({ url: environment.postgresql.observerUrl("gitlabhq_production"), timeoutMs: 10_000 });
  const probe = postgresql.probes?.find(({ id }) => id === "room");
  const said = await probe?.read({ sql } as Parameters<typeof probe.read>[0], {}).catch(messageOf);
  return JSON.stringify(said);
}

test("full-disk: what needs room fails, reading goes on, and nothing is lost; it says which of the two it was", async () => {
  const users = async () => (await ask(owner, ["select count(*)::int as count from users"]))[0]?.["count"];
  const before = await users();
  assert.match(await roomSaid(), /"healthy".*a temporary file of 1 MB fits/);
  const { note } = await applied.apply("full-disk", undefined, 1, at);
  const grow = ask(owner, ["create table grown as select generate_series(1, 200000) as id"]);
  await assert.rejects(grow, canMount() ? /No space left on device/ : /read-only/);
  assert.equal(note, canMount() ? "the disk is really full" : "no disk was filled: every write is refused");
  assert.equal(await users(), before);
  assert.match(await roomSaid(), canMount() ? /"unhealthy".*No space left on device/ : /temp_file_limit/);

  await applied.mend("full-disk", undefined);

  assert.equal(await users(), before);
  assert.match(await roomSaid(), /"healthy"/);
  await ask(owner, ["create table grown as select generate_series(1, 200000) as id", "drop table grown"]);
});

test("wrong-secret: GitLab's own password no longer opens the database", async () => {
  await applied.apply("wrong-secret", undefined, 1, at);
  await assert.rejects(ask(owner, ["select 1"]), /password authentication failed/);

  await applied.mend("wrong-secret", undefined);

  assert.equal((await ask(owner, ["select 1 as one"]))[0]?.["one"], 1);
});

test("revoked-token: GitLab answers 401 to it, and knows it again afterwards", async () => {
  const version = () => askIngress(environment, "/api/v4/version", { "private-token": environment.tokens.probe });
  assert.equal((await version()).status, 200);
  await applied.apply("revoked-token", undefined, 1, at);
  const refused = await version();

  await applied.mend("revoked-token", undefined);

  assert.equal(refused.status, 401);
  assert.equal((await version()).status, 200);
});

test("expired-certificate: who checks does not connect, and it is issued anew", async () => {
  await applied.apply("expired-certificate", undefined, 1, at);
  await assert.rejects(askIngress(environment, "/users/sign_in"), /certificate has expired/);

  await applied.mend("expired-certificate", undefined);

  assert.equal((await askIngress(environment, "/users/sign_in")).status, 200);
});

test("slow-network and cut-network: answers come late, or not at all", async () => {
  await applied.apply("slow-network", undefined, 1, at);
  const begun = performance.now();
  await askIngress(environment, "/users/sign_in");
  const took = performance.now() - begun;
  await applied.mend("slow-network", undefined);
  await applied.apply("cut-network", undefined, 1, at);
  await assert.rejects(askIngress(environment, "/users/sign_in"));

  await applied.mend("cut-network", undefined);

  assert.ok(took >= 2_000, `${took} ms`);
  assert.equal((await askIngress(environment, "/users/sign_in")).status, 200);
});

test("clock-skew: GitLab stamps its answers with a time to come", async () => {
  const ahead = async (): Promise<number> =>
    Date.parse(String((await askIngress(environment, "/users/sign_in")).headers["date"])) - Date.now();
  await applied.apply("clock-skew", undefined, 1, at);
  const wrong = await ahead();

  await applied.mend("clock-skew", undefined);

  assert.ok(wrong > 15 * 60_000, `${wrong} ms`);
  assert.ok(Math.abs(await ahead()) < 60_000);
});

test("crash-loop and image-gone: the cluster's pods show it, and run again", async () => {
  const target = "production/sharinghub/sharinghub";
  await applied.apply("crash-loop", target, 1, at);
  await eventually("it crashes", () => podsOf("sharinghub").includes("CrashLoopBackOff"));
  await applied.mend("crash-loop", target);
  await eventually("it runs", () => !podsOf("sharinghub").includes("CrashLoopBackOff"));
  await applied.apply("image-gone", target, 1, at);
  await eventually("it waits for its image", () => podsOf("sharinghub").includes("ImagePullBackOff"));

  await applied.mend("image-gone", target);

  await eventually("it runs again", () => !podsOf("sharinghub").includes("ImagePullBackOff"));
});

test("hand-edit: the change bears another manager's name, and a sync takes it back", async () => {
  const target = "production/sharinghub/mlflow-sharinghub";
  const live = () =>
    environment.cluster.store.all("Deployment").find(({ metadata }) => metadata.name === "mlflow-sharinghub");
  const replicas = (): unknown => (live()?.["spec"] as { readonly replicas?: number } | undefined)?.replicas;
  const before = replicas();
  await applied.apply("hand-edit", target, 1, at);
  const managers = JSON.stringify(live()?.metadata.managedFields);
  const changed = replicas();

  // In this environment Argo CD heals by itself; where it does not, this does the same.
  await applied.mend("hand-edit", target).catch(() => undefined);

  assert.notEqual(changed, before);
  assert.match(managers, /kubectl-edit/);
  await eventually("it is as Git has it", () => replicas() === before);
});

test("a change by hand that somebody else has put back is no longer shown as broken", async () => {
  const target = "production/sharinghub/mlflow-sharinghub";
  const standing = (): boolean => applied.applied().some((one) => one.fault === "hand-edit");
  await applied.apply("hand-edit", target, 2, at);
  const shown = standing();

  const resource = { group: "apps", kind: "Deployment", namespace: "sharinghub", name: "mlflow-sharinghub" };
  try {
    environment.argocd.sync("mlflow", { resources: [resource] });
  } catch {
    // It heals itself at this moment.
  }

  assert.ok(shown);
  await eventually("it is over", () => !standing());
});

test("failing-migration and slow-migration: an upgrade stops half way, or takes its time, on the real database", async () => {
  await applied.apply("failing-migration", undefined, 1, at);
  await assert.rejects(environment.gitlab.upgrade("17.11.7"), /this and all later migrations canceled/);
  assert.equal(environment.gitlab.version, "17.8.7");
  await applied.mend("failing-migration", undefined);
  await applied.apply("slow-migration", undefined, 1, at);
  const cutOff = assert.rejects(environment.gitlab.upgrade("17.11.7"));
  const sleeping = "from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'";
  const admin = environment.postgresql.adminUrl();
  await eventually("a migration sleeps", async () => {
    const [row] = await ask(admin, [`select count(*)::int as count ${sleeping}`]);
    return row?.["count"] === 1;
  });
  await ask(admin, [`select pg_terminate_backend(pid) ${sleeping}`]);
  await cutOff;

  await applied.mend("slow-migration", undefined);

  await environment.gitlab.upgrade("17.11.7");
  assert.equal(environment.gitlab.version, "17.11.7");
});

test("what outlasts the lab is known after a restart, what ended with it is not", async () => {
  await applied.apply("revoked-token", undefined, 5, at);
  await applied.apply("clock-skew", undefined, 5, at);

  const again = new Faults(platform, file);

  assert.deepEqual(
    again.applied().map(({ fault, seed }) => `${fault} ${seed}`),
    ["revoked-token 5"],
  );
  assert.ok(platform.ledger.count("production/gitlab-token", "fault") > 0);
});

test("drop-database and delete-artifacts: what MLflow holds is gone, and the lab's first rows and files can be made anew", async () => {
  const mlflow = environment.postgresql.ownerUrl("mlflow");
  const models = async () =>
    (await ask(mlflow, ["select count(*)::int as count from registered_models"]))[0]?.["count"];
  const before = await models();
  await applied.apply("drop-database", undefined, 1, at);
  await applied.apply("delete-artifacts", undefined, 1, at);
  await assert.rejects(models(), /does not exist/);
  assert.ok(environment.artifacts.isEmpty());
  assert.ok(applied.applied().some(({ fault }) => fault === "delete-artifacts"));

  await applied.mend("drop-database", undefined);
  await applied.mend("delete-artifacts", undefined);

  assert.equal(await models(), before);
  assert.ok(!environment.artifacts.isEmpty());
});

test("a database that somebody else restored is no longer shown as dropped", async () => {
  await applied.apply("drop-database", undefined, 2, at);
  assert.ok(applied.applied().some(({ fault }) => fault === "drop-database"));

  await environment.refill.databases();

  await eventually("it is over", () => !applied.applied().some(({ fault }) => fault === "drop-database"));
});

test("flip-byte: one bit of a pack is another, by its seed, and it is turned back; without backups it is refused", async () => {
  await assert.rejects(applied.apply("flip-byte", undefined, 1, at), /Nothing is backed up yet/);
  const packs = join(environment.repository, "data", "0a");
  mkdirSync(packs, { recursive: true });
  const [content, file] = [Buffer.alloc(1000, 7), join(packs, "0a11")];
  writeFileSync(file, content, { mode: 0o400 });
  await applied.apply("flip-byte", undefined, 3, at);
  const first = readFileSync(file);
  await applied.apply("flip-byte", undefined, 3, at);

  assert.deepEqual(readFileSync(file), first);
  assert.equal(first.filter((byte, index) => byte !== content[index]).length, 1);
  assert.ok(applied.applied().some(({ fault }) => fault === "flip-byte"));
  await applied.mend("flip-byte", undefined);
  assert.deepEqual(readFileSync(file), content);
});
