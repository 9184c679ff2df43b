import * as z from "zod";
import type { Probe, Reading } from "../probe.ts";
import { defineProbe } from "../probe.ts";
import { type Ask, askJson, askText, describeBody, isPage, parseJson, shown } from "../probe-http.ts";
import { absentReading, healthy, judged, metric, unhealthy, unknownReading } from "../readings.ts";
import { clock } from "./probes-clock.ts";
import { gitlabDataProbes } from "./probes-data.ts";
import { metrics } from "./probes-metrics.ts";
import { allowlist, Metadata, Url, withToken } from "./routes.ts";

const admin = "a personal access token of an administrator with scope read_api (and admin_mode where Admin Mode is on)";

const Entry = z.object({
  status: z.string(),
  message: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
const Readiness = z.object({ status: z.string() }).catchall(z.union([z.string(), z.array(Entry)]));

/** Without `all=1` only Puma's master is asked: doc/administration/monitoring/health_check.md @0338625c4. */
const queryLost = "The query ?all=1 is lost on the way: look at the rewrites of the proxy before GitLab.";

/**
 * What GitLab's chart calls the Deployments beside webservice and Gitaly (gitlab-org/charts/gitlab charts/gitlab/charts: release and
 * subchart's name). Readiness asks databases, Redis and Gitaly alone (lib/gitlab/health_checks @4555e1b21).
 */
const beside = "registry|gitlab-shell|kas|gitlab-pages|mailroom|toolbox|gitlab-exporter";
const withoutSidekiq = new RegExp(`-(?:sidekiq|${beside})(?:-|$)`);

const readiness = defineProbe({
  id: "readiness",
  tells: "whole",
  answersWithout: withoutSidekiq,
  title: "Does every part that GitLab needs say that it is ready?",
  needs: ["http"],
  inputs: Url,
  credentials: { "health-token": "GitLab's health check access token, where this machine is not on the allowlist" },
  everySeconds: 60,
  timeoutSeconds: 20,
  source:
    "gitlab-org/gitlab lib/gitlab/health_checks/probes/collection.rb @4555e1b21: 200 or 503, name → entries; a group counts as good when one entry is",
  async read({ http }) {
    const secretHeaders = http.has("health-token") ? { token: { credential: "health-token" } } : {};
    const ask: Ask = {
      subject: "readiness",
      path: "/-/readiness?all=1",
      request: { secretHeaders },
      right: allowlist,
      down: "unhealthy",
    };
    const reply = await http.fetch(ask.path, ask.request);
    const answer = shown(http, ask, reply);
    if ([401, 403, 404].includes(reply.status)) return [unknownReading("readiness", answer, allowlist)];
    const parsed = Readiness.safeParse(parseJson(reply.body));
    if (!parsed.success) return [unhealthy("readiness", reply.status, `${answer} ${describeBody(reply)}`)];
    const entries = Object.entries(parsed.data).flatMap(([group, value]) => readingsOf(group, value, answer));
    if (reply.status === 200 && !("db_check" in parsed.data) && entries.every(isHealthy))
      return [unknownReading("readiness", `${answer}, without a word on the database`, queryLost), ...entries];
    const good = reply.status === 200 && parsed.data.status === "ok" && entries.every(isHealthy);
    return [
      judged(good, "readiness", parsed.data.status, answer, [metric("millwright_probe_millis", reply.millis)]),
      ...entries,
    ];
  },
});

function readingsOf(
  group: string,
  value: string | readonly z.output<typeof Entry>[],
  answer: string,
): readonly Reading[] {
  if (typeof value === "string") return [];
  return value.map(({ status, message, labels }) => {
    const shard = Object.values(labels ?? {}).join("/");
    const subject = `readiness/${group}${shard === "" ? "" : `/${shard}`}`;
    return judged(status === "ok", subject, status, `${answer}: ${message ?? status}`);
  });
}

function isHealthy(reading: Reading): boolean {
  return reading.kind === "known" && reading.health === "healthy";
}

const signIn = defineProbe({
  id: "sign-in",
  tells: "whole",
  answersWithout: withoutSidekiq,
  title: "Does GitLab show people its sign-in page?",
  needs: ["http"],
  inputs: Url,
  everySeconds: 60,
  timeoutSeconds: 20,
  source: "docs.gitlab.com charts: watch /users/sign_in, not the probes; /-/health never asks the database",
  async read({ http }) {
    const ask: Ask = {
      subject: "sign-in",
      path: "/users/sign_in",
      right: "to be asked without a login",
      down: "unhealthy",
    };
    const answer = await askText(http, ask);
    if (answer.kind === "reading") return [answer.reading];
    if (answer.kind === "not-found") return [unhealthy("sign-in", 404, shown(http, ask, answer.reply))];
    const page = isPage(answer.value, answer.reply.headers["content-type"]) && /gitlab/i.test(answer.value);
    const evidence = `${shown(http, ask, answer.reply)} ${page ? "with GitLab's page" : describeBody(answer.reply)}`;
    return [
      judged(page, "sign-in", answer.reply.status, evidence, [metric("millwright_probe_millis", answer.reply.millis)]),
    ];
  },
});

const version = defineProbe({
  id: "version",
  tells: "whole",
  answersWithout: withoutSidekiq,
  title: "Which version of GitLab runs?",
  needs: ["http", "clock"],
  inputs: Url,
  credentials: { token: "a token with scope read_api" },
  everySeconds: 900,
  timeoutSeconds: 20,
  source: "GET /api/v4/metadata (15.2+): version with suffix, shown only with a token",
  async read({ http, clock }) {
    const ask: Ask = {
      subject: "version",
      path: "/api/v4/metadata",
      request: withToken(http.has("token")),
      right: "a token with scope read_api",
      down: "unknown",
      fresh: clock.now(),
    };
    const answer = await askJson(http, ask, Metadata);
    if (answer.kind === "reading") return [answer.reading];
    if (answer.kind === "not-found")
      return [absentReading("version", `${shown(http, ask, answer.reply)}: older than 15.2`)];
    return [healthy("version", answer.value.version, shown(http, ask, answer.reply))];
  },
});

const Queue = z.object({ backlog: z.number(), latency: z.number() });
const Compound = z.object({
  queues: z.record(z.string(), Queue),
  processes: z.array(z.object({ busy: z.number(), concurrency: z.number() })),
  jobs: z.object({ processed: z.number(), failed: z.number(), enqueued: z.number(), dead: z.number().optional() }),
});

const sidekiq = defineProbe({
  id: "sidekiq",
  tells: "own",
  answersWithout: new RegExp(`-(?:${beside})(?:-|$)`),
  title: "Are Sidekiq's processes there, and do its queues move?",
  needs: ["http"],
  inputs: z.object({
    url: Url.shape.url,
    maxQueueSeconds: z.number().positive().default(600).describe("A queue whose oldest job waits longer is unhealthy"),
  }),
  credentials: { token: admin },
  everySeconds: 60,
  timeoutSeconds: 20,
  source:
    "GET /api/v4/sidekiq/compound_metrics, authenticated_as_admin!; failed and processed are totals since the counters began",
  async read({ http }, { maxQueueSeconds }) {
    const ask: Ask = {
      subject: "sidekiq",
      path: "/api/v4/sidekiq/compound_metrics",
      request: withToken(http.has("token")),
      right: admin,
      down: "unknown",
    };
    const answer = await askJson(http, ask, Compound);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unhealthy("sidekiq", 404, evidence)];
    const { queues, processes, jobs } = answer.value;
    const backlog = Object.values(queues).reduce((sum, queue) => sum + queue.backlog, 0);
    const slowest = Math.max(0, ...Object.values(queues).map(({ latency }) => latency));
    return [
      processes.length === 0
        ? unhealthy("sidekiq/processes", 0, `${evidence}: no process works`)
        : healthy("sidekiq/processes", processes.length, evidence),
      judged(
        slowest <= maxQueueSeconds,
        "sidekiq/queues",
        backlog,
        `${evidence}: the oldest job waits ${Math.round(slowest)} s`,
        [
          metric("gitlab_sidekiq_backlog_jobs", backlog),
          metric("gitlab_sidekiq_oldest_seconds", slowest),
          metric("gitlab_sidekiq_failed_total", jobs.failed),
          metric("gitlab_sidekiq_processed_total", jobs.processed),
        ],
      ),
    ];
  },
});

export const gitlabProbes: readonly Probe[] = [
  readiness,
  signIn,
  version,
  sidekiq,
  metrics,
  clock,
  ...gitlabDataProbes,
];
