import { Hono } from "hono";
import type { Clock } from "../kernel/ports.ts";
import { type Health, readinessOf } from "./health.ts";
import type { Metrics } from "./metrics.ts";

export interface HealthOptions {
  readonly version: string;
  readonly clock: Clock;
  readonly health: Health;
  readonly metrics: Metrics;
}

/** Longer than any check takes on a machine that is well. */
const checkMillis = 3000;

/** `/healthz`: the process runs; `/readyz`: it can do its work, check by check; `/metrics` for Prometheus. */
export function healthRoutes({ version, clock, health, metrics }: HealthOptions): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "running", version }));
  app.get("/readyz", async (c) => {
    const found = await readinessOf(health, clock.now(), checkMillis);
    return c.json(found, found.ready ? 200 : 503);
  });
  app.get("/metrics", async (c) => c.body(await metrics.text(), 200, { "content-type": metrics.contentType }));
  return app;
}
