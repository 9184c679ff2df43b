import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** A number read when Prometheus asks. */
export interface Measure {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  read(): Promise<readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]>;
}

/** What this process counts of itself, in Prometheus' text form. */
export interface Metrics {
  /** A call was answered; `route` is its pattern, never the path asked for. */
  answered(call: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  refusedLogin(): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export function openMetrics(version: string, measures: readonly Measure[]): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: "millwright_http_request_duration_seconds",
    help: "How long calls of the API took, by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const refused = new Counter({
    name: "millwright_login_failures_total",
    help: "Tokens and logins that were refused",
    registers,
  });
  new Gauge({
    name: "millwright_build_info",
    help: "Which version runs; the value is always 1",
    labelNames: ["version"],
    registers,
  }).set({ version }, 1);
  new Gauge({
    name: "millwright_resident_memory_bytes",
    help: "Memory of this process",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  for (const measure of measures) addMeasure(measure, registry);
  return {
    answered: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    refusedLogin: () => refused.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function addMeasure(measure: Measure, registry: Registry): void {
  new Gauge({
    name: measure.name,
    help: measure.help,
    labelNames: [...(measure.labels ?? [])],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { labels, value } of await measure.read()) this.set({ ...labels }, value);
    },
  });
}
