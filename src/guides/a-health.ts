import { correction } from "./corrections.ts";
import { absent, doneBy, type GuideLine, inKit, section } from "./line.ts";

const probes = section(
  {
    guide: "A",
    section: "Health checks",
    requirement: ["HLT-1", "CMD-2"],
    state: doneBy("millwright health"),
    today: "make docker-health",
  },
  [
    [
      240,
      "probe",
      "GitLab answers",
      {
        typed: "GET https://gitlab.domain/-/health",
        correction: correction.healthIsNotReady,
        today: "curl https://gitlab.example.org/-/readiness?all=1",
      },
    ],
    [
      241,
      "probe",
      "GitLab's PostgreSQL answers",
      {
        typed: "kubectl exec -n gitlab gitlab-postgresql-0 -- pg_isready",
        correction: correction.gitlabPostgres,
        today:
          "kubectl exec -n gitlab gitlab-postgresql-0 -- psql -U gitlab gitlabhq_production -c 'show server_version'",
      },
    ],
    [
      242,
      "probe",
      "SharingHub's API answers with a STAC catalogue",
      {
        typed: "GET https://sharinghub.domain/api/catalog/",
        correction: correction.stacRoute,
        today: "curl https://sharinghub.example.org/api/stac",
      },
    ],
    [
      243,
      "probe",
      "MLflow's tracking answers with experiments",
      {
        typed: "GET https://sharinghub.domain/mlflow/api/2.0/mlflow/experiments/list",
        correction: correction.mlflowSearch,
        today: "curl https://sharinghub.example.org/mlflow/health",
      },
    ],
    [
      244,
      "probe",
      "MLflow's PostgreSQL answers",
      {
        typed: "kubectl exec -n mlflow postgresql-0 -- pg_isready",
        correction: correction.mlflowPostgres,
        today: "kubectl exec -n sharinghub mlflow-postgresql-0 -- psql -U mlflow -c 'select count(*) from experiments'",
      },
    ],
    [
      245,
      "probe",
      "Certificates are ready",
      {
        typed: "kubectl get certificates -A",
        state: inKit("monitoring/prometheus/rules/platform.yaml"),
        today: "kubectl get certificates -A",
      },
    ],
    [
      246,
      "probe",
      "The ingress controller runs",
      {
        typed: "kubectl get pods -n ingress-nginx",
        correction: correction.ingressNginx,
        today: "kubectl get pods -n apisix",
      },
    ],
  ],
);

const stack = section(
  { guide: "A", section: "Monitoring stack", requirement: ["HLT-3"], state: inKit("monitoring/"), today: "make test" },
  [
    [250, "rule", "Prometheus collects GitLab's metrics", { state: inKit("monitoring/prometheus/prometheus.yaml") }],
    [251, "rule", "Prometheus collects Kubernetes' metrics", { state: inKit("monitoring/prometheus/prometheus.yaml") }],
    [252, "rule", "Loki collects MLflow's and SharingHub's logs", { state: inKit("monitoring/loki/queries.md") }],
    [253, "rule", "Grafana shows both", { state: inKit("monitoring/grafana/") }],
    [254, "rule", "Rules turn thresholds into alerts", { state: inKit("monitoring/prometheus/rules/") }],
    [
      255,
      "rule",
      "Alertmanager routes alerts to people on call",
      { state: inKit("monitoring/alertmanager/alertmanager.yaml") },
    ],
  ],
);

const metrics = section(
  { guide: "A", section: "Key metrics", requirement: ["HLT-2"], state: inKit("docs/metrics.md"), today: "make test" },
  [
    [260, "metric", "GitLab: request rate and latency"],
    [261, "metric", "GitLab: how long Git operations take"],
    [262, "metric", "GitLab: depth of Sidekiq's queues"],
    [263, "metric", "GitLab: use of the PostgreSQL connection pool"],
    [264, "metric", "GitLab: Redis memory"],
    [265, "metric", "SharingHub: rate of STAC requests, counted at the gateway"],
    [
      266,
      "metric",
      "SharingHub: time to regenerate the catalogue",
      { state: absent("how long an answer takes, by probe"), correction: correction.noCatalogue },
    ],
    [267, "metric", "SharingHub: calls to GitLab and their errors, from the logs"],
    [
      268,
      "metric",
      "SharingHub: how often a token refresh succeeds",
      { state: absent("tokens are not refreshed; logins that come back from GitLab are counted") },
    ],
    [269, "metric", "MLflow: rate of experiment logging"],
    [270, "metric", "MLflow: operations on the registry"],
    [271, "metric", "MLflow: throughput of artifacts"],
    [272, "metric", "MLflow: performance of its PostgreSQL"],
    [273, "metric", "MLflow: latency of S3"],
  ],
);

export const healthLines: readonly GuideLine[] = [...probes, ...stack, ...metrics];
