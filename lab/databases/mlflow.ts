import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { firstRevision, schemaHeadOf, stepsBetween } from "./mlflow-releases.ts";
import { seededRandom } from "./random.ts";
import { onConnection } from "./sql.ts";

export interface MlflowFill {
  /** Of MLflow's core: `2.14.3`. */
  readonly version: string;
  readonly seed: number;
  /** How many projects have experiments and models; each has a handful of runs. */
  readonly size: number;
  /** Whose experiments they are, in place of `size` of the projects that `fillGitlab` makes. */
  readonly projects?: readonly { readonly id: number; readonly path: string }[];
  /** The last run ended then. */
  readonly now?: Date;
}

/** Where the schema of a fresh 2.14 was recorded. */
const recorded = join(import.meta.dirname, "fixtures", `mlflow-${firstRevision}.sql`);

/** Makes the schema that this version of MLflow makes for itself in an empty database. */
export async function makeMlflowSchema(client: Client, version: string): Promise<void> {
  const head = schemaHeadOf(version);
  await client.query(readFileSync(recorded, "utf8"));
  for (const step of stepsBetween(firstRevision, head) ?? [])
    for (const statement of step.statements) await client.query(statement);
  await client.query("insert into alembic_version values ($1)", [head]);
  await client.query("insert into experiments values (0, 'Default', 'mlflow-artifacts:/0', 'active', $1, $1)", [
    Date.UTC(2025, 0, 6),
  ]);
}

/** Schema and rows of an MLflow that is in use. The database is empty before. */
export function fillMlflow(url: string, options: MlflowFill): Promise<void> {
  return onConnection(url, async (client) => {
    await client.query("begin");
    await makeMlflowSchema(client, options.version);
    const random = seededRandom(options.seed);
    const last = (options.now ?? new Date(Date.UTC(2026, 10, 20))).getTime();
    const projects = options.projects ?? modelProjects(options.size);
    for (const [index, project] of projects.entries())
      await addProject(client, project, last - (projects.length - index) * 3_600_000, random);
    await client.query("commit");
  });
}

/** The first projects of `fillGitlab` that are models, by its own numbering: datasets have no MLflow. */
function modelProjects(size: number): readonly { readonly id: number; readonly path: string }[] {
  const found: { readonly id: number; readonly path: string }[] = [];
  for (let index = 0; found.length < size; index += 1) {
    const id = index + 1;
    if (id % 3 === 0 || id % 10 === 7) continue;
    found.push({ id, path: index === 0 ? "canary/model" : `team-${1 + (index % 7)}/model-${index}` });
  }
  return found;
}

const hex = (random: () => number): string =>
  Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");

/** An experiment with runs and a registered model, named and tagged as the plugin demands. */
async function addProject(
  client: Client,
  project: { readonly id: number; readonly path: string },
  at: number,
  random: () => number,
): Promise<void> {
  const name = `${project.path.split("/").at(-1)} (${project.id})`;
  const { rows } = await client.query<{ experiment_id: number }>(
    "insert into experiments (name, lifecycle_stage, creation_time, last_update_time) values ($1, 'active', $2, $2) returning experiment_id",
    [name, at],
  );
  const experiment = rows[0]?.experiment_id ?? 0;
  await client.query("update experiments set artifact_location = $1 where experiment_id = $2", [
    `mlflow-artifacts:/${experiment}`,
    experiment,
  ]);
  await client.query("insert into experiment_tags values ('project', $1, $2)", [project.path, experiment]);
  await client.query("insert into registered_models values ($1, $2, $2)", [name, at]);
  await client.query("insert into registered_model_tags values ('project', $1, $2)", [project.path, name]);
  for (let version = 1; version <= 3; version += 1) await addRun(client, { experiment, name, version, at, random });
}

interface Run {
  readonly experiment: number;
  readonly name: string;
  readonly version: number;
  readonly at: number;
  readonly random: () => number;
}

async function addRun(client: Client, { experiment, name, version, at, random }: Run): Promise<void> {
  const id = hex(random);
  const artifacts = `mlflow-artifacts:/${experiment}/${id}/artifacts`;
  await client.query(
    `insert into runs (run_uuid, name, source_type, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri, experiment_id)
     values ($1, $2, 'LOCAL', '', 'FINISHED', $3, $4, 'active', $5, $6)`,
    [id, `train-${version}`, at, at + 600_000, artifacts, experiment],
  );
  await client.query("insert into tags values ('mlflow.runName', $1, $2)", [`train-${version}`, id]);
  await client.query("insert into tags values ('mlflow.log-model.history', $1, $2)", [logged(id, at), id]);
  await client.query("insert into params values ('learning_rate', '0.001', $1)", [id]);
  for (let step = 0; step < 5; step += 1)
    await client.query("insert into metrics values ('loss', $1, $2, $3, $4, false)", [
      1 / (step + 1) + random() / 100,
      at + step * 60_000,
      id,
      step,
    ]);
  await client.query("insert into latest_metrics values ('loss', $1, $2, 4, false, $3)", [0.2, at + 240_000, id]);
  await client.query(
    `insert into model_versions (name, version, creation_time, last_updated_time, description, current_stage, source, run_id, status, run_link)
     values ($1, $2, $3, $3, '', 'None', $4, $5, 'READY', '')`,
    [name, version, at, `${artifacts}/model`, id],
  );
}

/** What a run keeps of the model that it logged, as Python writes JSON (mlflow/store/tracking/sqlalchemy_store.py: record_logged_model). */
function logged(run: string, at: number): string {
  const time = `${new Date(at).toISOString().replace("T", " ").slice(0, 23)}000`;
  return `[{"run_id": "${run}", "artifact_path": "model", "utc_time_created": "${time}", "flavors": {"python_function": {"loader_module": "mlflow.sklearn"}}}]`;
}

/** An id as MLflow makes them for new runs. */
export function newRunId(): string {
  return randomBytes(16).toString("hex");
}
