import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { rules, rulesWithPages } from "../cli/rules.ts";
import { version } from "../cli/version.ts";
import { openBackupRunner } from "../edge/backup-runner.ts";
import { cacheFolder, openCache } from "../edge/cache.ts";
import { wait as pause, systemClock } from "../edge/clock.ts";
import { openConsole } from "../edge/console-folder.ts";
import { readCredentials } from "../edge/credentials.ts";
import { openGit } from "../edge/git.ts";
import { openHttp } from "../edge/http.ts";
import { openKubeReader, openKubeWriter } from "../edge/kube.ts";
import { openLogRepository, withCredential } from "../edge/log-repository.ts";
import { processMemory } from "../edge/memory.ts";
import { openProbeHttp } from "../edge/probe-http.ts";
import { openRedis } from "../edge/redis.ts";
import { resolveSecret } from "../edge/secrets.ts";
import { openSmtp } from "../edge/smtp.ts";
import { openSql } from "../edge/sql.ts";
import { processTimers } from "../edge/timers.ts";
import { openTls } from "../edge/tls.ts";
import { record } from "../journal/store.ts";
import type { BackupRunner } from "../kernel/backup-runner.ts";
import { messageOf, SystemError } from "../kernel/errors.ts";
import type { Http } from "../kernel/ports.ts";
import { openOutbox } from "../notices/outbox.ts";
import type { Edges } from "../observations/ports.ts";
import { codeOf } from "../store/failures.ts";
import endOfLife from "../systems/facts/end-of-life.json" with { type: "json" };
import provenSets from "../systems/facts/proven-sets.json" with { type: "json" };
import { systems } from "../systems/index.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import type { AskPorts } from "../versions/sources/ask.ts";
import { capabilities } from "./capabilities.ts";
import { endSignal } from "./end-signal.ts";
import { openRepository } from "./open-repository.ts";
import { storedSecrets } from "./secret-sources.ts";
import { serve } from "./serve.ts";
import type { ServeOptions, ServePorts } from "./serve-ports.ts";

/** Binds the server's ports, runs it until it is told to end, and says how it ended: the process's exit code. */
export async function runServer(options: ServeOptions, say: (text: string) => void): Promise<0 | 1> {
  const stop = new AbortController();
  const end = endSignal({
    inOrder: () => stop.abort(),
    atOnce: () => process.exit(130),
    millis: () => performance.now(),
  });
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  try {
    return (await serve(options, portsOf(say), stop.signal)) === "stopped" ? 0 : 1;
  } finally {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  }
}

function backupRunner(config: () => string | undefined, data: string): BackupRunner {
  return openBackupRunner({ command: ownCommand(), config, environment: { ...process.env, MILLWRIGHT_DATA: data } });
}

function portsOf(say: (text: string) => void): ServePorts {
  const notify = openOutbox(systemClock);
  const http = openHttp({ userAgent: `millwright/${version}` });
  return {
    version,
    processId: `${hostname()}/${process.pid}-${randomBytes(3).toString("hex")}`,
    clock: systemClock,
    systems,
    rules: rules(systems),
    record,
    notify,
    fetch: (url, options) => fetch(url, options as RequestInit),
    capabilities: (parts) =>
      capabilities(parts, {
        record,
        notify,
        http,
        releases: {
          ask: async () => askPorts(http),
          upgradeFacts: upgradeFactsData,
          endOfLife,
        },
        facts: { upgrade: upgradeFactsData, provenSets },
        version,
        environments: (process.env["MILLWRIGHT_ENVIRONMENTS"] ?? "").split(",").filter((name) => name !== ""),
        monotonic: () => performance.now(),
        openCluster: (kubeconfig, context) =>
          openKubeWriter({
            ...(kubeconfig === undefined
              ? {}
              : "file" in kubeconfig
                ? { kubeconfig: kubeconfig.file }
                : { kubeconfigText: kubeconfig }),
            context,
            userAgent: `millwright/${version}`,
            environment: process.env,
          }),
        openBackupRunner: backupRunner,
        probes: { edges: probeEdges, timers: processTimers, systems, wait },
        rules: rulesWithPages(systems),
        openRepository,
        openMailer: openSmtp,
        openLog: openLogRepository,
        withGitCredential: withCredential,
      }),
    random: Math.random,
    wait,
    timeout: (seconds) => AbortSignal.timeout(seconds * 1000),
    readText,
    console: openConsole(import.meta.dirname),
    writePrivate,
    resolveSecret: secretsOf,
    memory: processMemory,
    programsPath: process.env["PATH"] ?? "",
    openRepository,
    say,
    log: (line) => void process.stderr.write(`${JSON.stringify({ at: systemClock.now(), ...line })}\n`),
  };
}

/** The command line that this server was started with: its backup verbs run in a process of their own. */
function ownCommand(): readonly [string, ...string[]] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
}

/** As the command line asks: logins from where other tools keep them, answers kept where it keeps them. */
function askPorts(http: Http): AskPorts {
  return {
    http,
    git: openGit("/", { protocols: ["https", "http", "ssh", "git", "file"], timeoutMs: 60_000 }),
    cache: openCache(join(cacheFolder(process.env), "answers")),
    clock: systemClock,
    credentials: readCredentials(process.env),
    wait: pause,
    random: Math.random,
  };
}

/** Files of certificates are read at each use: they are renewed. */
const probeEdges = {
  http: (ca) => openProbeHttp({ userAgent: `millwright/${version}`, ...trusted(ca) }),
  sql: (url, timeoutMs) => openSql({ url, timeoutMs }),
  redis: (url, timeoutMs, ca) => openRedis({ url, timeoutMs, ...trusted(ca) }),
  tls: (timeoutMs, ca) => openTls({ timeoutMs, ...trusted(ca) }),
} satisfies Pick<Edges, "http" | "sql" | "redis" | "tls">;

function trusted(file: string | undefined): { readonly ca?: string } {
  try {
    return file === undefined ? {} : { ca: readFileSync(file, "utf8") };
  } catch (thrown) {
    throw new SystemError(`the certificates to trust cannot be read: ${messageOf(thrown)}`, "stop", { cause: thrown });
  }
}

/** Secrets of the surroundings, of files, of the cluster this process runs in, and of our own database. */
const secretsOf: ServePorts["resolveSecret"] = (ref, sealed) =>
  resolveSecret(ref, {
    environment: process.env,
    cluster: () =>
      openKubeReader({
        kubeconfig: undefined,
        context: undefined,
        userAgent: `millwright/${version}`,
        environment: process.env,
      }),
    stored: storedSecrets(sealed, (key) => secretsOf(key, undefined)),
  });

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

/** Whole or not at all, and from its first moment on readable by this user alone. */
async function writePrivate(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(4).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

function wait(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, millis);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
