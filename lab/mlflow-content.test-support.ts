import type { RunningLab } from "./running.test-support.ts";
import { ask } from "./servers/postgresql.ts";
import { readState } from "./state.ts";
import { openS3 } from "./stores/s3.ts";

/* What production's MLflow has, as its database and its bucket say it: to see that what was lost is back. */

/** Each version of each registered model, and where its files are. */
export async function modelsOf(lab: RunningLab): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const port = readState(lab.data)?.ports["production-postgresql"];
  const url = `postgresql://mlflow:${lab.secret("production-database-owner")}@127.0.0.1:${port}/mlflow`;
  return ask(url, ["select name, version, source, run_id from model_versions order by name, version"]);
}

/** The keys in its bucket. */
export async function artifactsOf(lab: RunningLab): Promise<readonly string[]> {
  const login = { url: lab.url("s3"), accessKey: lab.secret("s3-access"), secretKey: lab.secret("s3-secret") };
  return (await openS3(login, () => new Date()).list("mlflow-artifacts")) ?? [];
}
