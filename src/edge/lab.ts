import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";

/** A program of the checkout's lab, and where its words go: to our terminal until it ends, or to a file while it goes on. */
export interface LabRun {
  readonly program: "start" | "reset";
  readonly args: readonly string[];
  readonly logFile: string | undefined;
}

/**
 * Runs a program of the checkout's `lab/`; `here` is a folder two below the checkout. Its exit code, or 0 at once when it is left
 * running; undefined where there is no lab.
 */
export async function runLab(here: string, { program, args, logFile }: LabRun): Promise<number | undefined> {
  const file = join(here, "..", "..", "lab", `${program}.ts`);
  if (!existsSync(file)) return undefined;
  const command = ["--disable-warning=ExperimentalWarning", file, ...args];
  if (logFile !== undefined) {
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, "a", 0o600);
    spawn(process.execPath, command, { stdio: ["ignore", log, log], detached: true }).unref();
    closeSync(log);
    return 0;
  }
  const child = spawn(process.execPath, command, { stdio: "inherit" });
  // Ctrl-C reaches both; the lab ends in order, and we wait for it.
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 1));
    });
  } finally {
    process.off("SIGINT", wait);
  }
}
