import type { SystemStore } from "../contract.ts";

/**
 * A version's source need not be a model's folder; it is one where its run's history says so, whose entries are JSON as Python writes
 * it. `path`: what of the source follows the run's folder; `indexOf`: a text's place in another, 0 where it is not in it.
 */
function loggedByRuns(path: string, indexOf: "strpos" | "instr"): string {
  return `select v.name || ' ' || v.version as name, rtrim(v.source, '/') || '/MLmodel' as location
    from model_versions v where coalesce(v.current_stage, '') <> 'Deleted_Internal' and v.source not like 'models:/%'
    and ${indexOf}(v.source, v.run_id || '/artifacts/') > 0 and exists (select 1 from tags t where t.run_uuid = v.run_id
      and t.key = 'mlflow.log-model.history' and ${indexOf}(t.value, '"artifact_path": "' || rtrim(${path}, '/') || '"') > 0)`;
}

/** One that is stored elsewhere (create_external_model) has the file too. */
const loggedModels = `select v.name || ' ' || v.version as name, rtrim(l.artifact_location, '/') || '/MLmodel' as location
  from model_versions v join logged_models l on v.source = 'models:/' || l.model_id
  where coalesce(v.current_stage, '') <> 'Deleted_Internal'`;

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
        part: "artifacts",
        what: "the artifacts of each registered model version",
        tables: ["model_versions"],
        // Older schemas have no column storage_location; versions that were deleted keep their row.
        query: `select v.name || ' ' || v.version as name, coalesce(pg_catalog.to_jsonb(v) ->> 'storage_location', v.source) as location
          from model_versions v where v.current_stage is distinct from 'Deleted_Internal'
          and coalesce(pg_catalog.to_jsonb(v) ->> 'storage_location', v.source, 'models:/') not like 'models:/%'`,
        // A column that the inner table lacks is the outer one's.
        sqlite: `select name, location from (select v.name || ' ' || v.version as name, coalesce((select storage_location
            from model_versions m where m.name = v.name and m.version = v.version), v.source) as location
          from model_versions v, (select null as storage_location) as older where v.current_stage is not 'Deleted_Internal')
          where coalesce(location, 'models:/') not like 'models:/%'`,
        names: "folder",
      },
      {
        id: "model-files",
        part: "artifacts",
        what: "the file MLmodel of each registered model version that its run logged as a model",
        tables: ["model_versions", "tags"],
        query: loggedByRuns("split_part(v.source, v.run_id || '/artifacts/', 2)", "strpos"),
        sqlite: loggedByRuns(
          "substr(v.source, instr(v.source, v.run_id || '/artifacts/') + length(v.run_id) + 11)",
          "instr",
        ),
        names: "object",
      },
      {
        id: "logged-model-artifacts",
        part: "artifacts",
        what: "the file MLmodel of each registered model version that is a logged model",
        tables: ["model_versions", "logged_models"],
        query: loggedModels,
        sqlite: loggedModels,
        names: "object",
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
      "mlflow/mlflow mlflow/store/tracking/sqlalchemy_store.py (record_logged_model: the tag mlflow.log-model.history), mlflow/models/model.py (MLMODEL_FILE_NAME), mlflow/tracking/fluent.py (create_external_model)",
      "mlflow/mlflow tests/db/schemas (tables and their BIGINT times in milliseconds), mlflow/store/db/utils.py (alembic_version)",
      "csgroup-oss/mlflow-sharinghub Dockerfile (MLFLOW_BACKEND_STORE_URI defaults to sqlite:///data/mlflow.db)",
    ],
  },
];
