import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../src/store/postmaster.ts";
import type { ContractOptions, Outcome } from "./contract-part.ts";

/** What the lab stands in for, and what real databases of MLflow are made by. */
export const realMlflowVersion = "2.14.3";
/** With later ones this MLflow does not start. */
const pins = [`mlflow==${realMlflowVersion}`, "sqlalchemy==2.0.36", "setuptools<81", "psycopg2-binary"];

export const noRealMlflow: Extract<Outcome, { readonly kind: "not-run" }> = {
  kind: "not-run",
  what: "mlflow",
  why: "not installed; npm run contract -- --all does it where Python's index answers",
};

/** The program of MLflow in the cache, installed from Python's index where all is wanted; undefined: it is not there. */
export function realMlflow({ all, cache }: Pick<ContractOptions, "all" | "cache">): string | undefined {
  const folder = join(cache, "mlflow", realMlflowVersion);
  const program = join(folder, "bin", "mlflow");
  if (existsSync(program)) return program;
  if (!all) return undefined;
  mkdirSync(folder, { recursive: true });
  // The system's, where there is one: a proof that root makes runs MLflow as another user, who enters nobody's home.
  const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
  const made = spawnSync(python, ["-m", "venv", folder], { stdio: "inherit" });
  if (made.status !== 0) return undefined;
  spawnSync(join(folder, "bin", "pip"), ["install", "--quiet", ...pins], { stdio: "inherit", timeout: 600_000 });
  return existsSync(program) ? program : undefined;
}

/** Does work while MLflow's server answers at `url`, on the database. It is ended whatever comes of it. */
export async function whileMlflowServes<T>(
  program: string,
  databaseUrl: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-mlflow-real-"));
  const port = await freePort();
  const logFile = join(folder, "log");
  const log = openSync(logFile, "a");
  const args = ["server", "--backend-store-uri", databaseUrl, "--artifacts-destination", join(folder, "artifacts")];
  const child = spawn(program, [...args, "--host", "127.0.0.1", "--port", String(port), "--workers", "1"], {
    cwd: folder,
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    if (!(await answers(url, () => child.exitCode === null)))
      throw new Error(`MLflow did not start: ${readFileSync(logFile, "utf8").slice(-2000)}`);
    return await work(url);
  } finally {
    // It has workers of its own, in its process group.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function answers(url: string, isAlive: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < 90_000 && isAlive(); waited += 500) {
    const answered = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}
