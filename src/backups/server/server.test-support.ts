// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { JobProgram } from "../../../lab/kubernetes/job.ts";
import { millwright } from "../../cli/shell.test-support.ts";
import { openBackupRunner } from "../../edge/backup-runner.ts";
import { openBackups } from "../../edge/backups.ts";
import { type Bench, openBench } from "../../engine/test-support.ts";
import { parseServerConfig } from "../../findings/server-file.ts";
import type { BackupRunner } from "../../kernel/backup-runner.ts";
import { instantOf } from "../../kernel/instant.ts";
import { formatSecretRef } from "../../platform/secret-ref.ts";
import type { Store } from "../../store/store.ts";
import { databaseWith, folder, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { quickenKey } from "../repository/quick-key.test-support.ts";
import { backupActions } from "./actions.ts";
import { type BackupsBinding, callsFor } from "./config.ts";
import { receiptGate } from "./gate.ts";
import { keepListed } from "./mirror.ts";
import { backupProcedures } from "./procedures.ts";
import { withSecrets } from "./secrets.ts";

const start = resolve(import.meta.dirname, "../../cli/start.ts");

/** The command line as a Job's pod starts it, with a configuration in place of the one in its Secret. */
export function inJob(file: string): JobProgram {
  return (pod) =>
    new Promise((done) => {
      const args = (pod.containers[0]?.args ?? []).map((arg) => (arg.startsWith("/etc/millwright/") ? file : arg));
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", start, ...args]);
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (said: string) => pod.log(said));
      child.once("close", (code) => done(code ?? 137));
    });
}

/** The command line in this process: as the child does it, and without the second that each child takes to start. */
function inProcess(config: () => string, now: () => number): BackupRunner {
  const { secret: ownSecret, ...backups } = openBackups({ PATH: process.env["PATH"] });
  return {
    async call({ args, environment, onLine, signal, secrets = new Map() }) {
      const tell = (text: string): void => {
        for (const line of text.split("\n")) if (line.startsWith("{") && line.endsWith("}")) onLine?.(JSON.parse(line));
      };
      const output: string[] = [];
      const { code, err } = await millwright(dirname(config()), [...args, "--environment", environment], {
        clock: { now: () => instantOf(now()) },
        out: (text) => {
          output.push(text);
          tell(text);
        },
        backups: async () => ({
          ...backups,
          secret: async (ref) => secrets.get(formatSecretRef(ref)) ?? ownSecret(ref),
          interrupted: () => ({ signal, release: () => undefined }),
        }),
      });
      return { code, output: output.join(""), errors: err };
    },
  };
}

/** Opens the repository; kept by the server alone. */
export const canary = "canary-4c71";

/** A server with an environment, its database and its repository, all real, and the command line as its runner. */
export interface BackupBench extends Bench {
  readonly binding: BackupsBinding;
  readonly folder: string;
  readonly url: string;
  /** The command line, in this environment. */
  call(...args: readonly string[]): Promise<string>;
  look(): Promise<void>;
  /** What is asked of the runner, and the steps, are so many days later from now on; backups are taken at the machine's time. */
  ahead(days: number): void;
}

/** Writes a configuration with all that it names. */
async function declared(more: string) {
  const at = folder();
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const secret = (name: string, text: string): string => {
    writeFileSync(join(at, name), text, { mode: 0o600 });
    return `file:${join(at, name)}`;
  };
  execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", join(at, "key.pem")], { stdio: "ignore" });
  execFileSync("chmod", ["600", join(at, "key.pem")]);
  const file = join(at, "millwright.server.yaml");
  const text = `backups:
  installation: acme
  signingKey: file:${join(at, "key.pem")}
  environments:
    - environment: staging
      repository: ${join(at, "repository")}
      key: store:restic
      stores:
        - { component: mlflow, kind: postgresql, url: "${secret("url", url)}" }
${more}`;
  writeFileSync(file, text);
  return { at, url, file, text };
}

export async function backupBench(
  more = "",
  through: (runner: BackupRunner) => BackupRunner = (one) => one,
): Promise<BackupBench> {
  const { at, url, file, text } = await declared(more);
  const whole = parseServerConfig(text, file);
  const config = whole.backups;
  const child = openBackupRunner({
    command: [process.execPath, "--disable-warning=ExperimentalWarning", start],
    config: () => file,
    environment: process.env,
  });
  // What moves data is a child with its pipes, as in a server; questions are asked here.
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const near = inProcess(() => file, now);
  const both: BackupRunner = { call: (call) => (call.args[1] === "run" ? child : near).call(call) };
  const runner = through(
    withSecrets(
      both,
      () => whole,
      async () => canary,
    ),
  );
  let store: Store | undefined;
  const binding: BackupsBinding = {
    get store() {
      if (store === undefined) throw new Error("the bench is not open yet");
      return store;
    },
    config: () => config,
    runner,
  };
  const bench = await openBench(backupActions(binding));
  store = bench.store;
  bench.policy = { ...bench.policy, procedures: [...bench.policy.procedures, ...backupProcedures] };
  // The runner goes by the machine's clock.
  bench.later((Date.now() - Date.parse(bench.at)) / 1000);
  bench.ports = { ...bench.ports, receipts: receiptGate(binding), now: () => instantOf(now()) };
  const signal = new AbortController().signal;
  const call = async (...args: readonly string[]): Promise<string> => {
    const { code, output, errors } = await runner.call({ args, environment: "staging", signal });
    if (code === 1) throw new Error(errors);
    return output;
  };
  await call("backup", "init");
  quickenKey(join(at, "repository"), canary);
  return Object.assign(bench, {
    binding,
    folder: at,
    url,
    call,
    ahead: (days: number): void => {
      ahead += days * 86_400_000;
      bench.later(days * 86_400);
    },
    look: async () =>
      keepListed(bench.store, "staging", await callsFor(binding, "staging", signal).list(), bench.ports.now()),
  });
}
