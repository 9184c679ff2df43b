import * as z from "zod";
import type { ProbeHttp } from "../kernel/probe-ports.ts";
import { keyMetrics, type MetricSource } from "./key-metrics.ts";
import { defineProbe, type Probe, type Reading } from "./probe.ts";
import { type Ask, askJson, shown } from "./probe-http.ts";
import { healthy, metric, unhealthy, unknownReading } from "./readings.ts";

const Vector = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("vector"),
    result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
  }),
});

type Store = Extract<MetricSource["kind"], "prometheus" | "loki">;

const routes: Readonly<Record<Store, string>> = { prometheus: "/api/v1/query", loki: "/loki/api/v1/query" };

/** Asks a store of measurements for each key metric that it holds. An empty answer is no zero: nothing is collected there. */
export function keyMetricsProbe(store: Store): Probe {
  return defineProbe({
    id: "key-metrics",
    tells: "upkeep",
    title: "What do the key metrics that it holds say?",
    needs: ["http"],
    inputs: z.object({ url: z.url({ protocol: /^https?$/ }) }),
    credentials: { token: "may query; sent as Bearer" },
    everySeconds: 300,
    timeoutSeconds: 60,
    source:
      "prometheus.io/docs/prometheus/latest/querying/api and grafana.com/docs/loki/latest/reference/loki-http-api: instant queries give a vector",
    async read({ http }) {
      const readings: Reading[] = [];
      for (const wanted of keyMetrics) {
        const sources = wanted.kind === "measured" ? wanted.sources : [wanted.instead];
        const source = sources.find(({ kind }) => kind === store);
        if (source?.kind === "prometheus" || source?.kind === "loki")
          readings.push(await readOne(http, store, wanted.id, source.query));
      }
      return readings;
    },
  });
}

async function readOne(http: ProbeHttp, store: Store, id: string, query: string): Promise<Reading> {
  const subject = `key-metric/${id}`;
  const request = http.has("token")
    ? { secretHeaders: { authorization: { credential: "token", prefix: "Bearer " } } }
    : {};
  const ask: Ask = {
    subject,
    path: `${routes[store]}?query=${encodeURIComponent(query)}`,
    request,
    right: "the right to query",
    down: "unhealthy",
  };
  const answer = await askJson(http, ask, Vector);
  const evidence =
    answer.kind === "reading" ? "" : `${shown(http, { path: routes[store] }, answer.reply)} for ${query}`;
  if (answer.kind === "reading") return answer.reading;
  if (answer.kind === "not-found") return unhealthy(subject, 404, evidence);
  const values = answer.value.data.result.map(({ value: [, text] }) => Number(text)).filter(Number.isFinite);
  if (values.length === 0)
    return unknownReading(
      subject,
      `${evidence}: no value`,
      "Nothing of the kind is collected, or nothing happened in five minutes: look at the collector's targets.",
    );
  const value = Math.max(...values);
  return healthy(subject, value, evidence, [metric("key_metric", value, { metric: id })]);
}
