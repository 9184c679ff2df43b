import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EnvironmentOptions } from "../environment-options.ts";
import { ask } from "../servers/postgresql.ts";
import { artifactsBucketOf } from "./buckets.ts";
import { openS3 } from "./s3.ts";

/** Where MLflow's artifacts lie: what the S3 gateway shows as their bucket, else a folder of their own. */
export function artifactsFolder({ name, folder, objectStore }: EnvironmentOptions): string {
  return objectStore?.folderOf(artifactsBucketOf(name)) ?? folder.path(name, "artifacts");
}

/** MLflow's artifacts, as faults and people's mistakes meet them. */
export interface Artifacts {
  empty(): Promise<void>;
  /** As they were when the lab was made. */
  refill(): Promise<void>;
  isEmpty(): boolean;
}

export function artifactsOf(options: EnvironmentOptions, databaseUrl: string): Artifacts {
  const { name, folder, objectStore } = options;
  const place = artifactsFolder(options);
  return {
    async empty() {
      if (objectStore === undefined) return rmSync(place, { recursive: true, force: true });
      const s3 = openS3(objectStore, () => new Date());
      const bucket = artifactsBucketOf(name);
      for (const key of (await s3.list(bucket)) ?? []) await s3.delete(bucket, key);
    },
    async refill() {
      rmSync(folder.path(name, filled), { force: true });
      await fillArtifacts(options, databaseUrl);
    },
    isEmpty: () =>
      !existsSync(place) || !readdirSync(place, { recursive: true, withFileTypes: true }).some((one) => one.isFile()),
  };
}

/** A file that says that it was done once. */
const filled = "artifacts-filled";

/** What each registered version points at: `MLmodel`, and the model beside it. Nothing is written twice. */
export async function fillArtifacts(options: EnvironmentOptions, databaseUrl: string): Promise<void> {
  const { name, objectStore, folder } = options;
  const done = folder.path(name, filled);
  if (existsSync(done)) return;
  const rows = await ask(databaseUrl, [
    "select source, name, run_id, creation_time from model_versions order by name, version",
  ]);
  const s3 = objectStore === undefined ? undefined : openS3(objectStore, () => new Date());
  for (const row of rows) {
    const root = String(row["source"]).replace(/^mlflow-artifacts:\//, "");
    for (const [file, text] of filesOf(row)) {
      const key = `${root}/${file}`;
      if (s3 !== undefined) await s3.put(artifactsBucketOf(name), key, Buffer.from(text));
      else writeInto(join(artifactsFolder(options), key), text);
    }
  }
  writeFileSync(done, "");
}

function writeInto(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** As MLflow writes a model of scikit-learn (mlflow.org/docs/2.14.3/models.html: MLmodel). */
function filesOf(row: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  const model = [
    "artifact_path: model",
    "flavors:",
    "  python_function:",
    "    loader_module: mlflow.sklearn",
    "    model_path: model.pkl",
    "    predict_fn: predict",
    "    python_version: 3.11.9",
    "mlflow_version: 2.14.3",
    `run_id: ${String(row["run_id"])}`,
    `utc_time_created: '${new Date(Number(row["creation_time"])).toISOString().replace("T", " ").slice(0, 23)}000'`,
  ];
  return [
    ["MLmodel", `${model.join("\n")}\n`],
    ["model.pkl", `weights of ${String(row["name"])}, run ${String(row["run_id"])}\n`.repeat(50)],
  ];
}
