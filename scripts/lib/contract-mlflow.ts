import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillMlflow } from "../../lab/databases/mlflow.ts";
import { compareMlflow } from "../../lab/mlflow/contract.ts";
import { freePort } from "../../src/store/postmaster.ts";
import { walkJourneys } from "./contract-journey.ts";
import type { ContractOptions, Outcome } from "./contract-part.ts";

const version = "2.14.3";
/** With later ones this MLflow does not start. */
const pins = [`mlflow==${version}`, "sqlalchemy==2.0.36", "setuptools<81", "psycopg2-binary"];

/** The fixtures of the stand-in against MLflow from Python's index, on a database as the lab fills it. */
export async function holdMlflow(
  { all, cache }: ContractOptions,
  makeDatabase: () => Promise<string>,
): Promise<Outcome> {
  const program = mlflow(join(cache, "mlflow", version), all);
  if (program === undefined)
    return {
      kind: "not-run",
      what: "mlflow",
      why: "not installed; npm run contract -- --all does it where Python's index answers",
    };
  const url = await makeDatabase();
  await fillMlflow(url, { version, seed: 1, size: 3 });
  const folder = mkdtempSync(join(tmpdir(), "millwright-mlflow-real-"));
  const port = await freePort();
  const log = openSync(join(folder, "log"), "a");
  const args = ["server", "--backend-store-uri", url, "--artifacts-destination", join(folder, "artifacts")];
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
    await ready(`http://127.0.0.1:${port}`, () => child.exitCode === null);
    const complaints = [
      ...(await compareMlflow(`http://127.0.0.1:${port}`)),
      ...(await walkJourneys(`http://127.0.0.1:${port}`)),
    ];
    const words = `the fixtures of its core hold of MLflow ${version}, and the journeys that write leave nothing in it`;
    return { kind: "held", words, complaints };
  } finally {
    // It has workers of its own, in its process group.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

function mlflow(folder: string, install: boolean): string | undefined {
  const program = join(folder, "bin", "mlflow");
  if (existsSync(program)) return program;
  if (!install) return undefined;
  mkdirSync(folder, { recursive: true });
  const made = spawnSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  if (made.status !== 0) return undefined;
  spawnSync(join(folder, "bin", "pip"), ["install", "--quiet", ...pins], { stdio: "inherit", timeout: 600_000 });
  return existsSync(program) ? program : undefined;
}

async function ready(url: string, isAlive: () => boolean): Promise<void> {
  for (let waited = 0; waited < 90_000 && isAlive(); waited += 500) {
    const answered = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("MLflow did not start");
}
