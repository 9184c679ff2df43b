/** Where a key metric is read; the first source that is configured counts. */
export type MetricSource =
  | { readonly kind: "prometheus"; readonly query: string }
  | { readonly kind: "loki"; readonly query: string }
  /** A series of our own probes. */
  | { readonly kind: "probe"; readonly system: string; readonly probe: string; readonly metric: string };

/** One of the fourteen metrics that guide A asks for. */
export type KeyMetric = {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
} & (
  | { readonly kind: "measured"; readonly sources: readonly MetricSource[] }
  /** The system has nothing of the kind; `instead` answers the question behind it. */
  | { readonly kind: "absent-by-design"; readonly why: string; readonly instead: MetricSource }
);

const prometheus = (query: string): MetricSource => ({ kind: "prometheus", query });
const loki = (query: string): MetricSource => ({ kind: "loki", query });
const probe = (system: string, id: string, metric: string): MetricSource => ({
  kind: "probe",
  system,
  probe: id,
  metric,
});

/**
 * Label values (`job`, `route`, `namespace`) are those of the scaffold's monitoring files. GitLab publishes its own metrics;
 * SharingHub and MLflow publish none, so theirs come from the gateway, its log, or a probe (csgroup-oss/sharinghub-server and
 * mlflow/mlflow have no metrics route).
 */
export const keyMetrics: readonly KeyMetric[] = [
  {
    id: "gitlab-requests",
    title: "GitLab: request rate and latency",
    unit: "s (95th percentile)",
    kind: "measured",
    sources: [
      prometheus(
        'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="gitlab"}[5m])))',
      ),
      probe("gitlab", "metrics", "gitlab_http_requests_total"),
    ],
  },
  {
    id: "gitlab-git-operations",
    title: "GitLab: how long Git operations take",
    unit: "s (95th percentile)",
    kind: "measured",
    sources: [
      prometheus(
        'histogram_quantile(0.95, sum by (le) (rate(grpc_server_handling_seconds_bucket{job="gitlab",app="gitaly"}[5m])))',
      ),
    ],
  },
  {
    id: "gitlab-sidekiq-queue",
    title: "GitLab: depth of Sidekiq's queues",
    unit: "jobs",
    kind: "measured",
    sources: [
      prometheus('sum(sidekiq_queue_size{job="gitlab"})'),
      probe("gitlab", "sidekiq", "gitlab_sidekiq_backlog_jobs"),
    ],
  },
  {
    id: "gitlab-database-pool",
    title: "GitLab: use of the PostgreSQL connection pool",
    unit: "ratio",
    kind: "measured",
    sources: [
      prometheus(
        'max(gitlab_database_connection_pool_busy{job="gitlab"} / gitlab_database_connection_pool_size{job="gitlab"})',
      ),
      probe("gitlab", "metrics", "gitlab_db_pool_ratio"),
    ],
  },
  {
    id: "gitlab-redis-memory",
    title: "GitLab: Redis memory",
    unit: "ratio",
    kind: "measured",
    sources: [
      prometheus(
        'max(redis_memory_used_bytes{instance="gitlab-valkey"} / redis_memory_max_bytes{instance="gitlab-valkey"})',
      ),
      probe("redis", "server", "redis_memory_ratio"),
    ],
  },
  {
    id: "sharinghub-requests",
    title: "SharingHub: rate of STAC requests",
    unit: "1/s",
    kind: "measured",
    sources: [
      prometheus(
        'sum(rate(apisix_http_status{job="apisix",matched_host=~"sharinghub\\\\..+",route!~".*mlflow.*"}[5m]))',
      ),
    ],
  },
  {
    id: "sharinghub-catalogue",
    title: "SharingHub: time to regenerate the catalogue",
    unit: "ms (an item, from GitLab)",
    kind: "absent-by-design",
    why: "No catalogue is stored or regenerated: items are made per request (app/stac/views.py).",
    instead: probe("sharinghub", "known-item", "millwright_probe_millis"),
  },
  {
    id: "sharinghub-gitlab-calls",
    title: "SharingHub: calls to GitLab and their errors",
    unit: "failed lines/s",
    kind: "measured",
    sources: [
      loki(
        'sum(rate({namespace="sharinghub",app="sharinghub"} |~ "(?i)gitlab" |~ "(?i)error|timeout|5[0-9]{2}" [5m]))',
      ),
    ],
  },
  {
    id: "sharinghub-token-refresh",
    title: "SharingHub: how often a token refresh succeeds",
    unit: "logins/s",
    kind: "absent-by-design",
    why: "Tokens are never refreshed: a session ends after an hour and the person logs in again.",
    instead: loki('sum(rate({namespace="apisix"} |= "/api/auth/login/callback" [5m]))'),
  },
  {
    id: "mlflow-logging",
    title: "MLflow: rate of experiment logging",
    unit: "writes/s",
    kind: "measured",
    sources: [loki('sum(rate({namespace="apisix"} |~ "api/2.0/mlflow/runs/(create|update|log-)" [5m]))')],
  },
  {
    id: "mlflow-registry",
    title: "MLflow: operations on the registry",
    unit: "1/s",
    kind: "measured",
    sources: [loki('sum(rate({namespace="apisix"} |~ "api/2.0/mlflow/(registered-models|model-versions)/" [5m]))')],
  },
  {
    id: "mlflow-artifacts",
    title: "MLflow: throughput of artifacts",
    unit: "bytes/s",
    kind: "measured",
    sources: [prometheus('sum(rate(apisix_bandwidth{job="apisix",route=~".*mlflow.*"}[5m]))')],
  },
  {
    id: "mlflow-database",
    title: "MLflow: performance of its PostgreSQL",
    unit: "s (longest transaction)",
    kind: "measured",
    sources: [
      prometheus('max(pg_stat_activity_max_tx_duration{instance="mlflow-postgresql",datname="mlflow"})'),
      probe("postgresql", "server", "postgresql_oldest_transaction_seconds"),
    ],
  },
  {
    id: "mlflow-s3",
    title: "MLflow: latency of S3",
    unit: "ms (HEAD)",
    kind: "measured",
    sources: [probe("s3", "buckets", "s3_head_millis"), probe("minio", "buckets", "s3_head_millis")],
  },
];
