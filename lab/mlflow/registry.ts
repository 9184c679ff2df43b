import type { Database } from "../databases/sql.ts";
import { invalid, MlflowError, missing } from "./errors.ts";
import { nameIn, type Owned, type Tagged } from "./store.ts";

type Json = Record<string, unknown>;

interface ModelRow {
  readonly name: string;
  readonly creation_time: string;
  readonly last_updated_time: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[] | null;
  readonly latest: Json | null;
}

/** The latest version of each stage; all that the lab makes are in stage `None`, so there is one. */
const models = `select m.*,
  (select json_agg(json_build_object('key', t.key, 'value', t.value)) from registered_model_tags t where t.name = m.name) as tags,
  (select json_build_object('name', v.name, 'version', v.version::text, 'creation_timestamp', v.creation_time, 'last_updated_timestamp', v.last_updated_time,
     'current_stage', v.current_stage, 'description', v.description, 'source', v.source, 'run_id', v.run_id, 'status', v.status, 'run_link', v.run_link)
   from model_versions v where v.name = m.name order by v.version desc limit 1) as latest
  from registered_models m`;

/** More than 1 000 at once is refused. */
const most = 1000;

export async function searchModels(
  database: Database,
  filter: string | undefined,
  maxResults: number,
): Promise<readonly Owned[]> {
  if (maxResults > most)
    throw invalid(
      `Invalid value "${maxResults}" for parameter 'max_results' supplied. Hint: Value was of type 'str'. See the API docs for more information about request parameters.`,
    );
  const rows = await database.rows<ModelRow>(
    `${models} where ($1::text is null or m.name = $1) order by m.name limit $2`,
    [nameIn(filter) ?? null, maxResults],
  );
  return rows.map(modelOf);
}

export async function modelBy(database: Database, name: string): Promise<Owned> {
  const [row] = await database.rows<ModelRow>(`${models} where m.name = $1`, [name]);
  if (row === undefined) throw missing(`Registered Model with name=${name} not found`);
  return modelOf(row);
}

function modelOf(row: ModelRow): Owned {
  const shown = {
    name: row.name,
    creation_timestamp: Number(row.creation_time),
    last_updated_timestamp: Number(row.last_updated_time),
    ...(row.latest === null ? {} : { latest_versions: [row.latest] }),
    ...(row.tags === null ? {} : { tags: row.tags }),
  };
  return { project: row.tags?.find(({ key }) => key === "project")?.value, shown };
}

export async function createModel(
  database: Database,
  name: string,
  { project, tags }: Tagged,
  at: number,
): Promise<Json> {
  const rows = await database.rows(
    "insert into registered_models (name, creation_time, last_updated_time) values ($1, $2, $2) on conflict do nothing returning name",
    [name, at],
  );
  if (rows.length === 0)
    throw new MlflowError(400, "RESOURCE_ALREADY_EXISTS", `Registered Model (name=${name}) already exists.`);
  for (const { key, value } of tags) await tagModel(database, name, key, value);
  if (project !== undefined) await tagModel(database, name, "project", project);
  return { name, creation_timestamp: at, last_updated_timestamp: at };
}

/** It goes at once, with its versions and tags. */
export async function deleteModel(database: Database, name: string): Promise<void> {
  await modelBy(database, name);
  for (const table of ["model_version_tags", "model_versions", "registered_model_tags", "registered_models"])
    await database.rows(`delete from ${table} where name = $1`, [name]);
}

export async function tagModel(database: Database, name: string, key: string, value: string): Promise<void> {
  await modelBy(database, name);
  await database.rows(
    "insert into registered_model_tags (key, value, name) values ($1, $2, $3) on conflict (key, name) do update set value = excluded.value",
    [key, value, name],
  );
}

export async function createModelVersion(
  database: Database,
  wanted: { readonly name: string; readonly source: string; readonly runId: string },
  at: number,
): Promise<Json> {
  await modelBy(database, wanted.name);
  await database.rows(
    `insert into model_versions (name, version, creation_time, last_updated_time, description, current_stage, source, run_id, status, run_link)
     select $1::varchar, coalesce(max(version), 0) + 1, $2::bigint, $2::bigint, '', 'None', $3, $4, 'READY', '' from model_versions where name = $1::varchar`,
    [wanted.name, at, wanted.source, wanted.runId],
  );
  await database.rows("update registered_models set last_updated_time = $2 where name = $1", [wanted.name, at]);
  const [latest] = (await modelBy(database, wanted.name)).shown["latest_versions"] as readonly Json[];
  return latest ?? {};
}
