// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { openBackups } from "../edge/backups.ts";
import { followEvents } from "../edge/events.ts";
import { openFolder } from "../edge/folder-tree.ts";
import { openGit } from "../edge/git.ts";
import { openRevision } from "../edge/git-tree.ts";
import { openHttp } from "../edge/http.ts";
import { openKubeReader } from "../edge/kube.ts";
import { openMirror } from "../edge/mirror.ts";
import { readPrivate } from "../edge/private-file.ts";
import { InputError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import endOfLife from "../systems/facts/end-of-life.json" with { type: "json" };
import provenSets from "../systems/facts/proven-sets.json" with { type: "json" };
import { systems } from "../systems/index.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { judgeMoveBy } from "./judge-move.ts";
import { run } from "./program.ts";
import { rules } from "./rules.ts";
import type { Shell } from "./shell.ts";

/** The moment at which tests look: every shipped fact is younger than its policy then. */
const testNow = instantOf(Date.UTC(2026, 10, 20, 9));

/** How a command ended, and all that it printed. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in `cwd` on the real file system and Git; nothing is asked of the network but what `shell` says. */
export async function millwright(cwd: string, args: readonly string[], shell: Partial<Shell> = {}): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const base = shellAt(cwd, out, err);
  const code = await run(args, { ...base, ...shell });
  return { code, out: out.join(""), err: err.join("") };
}

/** A command line that keeps what it prints; see `millwright`. */
export function shellAt(cwd: string, out: string[], err: string[]): Shell {
  const refused = (): never => {
    throw new Error("this test did not expect the network to be asked");
  };
  const answers = new Map<string, string>();
  return {
    cwd,
    terminal: { columns: undefined, colour: false },
    clock: { now: () => testNow },
    http: openHttp({ userAgent: "millwright/test" }),
    systems,
    rules: rules(systems),
    judgeMove: () => Promise.resolve(judgeMoveBy(upgradeFactsData)),
    upgradeFacts: () => Promise.resolve(upgradeFactsData),
    endOfLife: () => Promise.resolve(endOfLife),
    provenSets: () => Promise.resolve(provenSets),
    askPorts: async () => ({
      http: { fetch: refused },
      git: { run: refused },
      cache: {
        read: (key) => Promise.resolve(answers.get(key)),
        write: (key, text) => Promise.resolve(void answers.set(key, text)),
      },
      clock: { now: () => testNow },
      credentials: () => undefined,
      wait: () => Promise.resolve(),
      random: () => 0.5,
    }),
    openMirror,
    openCluster: (options) =>
      Promise.resolve().then(() => openKubeReader({ ...options, userAgent: "millwright/test" })),
    openTls: () => Promise.resolve({ inspect: refused }),
    kit: () => Promise.resolve([]),
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    openFolder: openFolderOrSay,
    openRevision: (folder, revision, path) => openRevision(folder, revision, path === undefined ? {} : { path }),
    git: (folder) => openGit(folder),
    readingCache: () => undefined,
    readText: (file) => Promise.resolve(existsSync(file) ? readFileSync(file, "utf8") : undefined),
    writeText: (file, text, options = {}) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      if (options.executable === true) chmodSync(file, 0o755);
      return Promise.resolve();
    },
    writeBytes: (file, bytes) => Promise.resolve(writeFileSync(file, bytes)),
    temporaryFile: (name) => Promise.resolve(join(mkdtempSync(join(tmpdir(), "millwright-cli-")), name)),
    removeFile: (file) => Promise.resolve(rmSync(dirname(file), { recursive: true, force: true })),
    verbs: async () => (await import("../api/verbs.ts")).verbs,
    runLab: () => Promise.reject(new Error("this test did not expect a lab to be run")),
    pause: () => Promise.resolve(),
    serve: () => Promise.reject(new Error("this test did not expect a server to be run")),
    follow: followEvents,
    readPrivate,
    backups: () => Promise.resolve(openBackups({ PATH: process.env["PATH"] })),
    uniqueId: randomUUID,
    variable: () => undefined,
  };
}

function openFolderOrSay(folder: string): ReturnType<typeof openFolder> {
  if (!existsSync(folder)) throw new InputError(`There is no folder ${folder}.`);
  if (!statSync(folder).isDirectory())
    throw new InputError(`${folder} is not a folder; name the folder that holds it.`);
  return openFolder(folder);
}

/** A folder with these files, gone after the test. */
export function folderWith(context: TestContext, files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "millwright-cli-"));
  context.after(() => rmSync(dir, { recursive: true, force: true }));
  writeAll(dir, files);
  return dir;
}

/** Writes files below a folder. */
export function writeAll(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

/** A Git repository of its own. */
export interface TestRepository {
  readonly dir: string;
  readonly git: (...args: readonly string[]) => string;
  /** Writes files (`undefined` deletes one), commits everything and returns the commit's id. */
  readonly commit: (title: string, files: Readonly<Record<string, string | undefined>>) => string;
}

/** A Git repository with one commit of these files on `main`, gone after the test. */
export function repositoryWith(context: TestContext, files: Readonly<Record<string, string>>): TestRepository {
  const dir = folderWith(context, {});
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: dir, encoding: "utf8", stdio: "pipe" });
  git("init", "--quiet", "-b", "main");
  git("config", "user.name", "Test");
  git("config", "user.email", "test@example.org");
  const commit: TestRepository["commit"] = (title, changes) => {
    for (const [path, text] of Object.entries(changes)) {
      if (text === undefined) rmSync(join(dir, path));
      else writeAll(dir, { [path]: text });
    }
    git("add", "-A");
    git("commit", "--quiet", "--allow-empty", "-m", title);
    return git("rev-parse", "HEAD").trim();
  };
  commit("start", files);
  return { dir, git, commit };
}
