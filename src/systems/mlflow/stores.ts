import type { SystemStore } from "../contract.ts";

export const mlflowStores: readonly SystemStore[] = [
  {
    id: "database",
    title: "MLflow's tracking database",
    product: "postgresql",
    tables: ["alembic_version", "experiments", "runs", "registered_models", "model_versions"],
    schemaHead: "select max(version_num) from alembic_version",
    newest: [
      { table: "runs", column: "start_time", unit: "milliseconds" },
      { table: "runs", column: "end_time", unit: "milliseconds" },
      { table: "experiments", column: "last_update_time", unit: "milliseconds" },
      { table: "registered_models", column: "last_updated_time", unit: "milliseconds" },
      { table: "model_versions", column: "last_updated_time", unit: "milliseconds" },
    ],
    emptyMeans: {
      tables: ["runs", "registered_models"],
      why: "MLflow's tables are there and hold no run and no model: MLflow probably keeps its data elsewhere, such as `sqlite:///data/mlflow.db` on a volume, its image's default",
      howToLearn:
        "See which store the running server uses: kubectl exec deploy/mlflow-sharinghub -- printenv MLFLOW_BACKEND_STORE_URI (nothing printed: SQLite on the volume).",
    },
    beside: [
      {
        id: "artifacts",
        what: "the artifacts (files and models) in the object store",
        why: "The database only names them; without them no model can be loaded.",
        essential: false,
      },
    ],
    sources: [
      "mlflow/mlflow tests/db/schemas (tables and their BIGINT times in milliseconds), mlflow/store/db/utils.py (alembic_version)",
      "csgroup-oss/mlflow-sharinghub Dockerfile (MLFLOW_BACKEND_STORE_URI defaults to sqlite:///data/mlflow.db)",
    ],
  },
];
