import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { repositoriesIn } from "./gitlab/backup-world.ts";
import { artifactsOf, modelsOf } from "./mlflow-content.test-support.ts";
import { clusterOf, onDashboards, redisOf, s3Of, volumeOf } from "./production-stores.test-support.ts";
import type { RunningLab } from "./running.test-support.ts";
import { ask } from "./servers/postgresql.ts";
import { readState } from "./state.ts";

/* Something of every kind of store that production has, read and spoiled past all that backs up and restores. */

const [lfs, login] = ["gitlab-lfs", { namespace: "keycloak", name: "keycloak" }];

export interface Content {
  readonly mlflow: readonly unknown[];
  readonly gitlab: readonly unknown[];
  readonly keycloak: readonly unknown[];
  readonly repositories: readonly string[];
  readonly lfs: readonly string[];
  readonly dashboards: readonly unknown[];
  readonly sidekiq: unknown;
  readonly secret: unknown;
}

export async function contentOf(lab: RunningLab): Promise<Content> {
  const found = await clusterOf(lab).get({ apiVersion: "v1", plural: "secrets", ...login });
  return {
    mlflow: [...(await modelsOf(lab)), ...(await artifactsOf(lab))],
    gitlab: await ask(ownerUrl(lab, "gitlab"), ["select id, path from projects order by id"]),
    keycloak: await ask(ownerUrl(lab, "keycloak"), ["select name from realm order by name"]),
    repositories: repositoriesIn(repositoriesOf(lab)).map((path) => `${path} ${refsOf(lab, path)}`),
    lfs: (await s3Of(lab).list(lfs)) ?? [],
    dashboards: onDashboards(lab, (db) => db.prepare("select title from dashboard order by id").all()),
    sidekiq: await redisOf(lab).send("GET", "stat:processed"),
    secret: found.kind === "known" ? found.value["data"] : found.kind,
  };
}

/** Each of it is other or gone afterwards. */
export async function spoil(lab: RunningLab): Promise<void> {
  await ask(ownerUrl(lab, "mlflow"), ["update model_versions set source = 'spoiled'"]);
  await ask(ownerUrl(lab, "gitlab"), ["update projects set path = 'spoiled'"]);
  await ask(ownerUrl(lab, "keycloak"), ["update realm set name = 'spoiled' where name = 'mlops'"]);
  const [repository = ""] = repositoriesIn(repositoriesOf(lab));
  rmSync(join(repositoriesOf(lab), repository), { recursive: true });
  for (const key of (await s3Of(lab).list(lfs)) ?? []) await s3Of(lab).delete(lfs, key);
  onDashboards(lab, (db) => db.exec("delete from dashboard"));
  await redisOf(lab).send("SET", "stat:processed", "0");
  const data = { "admin-password": Buffer.from("spoiled").toString("base64") };
  await clusterOf(lab).mergePatch(
    { apiVersion: "v1", plural: "secrets", ...login },
    { data },
    { fieldManager: "tests" },
  );
}

function ownerUrl(lab: RunningLab, database: "gitlab" | "keycloak" | "mlflow"): string {
  const port = readState(lab.data)?.ports["production-postgresql"];
  const name = database === "gitlab" ? "gitlabhq_production" : database;
  return `postgresql://${database}:${lab.secret("production-database-owner")}@127.0.0.1:${port}/${name}`;
}

function repositoriesOf(lab: RunningLab): string {
  return volumeOf(lab, "gitlab-repositories");
}

function refsOf(lab: RunningLab, path: string): string {
  const args = ["-C", join(repositoriesOf(lab), path), "show-ref", "--head"];
  return execFileSync("git", args, { encoding: "utf8" });
}
