import * as z from "zod";
import { artifactRoute } from "./artifacts.ts";
import { flaskPage, html, invalid, json, MlflowError } from "./errors.ts";
import {
  forbidden,
  isAuthenticated,
  isUnprotected,
  mayChange,
  mayCreate,
  mayRead,
  NotAuthenticated,
  readable,
  takeApart,
  unauthorized,
} from "./plugin.ts";
import { createModel, createModelVersion, deleteModel, modelBy, searchModels, tagModel } from "./registry.ts";
import {
  createExperiment,
  createRun,
  deleteExperiment,
  experimentBy,
  runBy,
  searchExperiments,
  searchRuns,
} from "./store.ts";
import type { Call, MlflowWorld } from "./world.ts";

const Body = z.object({
  max_results: z.coerce.number().optional(),
  filter: z.string().optional(),
  name: z.string().optional(),
  experiment_id: z.string().optional(),
  experiment_ids: z.array(z.string()).optional(),
  experiment_name: z.string().optional(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
  run_id: z.string().optional(),
  run_name: z.string().optional(),
  status: z.string().optional(),
  start_time: z.number().optional(),
  end_time: z.number().optional(),
  key: z.string().optional(),
  value: z.union([z.string(), z.number()]).optional(),
  timestamp: z.number().optional(),
  step: z.number().optional(),
  source: z.string().optional(),
});
type Body = z.output<typeof Body>;

type Route = (world: MlflowWorld, call: Call, body: Body) => Promise<Response>;

/** Answers one request as MLflow does, and with the plugin before it as that does. Sources in `fixtures/`. */
export async function answerMlflow(world: MlflowWorld, request: Request): Promise<Response> {
  const call = takeApart(request);
  try {
    if (world.sharinghubUrl !== undefined && !isUnprotected(call.path) && !(await isAuthenticated(world, request)))
      return unauthorized(world, request);
    return await answer(world, call);
  } catch (thrown) {
    if (thrown instanceof NotAuthenticated) return unauthorized(world, request);
    if (thrown instanceof MlflowError)
      return Response.json({ error_code: thrown.code, message: thrown.message }, { status: thrown.status });
    return isOfTheDatabase(thrown) ? away(thrown) : flaskPage(500);
  }
}

/** A database that cannot be reached is 503, as recorded. */
function away(thrown: Error): Response {
  const message = `(psycopg2.OperationalError) ${thrown.message}\n\n(Background on this error at: https://sqlalche.me/e/20/e3q8)`;
  return Response.json({ error_code: "TEMPORARILY_UNAVAILABLE", message }, { status: 503 });
}

function isOfTheDatabase(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false;
  const code = "code" in thrown ? String(thrown.code) : "";
  return (
    /^(?:ECONN|ENOENT|ETIMEDOUT|57P|55000|3D000|28|53)/.test(code) ||
    (/connection|timeout|connect/i.test(thrown.message) && !/fetch/.test(thrown.message))
  );
}

async function answer(world: MlflowWorld, call: Call): Promise<Response> {
  if (call.path === "/health") return html("OK");
  if (call.path === "/version") return html(world.version);
  if (call.path === "/") return html(index);
  const artifact = await artifactRoute(world, call);
  if (artifact !== undefined) return artifact;
  const route = routes[`${call.request.method} ${call.path.replace(/^\/(?:ajax-)?api\/2\.0\/mlflow\//, "")}`];
  return route === undefined ? flaskPage(404) : route(world, call, await bodyOf(call));
}

async function bodyOf(call: Call): Promise<Body> {
  const given: unknown =
    call.request.method === "GET"
      ? { ...Object.fromEntries(call.query), experiment_ids: call.query.getAll("experiment_ids") }
      : await call.request.json().catch(() => ({}));
  const parsed = Body.safeParse(given);
  if (!parsed.success) throw invalid(`Invalid request: ${parsed.error.issues[0]?.message ?? "unreadable"}`);
  return parsed.data;
}

const needed = (value: string | undefined, name: string): string => {
  if (value === undefined) throw invalid(`Missing value for required parameter '${name}'`);
  return value;
};

const findExperiments: Route = async (world, call, { filter, max_results = 0 }) => {
  if (max_results <= 0)
    throw invalid("Invalid value for request parameter max_results. It must be a positive integer, but got 0");
  const found = await searchExperiments(world.database, { filter, maxResults: max_results });
  return json({ experiments: (await readable(world, call, found)).map(({ shown }) => shown) });
};

const findRuns: Route = async (world, call, { experiment_ids = [], max_results = 1000 }) => {
  const open: string[] = [];
  for (const id of experiment_ids)
    if (await mayRead(world, call, await experimentBy(world.database, "experiment_id", id))) open.push(id);
  return json({ runs: await searchRuns(world.database, open, max_results) });
};

const findModels: Route = async (world, call, { filter, max_results = 100 }) => {
  const found = await searchModels(world.database, filter, max_results);
  return json({ registered_models: (await readable(world, call, found)).map(({ shown }) => shown) });
};

const routes: Readonly<Record<string, Route>> = {
  "GET experiments/search": findExperiments,
  "POST experiments/search": findExperiments,
  "POST runs/search": findRuns,
  "GET registered-models/search": findModels,
  "GET experiments/get": async (world, call, { experiment_id }) => {
    const owned = await experimentBy(world.database, "experiment_id", needed(experiment_id, "experiment_id"));
    return (await mayRead(world, call, owned)) ? json({ experiment: owned.shown }) : forbidden();
  },
  "GET experiments/get-by-name": async (world, call, { experiment_name }) => {
    const owned = await experimentBy(world.database, "name", needed(experiment_name, "experiment_name"));
    return (await mayRead(world, call, owned)) ? json({ experiment: owned.shown }) : forbidden();
  },
  "POST experiments/delete": async (world, call, { experiment_id }) => {
    const id = needed(experiment_id, "experiment_id");
    if (!(await mayChange(world, call, await experimentBy(world.database, "experiment_id", id)))) return forbidden();
    await deleteExperiment(world.database, id, world.now().getTime());
    world.ledger.add(world.name, "experiment deleted", { id });
    return json({});
  },
  "POST experiments/create": async (world, call, { name, tags = [] }) => {
    const wanted = needed(name, "name");
    if (!(await mayCreate(world, call, wanted))) return forbidden();
    const id = await createExperiment(world.database, wanted, { project: call.project, tags }, world.now().getTime());
    world.ledger.add(world.name, "experiment created", { name: wanted });
    return json({ experiment_id: id });
  },
  "POST runs/create": async (world, call, { experiment_id, run_name = "run", start_time, tags = [] }) => {
    const id = needed(experiment_id, "experiment_id");
    if (!(await mayChange(world, call, await experimentBy(world.database, "experiment_id", id)))) return forbidden();
    const run = await createRun(world.database, id, { name: run_name, tags }, start_time ?? world.now().getTime());
    world.ledger.add(world.name, "run created", { run });
    return json({ run: await runBy(world.database, run) });
  },
  "GET runs/get": async (world, call, { run_id }) => {
    const run = await runBy(world.database, needed(run_id, "run_id"));
    const owned = await experimentBy(world.database, "experiment_id", String(run.info["experiment_id"]));
    return (await mayRead(world, call, owned)) ? json({ run }) : forbidden();
  },
  "POST runs/log-metric": async (world, call, { run_id, key, value, timestamp = 0, step = 0 }) => {
    const id = needed(run_id, "run_id");
    if (!(await mayChangeRun(world, call, id))) return forbidden();
    const values = [needed(key, "key"), Number(value), timestamp, id, step];
    await world.database.rows("insert into metrics values ($1, $2, $3, $4, $5, false) on conflict do nothing", values);
    await world.database.rows(
      `insert into latest_metrics (key, value, timestamp, run_uuid, step, is_nan) values ($1, $2, $3, $4, $5, false)
       on conflict (key, run_uuid) do update set value = excluded.value, timestamp = excluded.timestamp, step = excluded.step`,
      values,
    );
    return json({});
  },
  "POST runs/update": async (world, call, { run_id, status, end_time }) => {
    const id = needed(run_id, "run_id");
    if (!(await mayChangeRun(world, call, id))) return forbidden();
    await world.database.rows(
      "update runs set status = coalesce($2, status), end_time = coalesce($3, end_time) where run_uuid = $1",
      [id, status ?? null, end_time ?? null],
    );
    return json({ run_info: (await runBy(world.database, id)).info });
  },
  "POST runs/delete": async (world, call, { run_id }) => {
    const id = needed(run_id, "run_id");
    if (!(await mayChangeRun(world, call, id))) return forbidden();
    await world.database.rows("update runs set lifecycle_stage = 'deleted' where run_uuid = $1", [id]);
    world.ledger.add(world.name, "run deleted", { run: id });
    return json({});
  },
  "GET registered-models/get": async (world, call, { name }) => {
    const owned = await modelBy(world.database, needed(name, "name"));
    return (await mayRead(world, call, owned)) ? json({ registered_model: owned.shown }) : forbidden();
  },
  "DELETE registered-models/delete": async (world, call, { name }) => {
    const wanted = needed(name, "name");
    if (!(await mayChange(world, call, await modelBy(world.database, wanted)))) return forbidden();
    await deleteModel(world.database, wanted);
    world.ledger.add(world.name, "model deleted", { name: wanted });
    return json({});
  },
  "POST registered-models/create": async (world, call, { name, tags = [] }) => {
    const wanted = needed(name, "name");
    if (!(await mayCreate(world, call, wanted))) return forbidden();
    const model = await createModel(world.database, wanted, { project: call.project, tags }, world.now().getTime());
    world.ledger.add(world.name, "model registered", { name: wanted });
    return json({ registered_model: model });
  },
  "POST registered-models/set-tag": async (world, call, { name, key, value }) => {
    const owned = await modelBy(world.database, needed(name, "name"));
    const tag = needed(key, "key");
    if (world.sharinghubUrl !== undefined && (tag === "project" || !(await mayChange(world, call, owned))))
      return forbidden();
    await tagModel(world.database, needed(name, "name"), tag, String(value));
    return json({});
  },
  "POST model-versions/create": async (world, call, { name, source, run_id }) => {
    const wanted = needed(name, "name");
    if (!(await mayChange(world, call, await modelBy(world.database, wanted)))) return forbidden();
    const version = { name: wanted, source: needed(source, "source"), runId: run_id ?? "" };
    world.ledger.add(world.name, "model version created", { name: wanted });
    return json({ model_version: await createModelVersion(world.database, version, world.now().getTime()) });
  },
};

async function mayChangeRun(world: MlflowWorld, call: Call, id: string): Promise<boolean> {
  const run = await runBy(world.database, id);
  return mayChange(world, call, await experimentBy(world.database, "experiment_id", String(run.info["experiment_id"])));
}

const index =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"/><title>MLflow</title></head><body><div id="root"></div></body></html>';
