import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const mlflowEmptyStore: Lie = {
  id: "mlflow-empty-store",
  title: "MLflow fell back to SQLite: it works, and everything is gone",
  system: "mlflow",
  source:
    "facts/platform.md §1.5: without MLFLOW_BACKEND_STORE_URI the image's default sqlite:///data/mlflow.db is used while PostgreSQL runs empty",
  looksLike: "Green health, the right version, 200 from every search.",
  caughtBy: { probe: "known-model", subject: "known-model" },
  tell: () => async (request) => {
    const path = pathOf(request);
    if (/\/(?:registered-models|model-versions|runs)\/search$/.test(path)) return json("{}");
    return path.endsWith("/experiments/search")
      ? json(
          '{"experiments":[{"experiment_id":"0","name":"Default","artifact_location":"mlflow-artifacts:/0","lifecycle_stage":"active"}]}',
        )
      : undefined;
  },
};

function json(body: string): Response {
  return new Response(body, { headers: { "content-type": "application/json" } });
}
