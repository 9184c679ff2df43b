import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const mlflowGreenHealth: Lie = {
  id: "mlflow-green-health",
  title: "Green health with a dead database",
  system: "mlflow",
  source:
    "recorded from MLflow 2.14.3, 2026-11-21: /health OK and /version while every search answers 503 TEMPORARILY_UNAVAILABLE",
  looksLike: "OK from /health, and the chart's probes are commented out anyway.",
  caughtBy: { probe: "known-model", subject: "known-model" },
  tell: () => async (request) =>
    /^\/(?:health|version)$/.test(pathOf(request)) || request.headers.get("authorization") === null
      ? undefined
      : Response.json(
          { error_code: "TEMPORARILY_UNAVAILABLE", message: "(psycopg2.OperationalError) connection refused" },
          { status: 503 },
        ),
};
