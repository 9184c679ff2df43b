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
    references: [
      {
        id: "model-artifacts",
        what: "the artifacts of each registered model version",
        tables: ["model_versions"],
        // Older schemas have no column storage_location; versions that were deleted keep their row.
        query: `select v.name || ' ' || v.version as name, coalesce(pg_catalog.to_jsonb(v) ->> 'storage_location', v.source) as location
          from model_versions v where v.current_stage is distinct from 'Deleted_Internal'
          and coalesce(pg_catalog.to_jsonb(v) ->> 'storage_location', v.source, 'models:/') not like 'models:/%'`,
        names: "folder",
      },
      {
        id: "logged-model-artifacts",
        what: "the artifacts of each registered model version that is a logged model",
        tables: ["model_versions", "logged_models"],
        query: `select v.name || ' ' || v.version as name, l.artifact_location as location
          from model_versions v join logged_models l on v.source = 'models:/' || l.model_id
          where v.current_stage is distinct from 'Deleted_Internal'`,
        names: "folder",
      },
    ],
    beside: [
      {
        id: "artifacts",
        what: "the artifacts (files and models) in the object store",
        why: "The database only names them; without them no model can be loaded.",
        essential: false,
        keptBy: ["objects"],
      },
    ],
    sources: [
      "mlflow/mlflow mlflow/store/model_registry/sqlalchemy_store.py (get_model_version_download_uri; delete_model_version leaves a row in the stage Deleted_Internal)",
      "mlflow/mlflow tests/db/schemas (tables and their BIGINT times in milliseconds), mlflow/store/db/utils.py (alembic_version)",
      "csgroup-oss/mlflow-sharinghub Dockerfile (MLFLOW_BACKEND_STORE_URI defaults to sqlite:///data/mlflow.db)",
    ],
  },
];
