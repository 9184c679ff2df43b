import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pause, startChild } from "../../lab/servers/children.ts";
import type { GitalyPrograms } from "./gitaly-programs.ts";
import { said } from "./program.ts";

export type Layout = "manifest" | "pointer" | "legacy";

export interface BackupCall {
  /** A folder, or the URL of a bucket. */
  readonly path: string;
  readonly layout: Layout;
  readonly env?: Readonly<Record<string, string>>;
}

/** A Gitaly of one storage, behind a socket in a folder of its own, and gitaly-backup beside it. */
export interface RealGitaly {
  readonly storage: string;
  /** `repositories`: paths below the storage. */
  create(
    call: BackupCall & { readonly id: string; readonly incremental?: boolean },
    repositories: readonly string[],
  ): Promise<void>;
  /** Removes those that are not named. */
  restore(call: BackupCall, repositories: readonly string[]): Promise<void>;
  /** `gitaly hooks set` with a tar of hooks. */
  setHooks(repository: string, tar: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export async function startGitaly({ gitaly, gitalyBackup, git }: GitalyPrograms, folder: string): Promise<RealGitaly> {
  const [storage, socket, config] = [
    join(folder, "storage"),
    join(folder, "gitaly.socket"),
    join(folder, "config.toml"),
  ];
  for (const one of [storage, join(folder, "run"), join(folder, "bin")]) mkdirSync(one, { recursive: true });
  writeFileSync(config, configOf(folder, { storage, socket, git }), { mode: 0o600 });
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: folder };
  const logFile = join(folder, "log");
  const child = await startChild({
    name: "gitaly",
    command: [gitaly, "serve", config],
    cwd: folder,
    env,
    logFile,
    register: () => undefined,
  });
  for (let waited = 0; !existsSync(socket); waited += 100) {
    if (waited > 30_000 || !child.isAlive()) {
      await child.stop();
      throw new Error(`Gitaly did not start: ${readFileSync(logFile, "utf8").slice(-2000)}`);
    }
    await pause(100);
  }
  const asked = (repositories: readonly string[]): string =>
    repositories
      .map((path) => JSON.stringify({ storage_name: "default", relative_path: path, gl_project_path: path }))
      .join("\n");
  const servers = Buffer.from(JSON.stringify({ default: { address: `unix:${socket}`, token: "" } })).toString("base64");
  const backup = async (
    verb: string,
    call: BackupCall,
    more: readonly string[],
    repositories: readonly string[],
  ): Promise<void> => {
    const args = [verb, "--path", call.path, "--layout", call.layout, ...more];
    const options = { env: { ...env, GITALY_SERVERS: servers, ...call.env }, input: asked(repositories) };
    await said(gitalyBackup, args, options);
  };
  return {
    storage,
    create: (call, repositories) =>
      backup("create", call, ["--id", call.id, ...(call.incremental === true ? ["--incremental"] : [])], repositories),
    restore: (call, repositories) => backup("restore", call, ["--remove-all-repositories", "default"], repositories),
    async setHooks(repository, tar) {
      await said(gitaly, ["hooks", "set", "--repository", repository, "--config", config], { env, input: tar });
    },
    close: () => child.stop(),
  };
}

function configOf(
  folder: string,
  { storage, socket, git }: { readonly storage: string; readonly socket: string; readonly git: string },
): string {
  const text = JSON.stringify;
  return [
    `socket_path = ${text(socket)}`,
    `bin_dir = ${text(join(folder, "bin"))}`,
    `runtime_dir = ${text(join(folder, "run"))}`,
    `[git]\nbin_path = ${text(git)}`,
    `[[storage]]\nname = "default"\npath = ${text(storage)}`,
    // Nobody pushes: GitLab is not asked.
    `[gitlab]\nurl = "http://127.0.0.1:9"\nsecret = "of the contract"`,
    "",
  ].join("\n");
}
