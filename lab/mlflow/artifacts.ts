import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { invalid, json, MlflowError } from "./errors.ts";
import { forbidden, mayChange, mayRead } from "./plugin.ts";
import { experimentBy, type Owned, runBy } from "./store.ts";
import type { Call, MlflowWorld } from "./world.ts";

const prefix = "/api/2.0/mlflow-artifacts/artifacts";

/** The proxy to the artifacts, and the older route that names a run; undefined: not one of them. */
export async function artifactRoute(world: MlflowWorld, call: Call): Promise<Response | undefined> {
  const { method } = call.request;
  if (call.path === "/get-artifact" && method === "GET") return ofRun(world, call);
  if (call.path === prefix && method === "GET") return listed(world, call);
  if (!call.path.startsWith(`${prefix}/`)) return undefined;
  return ofProxy(world, call, decodeURIComponent(call.path.slice(prefix.length + 1)));
}

async function ofProxy(world: MlflowWorld, call: Call, path: string): Promise<Response> {
  const { method } = call.request;
  const owned = await ownerOf(world, path);
  const may = method === "GET" ? mayRead : mayChange;
  if (owned === undefined || !(await may(world, call, owned))) return forbidden();
  if (method === "DELETE") return removed(world, path);
  return method === "PUT" ? written(world, path, Buffer.from(await call.request.arrayBuffer())) : read(world, path);
}

/** By the experiment's id, with which every path begins; plain MLflow asks nobody. */
async function ownerOf(world: MlflowWorld, path: string): Promise<Owned | undefined> {
  if (world.sharinghubUrl === undefined) return { project: undefined, shown: {} };
  const id = /^(\d+)\//.exec(path)?.[1];
  return id === undefined ? undefined : experimentBy(world.database, "experiment_id", id);
}

/** Never outside the folder. */
function placeOf(world: MlflowWorld, path: string): string {
  const wanted = normalize(path);
  if (wanted.startsWith("..") || wanted.startsWith("/")) throw invalid("Invalid path");
  return join(world.artifacts, wanted);
}

function written(world: MlflowWorld, path: string, bytes: Buffer): Response {
  const file = placeOf(world, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  world.ledger.add(world.name, "artifact written", { path });
  return json({});
}

/** A file, or a folder with all in it. */
function removed(world: MlflowWorld, path: string): Response {
  rmSync(placeOf(world, path), { recursive: true, force: true });
  world.ledger.add(world.name, "artifact deleted", { path });
  return json({});
}

function read(world: MlflowWorld, path: string): Response {
  try {
    const bytes = readFileSync(placeOf(world, path));
    const name = path.split("/").at(-1) ?? "";
    return new Response(bytes, {
      headers: {
        "content-type": "text/plain",
        "content-disposition": `attachment; filename=${name}`,
        "x-content-type-options": "nosniff",
      },
    });
  } catch (cause) {
    if (cause instanceof MlflowError) throw cause;
    throw new MlflowError(
      500,
      "INTERNAL_ERROR",
      `The following failures occurred while downloading one or more artifacts from ${world.artifacts}:\n##### File ${path} #####\n[Errno 2] No such file or directory: '${join(world.artifacts, path)}'`,
    );
  }
}

async function listed(world: MlflowWorld, call: Call): Promise<Response> {
  const path = call.query.get("path") ?? "";
  const owned = await ownerOf(world, `${path}/`);
  if (owned === undefined || !(await mayRead(world, call, owned))) return forbidden();
  const folder = placeOf(world, path);
  const files = entriesOf(folder).map((name) => {
    const { size, isDirectory } = sizeOf(join(folder, name));
    return { path: name, is_dir: isDirectory, ...(isDirectory ? {} : { file_size: size }) };
  });
  return json({ files });
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function sizeOf(file: string): { readonly size: number; readonly isDirectory: boolean } {
  const found = statSync(file);
  return { size: found.size, isDirectory: found.isDirectory() };
}

async function ofRun(world: MlflowWorld, call: Call): Promise<Response> {
  const run = await runBy(world.database, call.query.get("run_uuid") ?? call.query.get("run_id") ?? "");
  const owned = await experimentBy(world.database, "experiment_id", String(run.info["experiment_id"]));
  if (!(await mayRead(world, call, owned))) return forbidden();
  const root = String(run.info["artifact_uri"]).replace(/^mlflow-artifacts:\//, "");
  return read(world, `${root}/${call.query.get("path") ?? ""}`);
}
