import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { KubeObject, KubeWriter } from "../src/kernel/kube.ts";
import { askTrusting } from "./environment.test-support.ts";
import { contentOf } from "./production-content.test-support.ts";
import { clusterOf, onDashboards, redisOf, s3Of, volumeOf } from "./production-stores.test-support.ts";
import type { RunningLab } from "./running.test-support.ts";
import { ask } from "./servers/postgresql.ts";
import { readState } from "./state.ts";
import { bucketsOf } from "./stores/buckets.ts";
import type { S3 } from "./stores/s3.ts";

/* All that production keeps: taken down in full, destroyed past everything that backs up, and asked as its users would. */

const databases = ["gitlabhq_production", "mlflow", "keycloak"] as const;
const namespaces = ["gitlab", "sharinghub", "keycloak", "monitoring", "sealed-secrets", "argocd"] as const;

/** What the backup of Kubernetes holds. Argo CD's Applications go first: what stands is not to be taken away by them. */
const kinds = [
  { apiVersion: "argoproj.io/v1alpha1", plural: "applications" },
  { apiVersion: "argoproj.io/v1alpha1", plural: "appprojects" },
  { apiVersion: "cert-manager.io/v1", plural: "certificates" },
  { apiVersion: "bitnami.com/v1alpha1", plural: "sealedsecrets" },
  { apiVersion: "v1", plural: "configmaps" },
  { apiVersion: "v1", plural: "secrets" },
] as const;

export type Things = Readonly<Record<string, unknown>>;

/** By `store: thing`, so that a difference names itself. */
export async function allOf(lab: RunningLab): Promise<Things> {
  const { mlflow, gitlab, keycloak, repositories, sidekiq } = await contentOf(lab);
  return {
    mlflow,
    gitlab,
    keycloak,
    repositories,
    sidekiq,
    ...(await rowsIn(lab)),
    ...(await objectsIn(lab)),
    ...dashboardsOf(lab),
    "redis: keys": await keysIn(lab),
    ...(await clusterObjects(lab)),
  };
}

/** How many rows each table of each database has. */
async function rowsIn(lab: RunningLab): Promise<Things> {
  const found: Record<string, unknown> = {};
  for (const database of databases) {
    const url = adminUrl(lab, database);
    const tables = await ask(url, [
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1",
    ]);
    for (const { name } of tables) {
      const [row] = await ask(url, [`select count(*)::int as rows from ${String(name)}`]);
      found[`${database}: ${String(name)}`] = row?.["rows"];
    }
  }
  return found;
}

/** Each object by its digest. The bucket of GitLab's own archives is none of a point's: they come out of the repository. */
async function objectsIn(lab: RunningLab): Promise<Things> {
  const s3 = s3Of(lab);
  const found: Record<string, unknown> = {};
  for (const bucket of bucketsOf("production").filter((one) => !/backups/.test(one)))
    for (const key of (await s3.list(bucket)) ?? []) {
      const content = await s3.get(bucket, key);
      found[`${bucket}: ${key}`] = createHash("sha256")
        .update(content ?? "")
        .digest("hex");
    }
  return found;
}

function dashboardsOf(lab: RunningLab): Things {
  return onDashboards(lab, (db) => {
    const tables = db.prepare("select name from sqlite_master where type = 'table' order by name").all();
    return Object.fromEntries(
      tables.map(({ name }) => [`grafana: ${String(name)}`, db.prepare(`select * from "${String(name)}"`).all()]),
    );
  });
}

async function keysIn(lab: RunningLab): Promise<readonly string[]> {
  const keys = (await redisOf(lab).send("KEYS", "*")) as readonly string[];
  return keys.toSorted();
}

/** What people or controllers wrote into them, without what a cluster keeps by itself. */
async function clusterObjects(lab: RunningLab): Promise<Things> {
  const found: Record<string, unknown> = {};
  for (const { object } of await objectsOf(clusterOf(lab))) {
    const { kind, metadata, data, spec } = object as KubeObject & { readonly data?: unknown; readonly spec?: unknown };
    const { namespace, name, labels } = metadata;
    found[`${kind}: ${namespace}/${name}`] = { labels, data, spec };
  }
  return found;
}

async function objectsOf(cluster: KubeWriter) {
  const found = [];
  for (const kind of kinds)
    for (const namespace of namespaces) {
      const listed = await cluster.list(kind, { namespace });
      assert.equal(listed.kind, "known", `${kind.plural} of ${namespace}`);
      if (listed.kind === "known") found.push(...listed.value.items.map((object) => ({ ...kind, object })));
    }
  return found;
}

/** As after a loss: the servers stand, and hold nothing. `workloads: "gone"`: what Argo CD had deployed is lost too. */
export async function empty(lab: RunningLab, { workloads }: { readonly workloads: "stay" | "gone" }): Promise<void> {
  await deleteObjects(clusterOf(lab), workloads);
  for (const database of databases) await ask(adminUrl(lab, "postgres"), [`drop database ${database} with (force)`]);
  const s3 = s3Of(lab);
  for (const bucket of bucketsOf("production")) await emptyBucket(s3, bucket);
  await redisOf(lab).send("FLUSHALL");
  for (const volume of ["gitlab-repositories", "grafana"] as const)
    for (const name of readdirSync(volumeOf(lab, volume)))
      rmSync(join(volumeOf(lab, volume), name), { recursive: true, force: true });
}

async function deleteObjects(cluster: KubeWriter, workloads: "stay" | "gone"): Promise<void> {
  // By its finalizer an Application takes along what it deployed.
  const finalizers = workloads === "gone" ? ["resources-finalizer.argocd.argoproj.io"] : null;
  for (const { apiVersion, plural, object } of await objectsOf(cluster)) {
    const { namespace, name } = object.metadata;
    const one = { apiVersion, plural, namespace, name };
    if (plural === "applications")
      await cluster.mergePatch(one, { metadata: { finalizers } }, { fieldManager: "tests" });
    await cluster.delete(one);
  }
}

async function emptyBucket(s3: S3, bucket: string): Promise<void> {
  for (const key of (await s3.list(bucket)) ?? []) await s3.delete(bucket, key);
}

const Seen = z.object({
  status: z.object({ sync: z.object({ status: z.string() }), health: z.object({ status: z.string() }) }),
});

/** `mlflow Synced Healthy`, as Argo CD sees each Application of production. */
export async function applicationsOf(lab: RunningLab): Promise<readonly string[]> {
  const listed = await clusterOf(lab).list({ apiVersion: "argoproj.io/v1alpha1", plural: "applications" });
  assert.equal(listed.kind, "known");
  return (listed.kind === "known" ? listed.value.items : []).map((object) => {
    const { sync, health } = Seen.parse(object).status;
    return `${object.metadata.name} ${sync.status} ${health.status}`;
  });
}

/** What production's applications say to who asks them as a user does: through the way in, with a token. */
export async function answers(lab: RunningLab): Promise<Things> {
  const probe = { "private-token": lab.secret("production-gitlab-probe") };
  const member = { authorization: `Bearer ${lab.secret("production-gitlab-member")}` };
  return {
    "gitlab is ready": await asked(lab, "gitlab", "/-/readiness?all=1"),
    "gitlab's projects": await asked(lab, "gitlab", "/api/v4/projects?per_page=100", probe),
    "mlflow's models": await asked(lab, "hub", "/mlflow/api/2.0/mlflow/registered-models/search", member),
    "sharinghub's status": await asked(lab, "hub", "/status"),
  };
}

async function asked(
  lab: RunningLab,
  door: "gitlab" | "hub",
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const port = readState(lab.data)?.ports[`production-${door}`];
  const caFile = join(lab.data, "production", "ca.pem");
  const { status, body } = await askTrusting(caFile, `https://127.0.0.1:${port}${path}`, headers);
  return `${status} ${body}`;
}

function adminUrl(lab: RunningLab, database: string): string {
  const url = new URL(lab.secret("production-restore-mlflow"));
  return Object.assign(url, { pathname: `/${database}` }).href;
}
