import { type ExposedSample, parseExposition } from "../../kernel/exposition.ts";
import type { ProbeHttp } from "../../kernel/probe-ports.ts";
import { defineProbe } from "../probe.ts";
import { type Ask, askText, describeBody, parseJson, shown } from "../probe-http.ts";
import { absentReading, healthy, metric, unhealthy, unknownReading } from "../readings.ts";
import { allowlist, Metadata, Url, withToken } from "./routes.ts";

export const metrics = defineProbe({
  id: "metrics",
  tells: "upkeep",
  title: "Does GitLab publish its metrics, and are they its own?",
  needs: ["http"],
  inputs: Url,
  credentials: {
    "health-token": "as for readiness",
    token: "as for version, to see that the metrics are of this GitLab",
  },
  everySeconds: 300,
  timeoutSeconds: 20,
  source:
    'GET /-/metrics: when switched off it answers 200 with "# Metrics are disabled"; not on the allowlist: 404; config/initializers/7_prometheus_metrics.rb: the gauge deployments carries the version',
  async read({ http }) {
    const secretHeaders = http.has("health-token") ? { token: { credential: "health-token" } } : {};
    const ask: Ask = {
      subject: "metrics",
      path: "/-/metrics",
      request: { secretHeaders, maxBytes: 16_000_000 },
      right: allowlist,
      down: "unknown",
    };
    const answer = await askText(http, ask);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unknownReading("metrics", evidence, allowlist)];
    if (/^# Metrics are disabled/m.test(answer.value))
      return [absentReading("metrics", `${evidence}: metrics are switched off`)];
    const samples = parseExposition(answer.value);
    if (samples === undefined || samples.length === 0)
      return [unhealthy("metrics", 200, `${evidence} ${describeBody(answer.reply)}`)];
    const foreign = await foreignIn(http, samples);
    if (foreign !== undefined) return [unhealthy("metrics", samples.length, `${evidence}: ${foreign}`)];
    return [healthy("metrics", samples.length, `${evidence}: ${samples.length} samples`, countersOf(samples))];
  },
});

/** Why the samples are not this GitLab's; undefined when they are, or when nothing tells. */
async function foreignIn(http: ProbeHttp, samples: readonly ExposedSample[]): Promise<string | undefined> {
  if (!samples.some(({ name }) => name.startsWith("gitlab_"))) return "metrics of something that is no GitLab";
  const speaks = samples.find(({ name }) => name === "deployments")?.labels["version"];
  if (speaks === undefined || !http.has("token")) return undefined;
  const reply = await http.fetch("/api/v4/metadata", withToken(true));
  const runs = Metadata.safeParse(parseJson(reply.body));
  if (!runs.success || runs.data.version === speaks) return undefined;
  return `metrics of a GitLab ${speaks}, while this one is ${runs.data.version}`;
}

/** What the key metrics are made of; a counter of one pod says little of several, so ask Prometheus where there is one. */
function countersOf(samples: readonly ExposedSample[]) {
  const sum = (name: string): number =>
    samples.filter((sample) => sample.name === name).reduce((total, { value }) => total + value, 0);
  const busy = sum("gitlab_database_connection_pool_busy");
  const size = sum("gitlab_database_connection_pool_size");
  return [
    ...(samples.some(({ name }) => name === "http_requests_total")
      ? [metric("gitlab_http_requests_total", sum("http_requests_total"))]
      : []),
    ...(size > 0 ? [metric("gitlab_db_pool_ratio", busy / size)] : []),
  ];
}
