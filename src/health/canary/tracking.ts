import * as z from "zod";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { ask, read } from "./ask.ts";
import { type Canary, type CanaryTracking, nameOf, type Writing } from "./ports.ts";
import type { CanaryProject } from "./project.ts";

/*
 * REST 2.0 of MLflow (mlflow/server/handlers.py @v2.14.3). With SharingHub's plugin an experiment and a model stand below their
 * project's address, and their names end with the project's id in brackets (csgroup-oss/mlflow-sharinghub @0.2.0
 * hooks/handlers/validators.py); the plugin allows deleting to whoever may write. MLflow marks what is deleted, and keeps it until
 * `mlflow gc`; a registered model goes at once.
 */

const Tags = z.array(z.object({ key: z.string(), value: z.string() })).default([]);
const runTag = "millwright.run";

const Experiment = z.object({
  experiment: z.object({ experiment_id: z.string(), name: z.string(), lifecycle_stage: z.string(), tags: Tags }),
});
const Run = z.object({
  info: z.object({
    run_id: z.string().regex(/^\w+$/),
    experiment_id: z.string(),
    artifact_uri: z.string(),
    status: z.string(),
  }),
  data: z
    .object({ metrics: z.array(z.object({ key: z.string(), value: z.number() })).default([]), tags: Tags })
    .prefault({}),
});
const Runs = z.object({ runs: z.array(Run).default([]) });
const Model = z.object({
  registered_model: z.object({
    name: z.string(),
    tags: Tags,
    latest_versions: z.array(z.object({ version: z.string(), run_id: z.string().default("") })).default([]),
  }),
});
const Version = z.object({ model_version: z.object({ version: z.string() }) });

/** An experiment's run, and where its artifacts are. */
export interface CanaryRun {
  readonly experiment: string;
  readonly id: string;
  readonly artifactUri: string;
}

const metric = { key: "millwright_canary", value: 0.25 };

/** What a run of ours is called in MLflow. */
function titleOf(runId: string, project: CanaryProject): string {
  return `${nameOf(runId)} (${project.id})`;
}

/** One project's MLflow. */
class Tracking {
  readonly #api: CanaryTracking;
  readonly #base: string;

  constructor({ tracking }: Canary, project: CanaryProject) {
    this.#api = tracking;
    this.#base = tracking.perProject ? `/${project.path}/tracking` : "";
  }

  get api(): CanaryTracking {
    return this.#api;
  }

  get(route: string, query: Readonly<Record<string, string>>, expected: readonly (404 | 400)[] = []) {
    const path = `${this.#base}/api/2.0/mlflow/${route}?${new URLSearchParams(query).toString()}`;
    return ask(this.#api, { path }, expected);
  }

  send(method: "POST" | "DELETE", route: string, body: object, expected: readonly (404 | 400)[] = []) {
    return ask(this.#api, { method, path: `${this.#base}/api/2.0/mlflow/${route}`, body }, expected);
  }

  artifact(method: "PUT" | "DELETE", path: string, body?: string) {
    const place = `${this.#base}/api/2.0/mlflow-artifacts/artifacts/${path}`;
    return ask(
      this.#api,
      { method, path: place, ...(body === undefined ? {} : { body }) },
      method === "DELETE" ? [404] : [],
    );
  }

  /** As SharingHub fetches a model's description. */
  artifactOf(run: string, path: string) {
    return ask(this.#api, {
      path: `${this.#base}/get-artifact?${new URLSearchParams({ path, run_uuid: run }).toString()}`,
    });
  }
}

function tagsOf(runId: string): z.infer<typeof Tags> {
  return [{ key: runTag, value: runId }];
}

function isOwn(tags: z.infer<typeof Tags>, runId: string): boolean {
  return tags.some(({ key, value }) => key === runTag && value === runId);
}

function refuseStrangers(what: string, name: string, tags: z.infer<typeof Tags>, runId: string): void {
  if (isOwn(tags, runId)) return;
  throw new InputError(`The ${what} ${name} does not say that this run made it: it is left alone. Look at it by hand.`);
}

/** The run's experiment; undefined when there is none, or it is deleted. */
async function findExperiment(mlflow: Tracking, name: string, runId: string): Promise<string | undefined> {
  const found = await mlflow.get("experiments/get-by-name", { experiment_name: name }, [404]);
  if (found === undefined) return undefined;
  const { experiment } = read(mlflow.api, "experiment", found, Experiment);
  if (experiment.name !== name || experiment.lifecycle_stage !== "active") return undefined;
  refuseStrangers("experiment", name, experiment.tags, runId);
  return experiment.experiment_id;
}

/** The experiment's runs that this run has made, whatever else an answer lists. */
async function findRuns(mlflow: Tracking, experiment: string, runId: string): Promise<readonly CanaryRun[]> {
  const found = await mlflow.send("POST", "runs/search", { experiment_ids: [experiment], max_results: 100 });
  return read(mlflow.api, "list of runs", found, Runs)
    .runs.filter(({ info, data }) => info.experiment_id === experiment && isOwn(data.tags, runId))
    .map(({ info }) => ({ experiment, id: info.run_id, artifactUri: info.artifact_uri }));
}

/** The run that was tracked before. */
async function neededRun(canary: Canary, project: CanaryProject, runId: string): Promise<CanaryRun> {
  const mlflow = new Tracking(canary, project);
  const name = titleOf(runId, project);
  const experiment = await findExperiment(mlflow, name, runId);
  const [found] = experiment === undefined ? [] : await findRuns(mlflow, experiment, runId);
  if (found !== undefined) return found;
  throw new InputError(`MLflow has no run in the experiment ${name}: tracking did not succeed in this run.`);
}

/** Tracks an experiment with one run and one metric, whatever of them is there already, and reads the metric back. */
export async function track(canary: Canary, project: CanaryProject, writing: Writing): Promise<CanaryRun> {
  const mlflow = new Tracking(canary, project);
  const experiment = await madeExperiment(mlflow, titleOf(writing.runId, project), writing);
  const run = await madeRun(mlflow, experiment, writing);
  const at = Date.parse(writing.startedAt);
  await writing.fence();
  await mlflow.send("POST", "runs/log-metric", { run_id: run.id, ...metric, timestamp: at, step: 0 });
  await mlflow.send("POST", "runs/update", { run_id: run.id, status: "FINISHED", end_time: at });
  const shown = await mlflow.get("runs/get", { run_id: run.id });
  const { info, data } = read(mlflow.api, "run", shown, z.object({ run: Run })).run;
  const measured = data.metrics.some(({ key, value }) => key === metric.key && value === metric.value);
  if (info.status === "FINISHED" && measured) return run;
  throw new InputError(
    `MLflow does not give back what it was given: run ${run.id} is ${info.status}, with ${data.metrics.length} metrics.`,
  );
}

async function madeExperiment(mlflow: Tracking, name: string, { runId, fence }: Writing): Promise<string> {
  const there = await findExperiment(mlflow, name, runId);
  if (there !== undefined) return there;
  await fence();
  await mlflow.send("POST", "experiments/create", { name, tags: tagsOf(runId) });
  const made = await findExperiment(mlflow, name, runId);
  if (made !== undefined) return made;
  throw new SystemError(`${mlflow.api.name} made the experiment ${name} and does not show it.`, "retry");
}

async function madeRun(mlflow: Tracking, experiment: string, { runId, startedAt, fence }: Writing): Promise<CanaryRun> {
  const [there] = await findRuns(mlflow, experiment, runId);
  if (there !== undefined) return there;
  await fence();
  const body = { experiment_id: experiment, run_name: nameOf(runId), start_time: Date.parse(startedAt) };
  await mlflow.send("POST", "runs/create", { ...body, tags: tagsOf(runId) });
  const [made] = await findRuns(mlflow, experiment, runId);
  if (made !== undefined) return made;
  throw new SystemError(`${mlflow.api.name} made a run in experiment ${experiment} and does not show it.`, "retry");
}

/** Where a run's own artifacts stand behind MLflow's proxy; undefined when MLflow does not serve them, or names another place. */
function proxied({ id, artifactUri }: CanaryRun): string | undefined {
  const path = /^mlflow-artifacts:(?:\/\/[^/]+)?\/+([\w./-]+)$/.exec(artifactUri)?.[1];
  return path === undefined || path.split("/").includes("..") || !path.endsWith(`/${id}/artifacts`) ? undefined : path;
}

/** SharingHub links a model whose description names Python's flavour (csgroup-oss/sharinghub-server @0.4.0 app/stac/views.py). */
function describeModel(run: CanaryRun): string {
  return `artifact_path: model\nflavors:\n  python_function:\n    data: weights.txt\n    loader_module: millwright.none\nrun_id: ${run.id}\n`;
}

/** Stores a model's files as the run's artifacts and fetches them again; gives how many bytes came back as they went. */
export async function storeArtifacts(
  canary: Canary,
  project: CanaryProject,
  { runId, fence }: Writing,
): Promise<number> {
  const mlflow = new Tracking(canary, project);
  const run = await neededRun(canary, project, runId);
  const place = proxied(run);
  if (place === undefined)
    throw new SystemError(
      `Unknown: MLflow does not serve the artifacts of run ${run.id} itself (${run.artifactUri}); whoever has the store's credentials asks there.`,
      "stop",
    );
  const files = { MLmodel: describeModel(run), "weights.txt": `${nameOf(runId)}\n`.repeat(512) };
  await fence();
  for (const [name, text] of Object.entries(files)) await mlflow.artifact("PUT", `${place}/model/${name}`, text);
  for (const [name, text] of Object.entries(files)) {
    const back = await mlflow.artifactOf(run.id, `model/${name}`);
    if (back !== text)
      throw new InputError(`The artifact model/${name} of run ${run.id} came back as other bytes than it was stored.`);
  }
  return Object.values(files).reduce((sum, text) => sum + text.length, 0);
}

async function findModel(mlflow: Tracking, name: string, runId: string) {
  const found = await mlflow.get("registered-models/get", { name }, [404]);
  if (found === undefined) return undefined;
  const { registered_model: model } = read(mlflow.api, "registered model", found, Model);
  refuseStrangers("model", name, model.tags, runId);
  return model;
}

/** Registers the run's model, whatever of it is there already; gives its address as STAC links it. */
export async function register(canary: Canary, project: CanaryProject, { runId, fence }: Writing): Promise<string> {
  const mlflow = new Tracking(canary, project);
  const run = await neededRun(canary, project, runId);
  const name = titleOf(runId, project);
  let model = await findModel(mlflow, name, runId);
  if (model === undefined) {
    await fence();
    await mlflow.send("POST", "registered-models/create", { name, tags: tagsOf(runId) });
    model = await findModel(mlflow, name, runId);
  }
  const there = model?.latest_versions.find(({ run_id }) => run_id === run.id);
  if (there !== undefined) return `models:/${name}/${there.version}`;
  await fence();
  const body = { name, source: `${run.artifactUri}/model`, run_id: run.id };
  const { version } = read(
    mlflow.api,
    "model version",
    await mlflow.send("POST", "model-versions/create", body),
    Version,
  ).model_version;
  return `models:/${name}/${version}`;
}

/** Takes away what the run has in MLflow, and nothing else: model, artifacts, run, experiment. */
export async function forgetTracked(canary: Canary, project: CanaryProject, { runId, fence }: Writing): Promise<void> {
  const mlflow = new Tracking(canary, project);
  const name = titleOf(runId, project);
  if ((await findModel(mlflow, name, runId)) !== undefined) {
    await fence();
    await mlflow.send("DELETE", "registered-models/delete", { name }, [404]);
  }
  const experiment = await findExperiment(mlflow, name, runId);
  if (experiment === undefined) return;
  for (const run of await findRuns(mlflow, experiment, runId)) {
    await fence();
    const place = proxied(run);
    if (place !== undefined) await mlflow.artifact("DELETE", `${place}/model`);
    await mlflow.send("POST", "runs/delete", { run_id: run.id }, [404]);
  }
  await fence();
  await mlflow.send("POST", "experiments/delete", { experiment_id: experiment }, [404]);
}
