import { randomUUID } from "node:crypto";
import { existsSync, realpathSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder, openCache } from "../edge/cache.ts";
import { systemClock, wait } from "../edge/clock.ts";
import { followEvents } from "../edge/events.ts";
import { openFolder } from "../edge/folder-tree.ts";
import { openGit } from "../edge/git.ts";
import { openRevision } from "../edge/git-tree.ts";
import { openHttp } from "../edge/http.ts";
import { readKit } from "../edge/kit.ts";
import { openMirror } from "../edge/mirror.ts";
import { readPrivate } from "../edge/private-file.ts";
import { openReadingStore } from "../edge/reading-cache.ts";
import { openReadings } from "../inventory/cache.ts";
import { InputError } from "../kernel/errors.ts";
import { systems } from "../systems/index.ts";
import { edition } from "./edition.ts";
import { run } from "./program.ts";
import { rules } from "./rules.ts";
import type { Shell } from "./shell.ts";
import { version } from "./version.ts";

const { stdout, stderr, env } = process;

/** Binds the ports. The only file beside `edge/` that knows the machine. */
const shell: Shell = {
  cwd: process.cwd(),
  terminal: {
    columns: stdout.isTTY ? stdout.columns : undefined,
    colour: wantsColour(),
    errColumns: stderr.isTTY && env["TERM"] !== "dumb" ? stderr.columns : undefined,
  },
  clock: systemClock,
  http: openHttp({ userAgent: `millwright/${version}` }),
  systems,
  rules: rules(systems),
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  openFolder(folder) {
    if (!existsSync(folder)) throw new InputError(`There is no folder ${folder}.`);
    if (!statSync(folder).isDirectory())
      throw new InputError(`${folder} is not a folder; name the folder that holds it.`);
    return openFolder(folder);
  },
  openRevision: (folder, revision, path) => openRevision(folder, revision, path === undefined ? {} : { path }),
  git: (folder) => openGit(folder),
  readingCache(folder) {
    // In a checkout nothing tells readings of the code before an edit from those after it.
    if (edition === undefined || env["MILLWRIGHT_CACHE"] === "off" || !existsSync(folder)) return undefined;
    const key = { folder: realpathSync.native(folder), edition: `${version} ${edition}` };
    return openReadings(openReadingStore(join(cacheFolder(env), "readings"), key));
  },
  judgeMove: async () => (await import("./judge-move.ts")).judgeMoveBy(await shell.upgradeFacts()),
  upgradeFacts: async () => (await import("../systems/upgrade-facts.ts")).upgradeFactsData,
  endOfLife: async () => (await import("../systems/facts/end-of-life.json", { with: { type: "json" } })).default,
  provenSets: async () => (await import("../systems/facts/proven-sets.json", { with: { type: "json" } })).default,
  askPorts: async () => ({
    http: shell.http,
    git: openGit("/", { protocols: ["https", "http", "ssh", "git", "file"], timeoutMs: 60_000 }),
    cache: openCache(join(cacheFolder(env), "answers")),
    clock: systemClock,
    credentials: (await import("../edge/credentials.ts")).readCredentials(env),
    wait,
    random: Math.random,
  }),
  openMirror,
  openCluster: async (options) =>
    (await import("../edge/kube.ts")).openKubeReader({
      ...options,
      userAgent: `millwright/${version}`,
      environment: env,
    }),
  openTls: async () => (await import("../edge/tls.ts")).openTls({ timeoutMs: 5_000 }),
  kit: async () => readKit(import.meta.dirname),
  async readText(file) {
    return existsSync(file) ? await readFile(file, "utf8") : undefined;
  },
  async writeText(file, text, options = {}) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: options.executable === true ? 0o755 : 0o644 });
  },
  writeBytes: (file, bytes) => writeFile(file, bytes),
  temporaryFile: async (name) => join(await mkdtemp(join(tmpdir(), "millwright-")), name),
  removeFile: (file) => rm(dirname(file), { recursive: true, force: true }),
  verbs: async () => (await import("./client/server-part.ts")).readVerbs(import.meta.dirname),
  serve: async (call) =>
    (await import("./client/server-part.ts")).runServer(import.meta.dirname, call, (text) => shell.out(text)),
  runLab: async (program, args, logFile) =>
    (await import("../edge/lab.ts")).runLab(import.meta.dirname, { program, args, logFile }),
  pause: wait,
  follow: (url, token) => followEvents(url, token),
  readPrivate,
  backups: async () => (await import("../edge/backups.ts")).openBackups(env),
  uniqueId: randomUUID,
  variable: (name) => env[name],
};

/** https://no-color.org and https://force-color.org; otherwise colour where a terminal reads. */
function wantsColour(): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  if (env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "") return env["FORCE_COLOR"] !== "0";
  return stdout.isTTY === true && env["TERM"] !== "dumb";
}

// A reader that went away (`| head`) is not an error of ours.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exitCode ??= 0;
});

process.exitCode = await run(process.argv.slice(2), shell);
// Once all is written: taking the heap apart piece by piece, as an end without `exit` does, takes longer than loading the program.
stdout.write("", () => process.exit());
