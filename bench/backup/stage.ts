import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { throwAwaySettings } from "../../src/backups/proof/throw-away.ts";
import { Repository } from "../../src/backups/repository/restic.ts";
import { openBackups } from "../../src/edge/backups.ts";
import { freePort, initialise, startServer, stopServer } from "../../src/store/postmaster.ts";
import { findPrograms, serverUser } from "../../src/store/programs.ts";
import { measured } from "./measure.ts";

/** Settings of the server that is backed up. */
const durable = { shared_buffers: "256MB", max_wal_size: "2GB" };

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

export class Stage {
  readonly root: string;
  readonly ours: string;
  readonly password = randomBytes(32).toString("hex");

  private constructor(root: string) {
    this.root = root;
    this.ours = join(root, "ours.mjs");
  }

  static async set(): Promise<Stage> {
    const root = mkdtempSync("/tmp/mw-bench-");
    chmodSync(root, 0o755);
    const stage = new Stage(root);
    await build({
      entryPoints: [join(import.meta.dirname, "ours.ts")],
      outfile: stage.ours,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node24",
      logLevel: "error",
      external: ["pg-native"],
      banner: {
        js: "import{createRequire as __c}from'node:module';const require=__c(import.meta.url);import{fileURLToPath as __p}from'node:url';const __filename=__p(import.meta.url);const __dirname=__p(new URL('.',import.meta.url));",
      },
    });
    return stage;
  }

  folder(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  async server(name: string, settings: "durable" | "throw-away"): Promise<Server> {
    const [programs] = findPrograms(process.env["PATH"] ?? "");
    if (programs === undefined) throw new Error("no PostgreSQL server on this machine");
    const user = serverUser();
    const home = this.folder(name);
    if (user !== undefined) chownSync(home, user.uid, user.gid);
    const folder = join(home, "data");
    initialise(
      programs,
      ["-D", folder, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
      user,
    );
    const port = await freePort();
    const own = settings === "durable" ? durable : throwAwaySettings;
    const { pid } = await startServer({
      programs,
      folder,
      user,
      logFile: join(home, "log"),
      endsWithUs: true,
      settings: { listen_addresses: "127.0.0.1", port, unix_socket_directories: "", ...own },
    });
    return {
      url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
      async stop() {
        await stopServer(pid, "immediate");
        rmSync(home, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  }

  /** A repository that is empty, for the shell. All are copies of one: what a key costs to derive restic measures anew when it makes one. */
  repository(name: string): string {
    const empty = join(this.root, "empty");
    if (!existsSync(empty))
      execFileSync("restic", ["init", "--quiet", "--repo", empty], {
        env: { ...process.env, RESTIC_PASSWORD: this.password },
      });
    return this.#copyOf(empty, name);
  }

  /** The same for us: with the quick key beside restic's own, as `backup init` leaves it. */
  async ownRepository(name: string): Promise<string> {
    const empty = join(this.root, "empty-own");
    if (!existsSync(empty)) {
      const place = { repository: this.repository("empty-own"), password: this.password, environment: {} };
      const { kind, why } = await new Repository(place, openBackups(process.env).ports).addQuickKey();
      if (kind !== "made") throw new Error(`no quick key was made: ${kind} ${why ?? ""}`);
    }
    return this.#copyOf(empty, name);
  }

  #copyOf(empty: string, name: string): string {
    const path = join(this.root, name);
    rmSync(path, { recursive: true, force: true });
    cpSync(empty, path, { recursive: true });
    return path;
  }

  /** One backup or proof of ours in a process of its own. */
  async run(
    what: "backup" | "prove",
    store: object,
    repository: string,
    { plain, secrets = {} }: { readonly plain: boolean; readonly secrets?: Readonly<Record<string, string>> },
  ): Promise<{ readonly seconds: number; readonly memory: number }> {
    const { seconds, out } = await measured(process.execPath, [this.ours, what], {
      BENCH_STORE: JSON.stringify(store),
      BENCH_REPOSITORY: repository,
      BENCH_SCRATCH: this.folder("scratch"),
      BENCH_SECRETS: JSON.stringify(secrets),
      RESTIC_PASSWORD: this.password,
      // As the command keeps its own (src/cli/start.ts).
      NODE_COMPILE_CACHE: this.folder("code"),
      ...(plain ? { BENCH_PLAIN: "1" } : {}),
    });
    const { memory } = JSON.parse(out.trim().split("\n").at(-1) ?? "{}") as { readonly memory: number };
    return { seconds, memory };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function bytesOf(folder: string): number {
  return Number(execFileSync("du", ["-sb", folder], { encoding: "utf8" }).split("\t")[0]);
}
