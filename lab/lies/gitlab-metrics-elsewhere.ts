import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const gitlabMetricsElsewhere: Lie = {
  id: "gitlab-metrics-elsewhere",
  title: "Metrics of another instance",
  system: "gitlab",
  source:
    "gitlabhq/gitlabhq config/initializers/7_prometheus_metrics.rb: the gauge `deployments` names the version that speaks",
  looksLike: "A well-formed exposition with GitLab's own series, of the staging instance.",
  caughtBy: { probe: "metrics", subject: "metrics" },
  tell: () => async (request) =>
    pathOf(request) === "/-/metrics"
      ? new Response(
          'deployments{version="16.11.10",revision="0123456789a"} 1\nhttp_requests_total{method="get",status="200"} 7\ngitlab_database_connection_pool_size{class="x"} 10\n',
          {
            headers: { "content-type": "text/plain; version=0.0.4" },
          },
        )
      : undefined,
};
