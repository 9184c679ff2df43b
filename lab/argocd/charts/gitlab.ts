import { createHash } from "node:crypto";
import type { ChartAsk } from "../handle.ts";
import {
  at,
  configMap,
  countAt,
  deployment,
  ingress,
  job,
  type Made,
  type Running,
  service,
  statefulSet,
  textAt,
} from "./parts.ts";

/** Charts whose patch is not their GitLab's (charts/gitlab doc/installation/version_mappings.md). */
const exceptions: Readonly<Record<string, string>> = {
  "8.11.8": "17.11.7",
  "8.11.7": "17.11.6",
  "8.11.6": "17.11.5",
  ...Object.fromEntries([9, 8, 7, 6, 5, 4, 3, 2].map((patch) => [`8.7.${patch}`, `17.7.${patch - 2}`])),
};

/** The GitLab of a chart: its major is nine more, minor and patch are the same but for some (version_mappings.md). */
function gitlabOf(chart: string): string {
  const [major = 0, ...rest] = chart.split(".").map(Number);
  if (major < 6) throw new Error(`chart gitlab ${chart} is older than the lab knows`);
  return exceptions[chart] ?? [major + 9, ...rest].join(".");
}

const registry = "registry.gitlab.com/gitlab-org/build/cng";

/**
 * GitLab's chart in miniature: webservice, sidekiq, toolbox with its backup CronJob, Gitaly, the migrations Job, the hooks for
 * shared secrets and the upgrade check, and the Ingress. Not in it: shell, exporter, KAS, registry, runner, autoscalers, and what
 * charts before 10 bundle (PostgreSQL, Redis, MinIO): values that would install those are refused, not skipped.
 */
export function gitlab(ask: ChartAsk): readonly unknown[] {
  refuseBundled(ask);
  const { values, release, namespace } = ask;
  const version = textAt(values, "global.gitlabVersion", gitlabOf(ask.version)).replace(/^v/, "");
  const edition = textAt(values, "global.edition", "ee");
  const image = (name: string, isEdition = true): string =>
    `${registry}/${name}${isEdition ? `-${edition}` : ""}:v${version}`;
  const of = (name: string): Made => ({
    namespace,
    name: `${release}-${name}`,
    labels: {
      app: name.split("-")[0] ?? name,
      chart: `${name.split("-")[0]}-${ask.version}`,
      release,
      heritage: "Helm",
    },
    selector: { app: name.split("-")[0] ?? name, release },
  });
  const parts = { ask, image, of, env: environmentOf(ask) };
  const { web, sidekiq, toolbox } = workloadsOf(parts);
  return [
    configMap(of("webservice"), { "gitlab.yml": JSON.stringify(at(values, "global.appConfig") ?? {}) }),
    ...hooksOf(ask, version, of),
    job({
      ...of("migrations"),
      name: `${release}-migrations-${suffixOf(ask, version)}`,
      container: "migrations",
      image: image("gitlab-toolbox"),
      args: ["/scripts/wait-for-deps", "/scripts/db-migrate"],
      env: parts.env,
    }),
    deployment(web),
    service(web, 8181),
    deployment(sidekiq),
    deployment(toolbox),
    ...backupOf(ask, toolbox),
    statefulSet(gitalyOf(ask, of("gitaly"), image("gitaly", false))),
    service(of("gitaly"), 8075),
    ...ingressOf(ask, of("webservice-default")),
  ];
}

interface Parts {
  readonly ask: ChartAsk;
  readonly env: readonly unknown[];
  readonly image: (name: string) => string;
  readonly of: (name: string) => Made;
}

/** The three kinds of pods that run Rails; webservice takes requests through its Workhorse, on 8181. */
function workloadsOf({ ask: { values }, env, image, of }: Parts): Record<"web" | "sidekiq" | "toolbox", Running> {
  const run = (name: string, kind: string): Running => ({
    ...of(name),
    container: kind,
    image: image(`gitlab-${kind}`),
    resources: at(values, `gitlab.${kind}.resources`),
    env,
  });
  const replicas = (kind: string, otherwise: number): number =>
    countAt(values, `gitlab.${kind}.minReplicas`, otherwise);
  const probe = { path: "/-/readiness" };
  return {
    web: { ...run("webservice-default", "webservice"), replicas: replicas("webservice", 2), port: 8181, probe },
    sidekiq: { ...run("sidekiq-all-in-1-v2", "sidekiq"), replicas: replicas("sidekiq", 1) },
    toolbox: run("toolbox", "toolbox"),
  };
}

function refuseBundled({ version, values }: ChartAsk): void {
  if (Number(version.split(".")[0]) >= 10) return;
  const installed = ["postgresql.install", "redis.install", "global.minio.enabled"].filter(
    (path) => at(values, path) !== false,
  );
  if (installed.length > 0)
    throw new Error(
      `this chart installs a store of its own unless told not to, which the lab's does not cover: set ${installed.map((path) => `${path}: false`).join(", ")}`,
    );
}

/** A hash over chart, GitLab and all values, so that the Job runs anew with each change (charts/gitlab templates/_helpers.tpl, gitlab.jobNameSuffix). */
function suffixOf({ version, values }: ChartAsk, gitlabVersion: string): string {
  const override = at(values, "global.job.nameSuffixOverride");
  if (typeof override === "string" && override !== "") return override;
  return createHash("sha256")
    .update(`${version}-v${gitlabVersion}-${JSON.stringify(values)}`)
    .digest("hex")
    .slice(0, 7);
}

function environmentOf({ values }: ChartAsk): readonly unknown[] {
  const plain = (name: string, path: string, otherwise: string): unknown => ({
    name,
    value: textAt(values, path, otherwise),
  });
  return [
    plain("DATABASE_HOST", "global.psql.host", ""),
    plain("DATABASE_PORT", "global.psql.port", "5432"),
    plain("DATABASE_NAME", "global.psql.database", "gitlabhq_production"),
    plain("REDIS_HOST", "global.redis.host", ""),
    plain("REDIS_PORT", "global.redis.port", "6379"),
  ];
}

/**
 * Helm hooks of the real chart, which Argo CD runs as PreSync. The upgrade check runs `/bin/sh /scripts/runcheck` in `gitlab-base`
 * (the chart's own test of upgrade paths runs templates/_runcheck.tpl so), the secrets `/bin/bash /scripts/generate-secrets` in
 * `kubectl`; both images bear GitLab's version since GitLab 15 (CNG's images as charts 17.11.2, 18.11.5 and 19.4.1 pull them).
 */
function hooksOf(ask: ChartAsk, version: string, of: (name: string) => Made): readonly unknown[] {
  const { values, release } = ask;
  const hook = (weight: string) => ({
    "helm.sh/hook": "pre-install,pre-upgrade",
    "helm.sh/hook-weight": weight,
    "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
  });
  const upgradeCheck: Running = {
    ...of("gitlab-upgrade-check"),
    container: "run-check",
    image: `${registry}/gitlab-base:v${version}`,
    command: ["/bin/sh", "/scripts/runcheck"],
    env: [
      { name: "GITLAB_VERSION", value: version },
      { name: "CHART_VERSION", value: ask.version },
    ],
  };
  const secrets: Running = {
    ...of("shared-secrets"),
    name: `${release}-shared-secrets-${suffixOf(ask, version)}`,
    container: "gitlab",
    image: `${registry}/kubectl:v${version}`,
    command: ["/bin/bash", "/scripts/generate-secrets"],
  };
  return [
    ...(at(values, "shared-secrets.enabled") === false ? [] : [job(secrets, hook("-1"))]),
    ...(at(values, "upgradeCheck.enabled") === false
      ? []
      : [job(upgradeCheck, { ...hook("-10"), "helm.sh/hook": "pre-upgrade" })]),
  ];
}

function gitalyOf({ values }: ChartAsk, made: Made, image: string): Running {
  const storageClass = at(values, "gitlab.gitaly.persistence.storageClass");
  return {
    ...made,
    container: "gitaly",
    image,
    port: 8075,
    resources: at(values, "gitlab.gitaly.resources"),
    volume: {
      name: "repo-data",
      size: textAt(values, "gitlab.gitaly.persistence.size", "50Gi"),
      ...(typeof storageClass === "string" ? { storageClass } : {}),
      mountPath: "/home/git/repositories",
    },
  };
}

function backupOf({ values }: ChartAsk, toolbox: Running): readonly unknown[] {
  const cron = at(values, "gitlab.toolbox.backups.cron") as
    | { readonly enabled?: boolean; readonly schedule?: string; readonly extraArgs?: string }
    | undefined;
  if (cron?.enabled !== true) return [];
  const container = {
    name: "toolbox-backup",
    image: toolbox.image,
    args: ["/bin/bash", "-c", `backup-utility ${cron.extraArgs ?? ""}`.trim()],
  };
  const { name, namespace, labels } = toolbox;
  return [
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: `${name}-backup`, namespace, labels },
      spec: {
        schedule: cron.schedule ?? "0 1 * * *",
        concurrencyPolicy: textAt(values, "gitlab.toolbox.backups.cron.concurrencyPolicy", "Replace"),
        jobTemplate: {
          spec: { template: { metadata: { labels }, spec: { restartPolicy: "OnFailure", containers: [container] } } },
        },
      },
    },
  ];
}

function ingressOf({ values }: ChartAsk, made: Made): readonly unknown[] {
  const domain = textAt(values, "global.hosts.domain", "example.com");
  const host = textAt(values, "global.hosts.gitlab.name", `gitlab.${domain}`);
  if (at(values, "global.ingress.enabled") === false) return [];
  const secretName = textAt(values, "gitlab.webservice.ingress.tls.secretName", "gitlab-gitlab-tls");
  const wanted = {
    className: textAt(values, "global.ingress.class", "gitlab-nginx"),
    annotations: at(values, "global.ingress.annotations"),
    tls: [{ hosts: [host], secretName }],
    hosts: [{ host, paths: [{ path: "/" }] }],
  };
  return [ingress(made, wanted, { name: made.name, port: 8181 })];
}
