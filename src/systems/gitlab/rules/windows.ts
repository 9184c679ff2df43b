import { compareReleases } from "../../../kernel/version.ts";
import { releaseOf, subjectOf, textIn } from "../../ask.ts";
import { type Configuration, defineRule, type Manifest, type Rule, type Verdict } from "../../contract.ts";
import { type Store, storesIn } from "../../stores.ts";
import datastores from "../datastores.json" with { type: "json" };
import { gitlabExample, gitlabsIn, versionIn } from "../installed.ts";

interface Window {
  readonly from: string;
  readonly min: string;
  /** The newest documented one, or a newer one that upstream tested; undefined when neither is known. */
  readonly max: string | undefined;
}

interface WindowOf {
  readonly product: "postgresql" | "redis";
  readonly title: string;
  readonly rows: readonly {
    readonly from: string;
    readonly min: string;
    readonly max: string | null;
    readonly tested: string | null;
  }[];
  readonly hostKey: "psql" | "redis";
  /** How to ask the server itself. */
  readonly howToLearn: string;
}

function windowOf({ rows }: WindowOf, version: string): Window | undefined {
  const release = releaseOf(version) ?? [];
  const row = rows.filter(({ from }) => compareReleases(releaseOf(from) ?? [], release) <= 0).at(-1);
  return row === undefined ? undefined : { from: row.from, min: row.min, max: row.tested ?? row.max ?? undefined };
}

/**
 * The store in the repository that GitLab's values name as their host, `name[.namespace[.svc…]]`: of the same environment, else
 * one that all environments share.
 */
function storeOf(configuration: Configuration, window: WindowOf, stores: readonly Store[]): Store | undefined {
  const [host, namespace] = hostOf(configuration, window)?.split(".") ?? [];
  const named = stores.filter(
    (store) =>
      store.product === window.product &&
      host !== undefined &&
      store.hosts.includes(host) &&
      (namespace === undefined || store.manifest.namespace === undefined || store.manifest.namespace === namespace),
  );
  return [configuration.environment, undefined]
    .map((environment) => named.find((store) => store.manifest.environment === environment))
    .find((store) => store !== undefined);
}

function hostOf(configuration: Configuration, { hostKey }: WindowOf): string | undefined {
  return textIn(configuration.written("global", hostKey, "host"));
}

/** Compares only as many numbers as the bound has: 16.8 asks for the minor, 17 only for the major. */
function isOutside(running: readonly number[], { min, max }: Window): boolean {
  const low = releaseOf(min) ?? [];
  const high = max === undefined ? undefined : releaseOf(max);
  const tooOld = compareReleases(running.slice(0, low.length), low.slice(0, running.length)) < 0;
  return tooOld || (high !== undefined && compareReleases(running.slice(0, high.length), high) > 0);
}

function* judge(
  window: WindowOf,
  configurations: readonly Configuration[],
  manifests: readonly Manifest[],
): Iterable<Verdict> {
  const stores = storesIn(manifests);
  for (const configuration of gitlabsIn(configurations)) {
    const version = versionIn(configuration);
    const allowed = version === undefined ? undefined : windowOf(window, version);
    if (version === undefined || allowed === undefined) continue;
    const needs = `GitLab ${version} needs ${window.title} ${allowed.min}${allowed.max === undefined ? " or newer" : ` to ${allowed.max}`}`;
    yield* verdictOn({ window, configuration, allowed, needs, store: storeOf(configuration, window, stores) });
  }
}

interface Case {
  readonly window: WindowOf;
  readonly configuration: Configuration;
  readonly allowed: Window;
  readonly needs: string;
  readonly store: Store | undefined;
}

function* verdictOn({ window, configuration, allowed, needs, store }: Case): Iterable<Verdict> {
  const host = hostOf(configuration, window)?.split(".")[0];
  if (host === undefined) return;
  const subject = subjectOf(configuration);
  const { environment } = configuration;
  const running = releaseOf(store?.tag);
  if (store === undefined || running === undefined) {
    const why = `${needs}, and this repository does not say which version ${host} runs`;
    yield { kind: "unknown", subject, environment, at: configuration.at, why, howToLearn: window.howToLearn };
  } else if (isOutside(running, allowed)) {
    yield {
      kind: "finding",
      subject,
      key: window.product,
      environment,
      at: store.manifest.file.locate(store.image ?? store.manifest.root),
      message: `${store.name} runs ${window.title} ${store.tag}; ${needs}`,
      fix: `Bring ${window.title} into this window before the GitLab that needs it is installed; the chart does not check it.`,
    };
  }
}

const postgresql: WindowOf = {
  product: "postgresql",
  title: "PostgreSQL",
  rows: datastores.postgresql.rows,
  hostKey: "psql",
  howToLearn: "psql -h HOST -U gitlab -c 'SHOW server_version_num'",
};

const redis: WindowOf = {
  product: "redis",
  title: "Redis",
  rows: datastores.redis.rows,
  hostKey: "redis",
  howToLearn: "redis-cli -h HOST INFO server | grep redis_version",
};

const cluster = (image: string): string =>
  [
    "apiVersion: postgresql.cnpg.io/v1",
    "kind: Cluster",
    "metadata: {name: gitlab-db, namespace: gitlab}",
    `spec: {instances: 2, imageName: "${image}"}`,
    "",
  ].join("\n");

const withHost = "global:\n  psql:\n    host: gitlab-db-rw.gitlab.svc\npostgresql:\n  install: false";

export const postgresqlWindow: Rule = defineRule({
  id: "postgresql-outside-gitlab-window",
  title: "PostgreSQL is too old or too new for this GitLab",
  group: "postgresql",
  severity: "critical",
  why: "Each GitLab major works with two PostgreSQL majors at most, so each database step has its window: 14 while on GitLab 16, 16 while on 17, 17 while on 18. Nothing in the chart looks at an external server: the migrations start and fail in the middle.",
  sources: [datastores.postgresql.source],
  fix: "Upgrade PostgreSQL inside its window: after the GitLab version that allows it, before the one that requires it.",
  needs: ["configurations", "manifests"],
  check: ({ configurations, manifests }) => judge(postgresql, configurations, manifests),
  examples: {
    failing: [
      {
        name: "GitLab 18 on PostgreSQL 14",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", withHost),
          "database.yaml": cluster("ghcr.io/cloudnative-pg/postgresql:14.12"),
        },
      },
      {
        name: "GitLab 17 on PostgreSQL 17",
        files: {
          "gitlab.yaml": gitlabExample("8.11.8", withHost),
          "database.yaml": cluster("ghcr.io/cloudnative-pg/postgresql:17.2"),
        },
      },
    ],
    passing: [
      {
        name: "GitLab 18 on PostgreSQL 16",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", withHost),
          "database.yaml": cluster("ghcr.io/cloudnative-pg/postgresql:16.9"),
        },
      },
      {
        name: "a server that all environments share",
        files: {
          "production/gitlab.yaml": gitlabExample("9.5.0", withHost),
          "database.yaml": cluster("ghcr.io/cloudnative-pg/postgresql:16.9"),
        },
      },
    ],
    unknown: [{ name: "a server outside the repository", files: { "gitlab.yaml": gitlabExample("9.5.0", withHost) } }],
  },
});

const redisServer = (image: string): string =>
  [
    "apiVersion: apps/v1",
    "kind: StatefulSet",
    "metadata: {name: gitlab-redis, namespace: gitlab}",
    "spec:",
    "  template:",
    "    spec:",
    `      containers: [{name: redis, image: "${image}"}]`,
    "",
  ].join("\n");

const withRedis = "global:\n  redis:\n    host: gitlab-redis\nredis:\n  install: false";

export const redisWindow: Rule = defineRule({
  id: "gitlab-redis-outside-window",
  title: "Redis is too old for this GitLab",
  group: "gitlab",
  severity: "high",
  why: "GitLab 16 needs Redis 6.0, GitLab 19 Redis 7.0 or Valkey 7.2. Sidekiq and sessions live there: with a server too old, jobs fail one by one instead of all at once.",
  sources: [datastores.redis.source],
  fix: "Upgrade Redis (or change to Valkey) before GitLab. A newer server reads the old data; there is no way back with data.",
  needs: ["configurations", "manifests"],
  check: ({ configurations, manifests }) => judge(redis, configurations, manifests),
  examples: {
    failing: [
      {
        name: "GitLab 19 on Redis 6",
        files: { "gitlab.yaml": gitlabExample("10.0.1", withRedis), "redis.yaml": redisServer("redis:6.2.14") },
      },
    ],
    passing: [
      {
        name: "GitLab 19 on Valkey 7.2",
        files: { "gitlab.yaml": gitlabExample("10.0.1", withRedis), "redis.yaml": redisServer("valkey/valkey:7.2.11") },
      },
    ],
    unknown: [{ name: "a managed Redis", files: { "gitlab.yaml": gitlabExample("10.0.1", withRedis) } }],
  },
});
