import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SystemError } from "../src/kernel/errors.ts";
import { isAlive, readPostmasterFile, stopServer } from "../src/store/postmaster.ts";
import type { Part } from "./part.ts";
import { type Child, pause, startChild } from "./servers/children.ts";
import type { StateFolder } from "./state.ts";

/** The control plane as anybody runs it: `millwright serve`, one process for the API and one for the work. */
export interface ControlPlane extends Part {
  readonly url: string;
  /** Starts a worker; called once the platform is there to be asked. */
  startWorker(): Promise<void>;
  pids(): { readonly api: number | undefined; readonly worker: number | undefined };
}

export interface ControlPlaneOptions {
  readonly checkout: string;
  readonly folder: StateFolder;
  readonly port: number;
  /** Told when a process ended by itself and is started again. */
  readonly report: (message: string) => void;
}

type Half = "api" | "worker";

/** Starts the API and waits until it answers. A process of ours that ends is started again after a second. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { folder, port, report } = options;
  const children = new Map<Half, Child>();
  let closing = false;
  const start = async (half: Half): Promise<void> => {
    const child = await startHalf(half, options);
    children.set(half, child);
    child.process.once("exit", (code, signal) => {
      if (closing) return;
      report(
        `${half === "api" ? "the API" : "the worker"} ended (${signal ?? `exit code ${code}`}) and is started again`,
      );
      void pause(1_000)
        .then(() => (closing ? undefined : start(half)))
        .catch((thrown: unknown) => report(String(thrown)));
    });
  };
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    closing = true;
    // The last of them ends the database.
    await Promise.all([...children.values()].map((child) => child.stop(20_000)));
  };
  await start("api");
  try {
    await answers(url, folder.path("logs", "api.log"), () => children.get("api")?.isAlive() === true);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    name: "control plane",
    url,
    startWorker: () => start("worker"),
    pids: () => ({ api: children.get("api")?.pid, worker: children.get("worker")?.pid }),
    close,
  };
}

/** The control plane's own server, where it was left running by processes that were killed. */
export async function endDatabase(data: string): Promise<void> {
  const running = readPostmasterFile(data);
  if (running === undefined || running.folder !== data || !isAlive(running.pid)) return;
  if (existsSync("/proc/self") && !readFileSync(`/proc/${running.pid}/cmdline`, "utf8").includes(data)) return;
  await stopServer(running.pid, "fast");
}

function startHalf(half: Half, { checkout, folder }: ControlPlaneOptions): Promise<Child> {
  return startChild({
    name: `control plane ${half}`,
    command: [
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      join(checkout, "src", "cli", "start.ts"),
      "serve",
      "--config",
      folder.path("server.yaml"),
      "--data",
      folder.path("control"),
      "--only",
      half,
      // The worker has a port too, for its measures; anybody's.
      ...(half === "worker" ? ["--port", "0"] : []),
    ],
    cwd: folder.folder,
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: process.env["HOME"] ?? folder.folder,
      LANG: "C.UTF-8",
    },
    logFile: folder.path("logs", `${half}.log`),
    register: folder.register,
  });
}

async function answers(url: string, log: string, isAlive: () => boolean): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 100) {
    const reply = await fetch(`${url}/readyz`, { redirect: "manual" }).catch(() => undefined);
    if (reply?.ok === true) return;
    if (!isAlive()) break;
    await pause(100);
  }
  throw new SystemError(`the control plane does not answer at ${url}; it says why in ${log}`, "stop");
}
