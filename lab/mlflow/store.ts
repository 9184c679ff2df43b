import { newRunId } from "../databases/mlflow.ts";
import type { Database } from "../databases/sql.ts";
import { invalid, MlflowError, missing } from "./errors.ts";

type Json = Record<string, unknown>;

/** An experiment or a model with the project it belongs to, as the plugin asks. */
export interface Owned {
  readonly project: string | undefined;
  readonly shown: Json;
}

/** What something is made with: the project whose address was used, and the caller's tags. */
export interface Tagged {
  readonly project: string | undefined;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

interface Search {
  readonly filter?: string | undefined;
  readonly maxResults: number;
}

/** `name = 'x'` is understood; everything else is refused, as MLflow refuses what it cannot read. */
export function nameIn(filter: string | undefined): string | undefined {
  if (filter === undefined || filter === "") return undefined;
  const name = /^\s*name\s*=\s*'((?:[^']|'')*)'\s*$/.exec(filter)?.[1];
  if (name === undefined) throw invalid(`Invalid clause(s) in filter string: ${filter}`);
  return name.replaceAll("''", "'");
}

interface ExperimentRow {
  readonly experiment_id: number;
  readonly name: string;
  readonly artifact_location: string;
  readonly lifecycle_stage: string;
  readonly creation_time: string;
  readonly last_update_time: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[] | null;
}

const experiments = `select e.*, (select json_agg(json_build_object('key', t.key, 'value', t.value)) from experiment_tags t where t.experiment_id = e.experiment_id) as tags from experiments e`;

export async function searchExperiments(database: Database, { filter, maxResults }: Search): Promise<readonly Owned[]> {
  const rows = await database.rows<ExperimentRow>(
    `${experiments} where lifecycle_stage = 'active' and ($1::text is null or name = $1) order by last_update_time desc, experiment_id desc limit $2`,
    [nameIn(filter) ?? null, maxResults],
  );
  return rows.map(experimentOf);
}

export async function experimentBy(
  database: Database,
  column: "experiment_id" | "name",
  value: string,
): Promise<Owned> {
  const [row] = await database.rows<ExperimentRow>(`${experiments} where e.${column}::text = $1`, [value]);
  if (row !== undefined) return experimentOf(row);
  throw missing(
    column === "name" ? `Could not find experiment with name '${value}'` : `No Experiment with id=${value} exists`,
  );
}

function experimentOf(row: ExperimentRow): Owned {
  const shown = {
    experiment_id: String(row.experiment_id),
    name: row.name,
    artifact_location: row.artifact_location,
    lifecycle_stage: row.lifecycle_stage,
    last_update_time: Number(row.last_update_time),
    creation_time: Number(row.creation_time),
    ...(row.tags === null ? {} : { tags: row.tags }),
  };
  return { project: row.tags?.find(({ key }) => key === "project")?.value, shown };
}

export async function createExperiment(
  database: Database,
  name: string,
  { project, tags }: Tagged,
  at: number,
): Promise<string> {
  const rows = await database.rows<{ id: number }>(
    `insert into experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time) values ($1, '', 'active', $2, $2)
     on conflict (name) do nothing returning experiment_id as id`,
    [name, at],
  );
  const id = rows[0]?.id;
  if (id === undefined)
    throw new MlflowError(400, "RESOURCE_ALREADY_EXISTS", `Experiment(name=${name}) already exists.`);
  await database.rows("update experiments set artifact_location = $1 where experiment_id = $2", [
    `mlflow-artifacts:/${id}`,
    id,
  ]);
  const own = project === undefined ? [] : [{ key: "project", value: project }];
  for (const { key, value } of [...tags, ...own])
    await database.rows("insert into experiment_tags values ($1, $2, $3)", [key, value, id]);
  return String(id);
}

/** Marked, with its runs; its name stays taken (mlflow/store/tracking/sqlalchemy_store.py @v2.14.3). */
export async function deleteExperiment(database: Database, id: string, at: number): Promise<void> {
  await database.rows(
    "update experiments set lifecycle_stage = 'deleted', last_update_time = $2 where experiment_id = $1",
    [id, at],
  );
  await database.rows("update runs set lifecycle_stage = 'deleted' where experiment_id = $1", [id]);
}

interface RunRow {
  readonly run_uuid: string;
  readonly name: string;
  readonly experiment_id: number;
  readonly status: string;
  readonly start_time: string;
  readonly end_time: string | null;
  readonly artifact_uri: string;
  readonly metrics: readonly Json[] | null;
  readonly params: readonly Json[] | null;
  readonly tags: readonly Json[] | null;
}

const runs = `select r.*,
  (select json_agg(json_build_object('key', m.key, 'value', m.value, 'timestamp', m.timestamp, 'step', m.step)) from latest_metrics m where m.run_uuid = r.run_uuid) as metrics,
  (select json_agg(json_build_object('key', p.key, 'value', p.value)) from params p where p.run_uuid = r.run_uuid) as params,
  (select json_agg(json_build_object('key', t.key, 'value', t.value)) from tags t where t.run_uuid = r.run_uuid) as tags
  from runs r`;

export async function searchRuns(
  database: Database,
  experimentIds: readonly string[],
  maxResults: number,
): Promise<readonly Json[]> {
  const rows = await database.rows<RunRow>(
    `${runs} where lifecycle_stage = 'active' and experiment_id = any ($1::int[]) order by start_time desc, run_uuid limit $2`,
    [experimentIds, maxResults],
  );
  return rows.map((row) => ({ ...runOf(row), inputs: {} }));
}

export async function runBy(database: Database, id: string): Promise<Json & { readonly info: Json }> {
  const [row] = await database.rows<RunRow>(`${runs} where run_uuid = $1`, [id]);
  if (row === undefined) throw missing(`Run with id=${id} not found`);
  return runOf(row);
}

function runOf(row: RunRow): { readonly info: Json; readonly data: Json } {
  return {
    info: {
      run_uuid: row.run_uuid,
      experiment_id: String(row.experiment_id),
      run_name: row.name,
      user_id: "",
      status: row.status,
      start_time: Number(row.start_time),
      ...(row.end_time === null ? {} : { end_time: Number(row.end_time) }),
      artifact_uri: row.artifact_uri,
      lifecycle_stage: "active",
      run_id: row.run_uuid,
    },
    data: {
      ...(row.metrics === null ? {} : { metrics: row.metrics }),
      ...(row.params === null ? {} : { params: row.params }),
      ...(row.tags === null ? {} : { tags: row.tags }),
    },
  };
}

export async function createRun(
  database: Database,
  experimentId: string,
  { name, tags }: Pick<Tagged, "tags"> & { readonly name: string },
  at: number,
): Promise<string> {
  const experiment = await experimentBy(database, "experiment_id", experimentId);
  const id = newRunId();
  await database.rows(
    `insert into runs (run_uuid, name, source_type, user_id, status, start_time, lifecycle_stage, artifact_uri, experiment_id)
     values ($1, $2, 'UNKNOWN', '', 'RUNNING', $3, 'active', $4, $5)`,
    [id, name, at, `${String(experiment.shown["artifact_location"])}/${id}/artifacts`, experimentId],
  );
  for (const { key, value } of [...tags, { key: "mlflow.runName", value: name }])
    await database.rows("insert into tags values ($1, $2, $3)", [key, value, id]);
  return id;
}
