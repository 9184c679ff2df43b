import { join } from "node:path";
import { openDatabase } from "../databases/sql.ts";
import type { Ledger } from "../ledger.ts";
import { mlflowLies } from "../lies/index.ts";
import { neverComparedOf, readFixtures } from "../stand-in/fixtures.ts";
import { type StandIn, serveStandIn } from "../stand-in/server.ts";
import { answerMlflow } from "./routes.ts";
import { refusalToServe, type UpgradeFate, upgradeMlflow } from "./upgrade.ts";
import type { MlflowWorld } from "./world.ts";

export interface MlflowOptions {
  /** The target in the ledger: `production/mlflow`. */
  readonly name: string;
  readonly databaseUrl: string;
  /** The core's: `2.14.3`. */
  readonly version: string;
  readonly port: number;
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** A folder. */
  readonly artifacts: string;
  /** With SharingHub's plugin; plain MLflow when left out. */
  readonly sharinghubUrl?: string;
  /** After a refusal it tries again so much later, as a pod does; 0: only `restart()`. A second when left out. */
  readonly restartMs?: number;
}

/** `refused`: the process ended, and its last words. */
export type MlflowState = { readonly kind: "serves" } | { readonly kind: "refused"; readonly log: string };

export interface MlflowStandIn extends StandIn {
  readonly version: string;
  state(): MlflowState;
  /** The process begins anew: it serves, or refuses the database. */
  restart(): Promise<MlflowState>;
  /** The image of that version, whose process begins anew. It migrates nothing by itself. */
  upgrade(to: string): Promise<MlflowState>;
  /** What befalls the next `mlflow db upgrade`. */
  fate(fate: UpgradeFate): void;
  /** `mlflow db upgrade URL` within the container; everything else is not found. */
  exec(
    argv: readonly string[],
  ): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
}

/** What was never held against a real MLflow and its plugin. */
export const mlflowNeverCompared = neverComparedOf("mlflow", readFixtures(join(import.meta.dirname, "fixtures")));

/** MLflow, with or without SharingHub's plugin, on a real database. */
export async function startMlflow(options: MlflowOptions): Promise<MlflowStandIn> {
  const { name, ledger, now, databaseUrl, artifacts, sharinghubUrl, restartMs = 1000 } = options;
  const database = openDatabase(databaseUrl);
  const world: MlflowWorld = { name, database, ledger, now, artifacts, sharinghubUrl, version: options.version };
  const served = await serveStandIn({
    ...options,
    lies: mlflowLies,
    answer: (request) => answerMlflow(world, request),
  });
  let state: MlflowState = { kind: "serves" };
  let fate: UpgradeFate = { kind: "well" };
  const restart = async (): Promise<MlflowState> => {
    await served.stop();
    const log = await refusalToServe(databaseUrl, world.version).catch((thrown: unknown) => String(thrown));
    state = log === undefined ? { kind: "serves" } : { kind: "refused", log };
    if (state.kind === "serves") await served.start();
    return state;
  };
  await restart();
  const retry = (): void => void (state.kind === "refused" ? restart().catch(() => undefined) : undefined);
  const timer = restartMs === 0 ? undefined : setInterval(retry, restartMs);
  timer?.unref();
  return {
    ...served,
    get url() {
      return served.url;
    },
    get port() {
      return served.port;
    },
    get version() {
      return world.version;
    },
    state: () => state,
    restart,
    async upgrade(to) {
      world.version = to;
      ledger.add(name, "upgraded", { version: to });
      return restart();
    },
    fate: (next) => void (fate = next),
    async exec(argv) {
      const [program = "", group, verb, url = databaseUrl] = argv;
      if (program !== "mlflow" || group !== "db" || verb !== "upgrade")
        return { exitCode: 127, stdout: "", stderr: `${program}: command not found\n` };
      const count = (revision: string): void => ledger.add(name, "migration", { revision });
      const { exitCode, log } = await upgradeMlflow(url, world.version, fate, count);
      return { exitCode, stdout: "", stderr: log };
    },
    async close() {
      clearInterval(timer);
      await served.close();
      await database.close();
    },
  };
}
