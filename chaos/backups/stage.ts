import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPrograms, serverUser } from "../../src/store/programs.ts";
import { type CrashingServer, startCrashingServer } from "../cluster.ts";
import type { Random } from "../random.ts";
import { type Built, type Ran, type Running, startCommand } from "./command.ts";
import { Disk } from "./disk.ts";
import { type CutLine, cutLineTo } from "./proxy.ts";
import { makeSource, Writer } from "./source-database.ts";
import { accessKey, SourceObjects, secretKey } from "./source-objects.ts";

export const databaseStore = "ledger/database";
export const objectsStore = "mlflow/objects";
export const resticKey = "canary-of-the-repository";

/** Two stores in use, a repository, and the command that backs them up; each on a disk of its own where one may be mounted. */
export class Stage {
  readonly root: string;
  readonly built: Built;
  readonly server: CrashingServer;
  readonly line: CutLine;
  readonly objects: SourceObjects | undefined;
  readonly writer: Writer;
  readonly disks: Readonly<Record<"source" | "repository" | "scratch", Disk>>;
  /** How long the command takes when nothing happens, in milliseconds. */
  readonly usual: { backup: number; proof: number; prune: number } = { backup: 3000, proof: 5000, prune: 2000 };

  private constructor(parts: Pick<Stage, "root" | "built" | "server" | "line" | "objects" | "writer" | "disks">) {
    this.root = parts.root;
    this.built = parts.built;
    this.server = parts.server;
    this.line = parts.line;
    this.objects = parts.objects;
    this.writer = parts.writer;
    this.disks = parts.disks;
  }

  static async set(
    built: Built,
    random: Random,
    { major, withObjects }: { readonly major: number | undefined; readonly withObjects: boolean },
  ): Promise<Stage> {
    const root = mkdtempSync("/tmp/mw-chaos-");
    chmodSync(root, 0o755);
    for (const name of ["source", "disk", "scratch", "keys", "home", "tmp", "s3"]) mkdirSync(join(root, name));
    const disks = {
      source: new Disk(join(root, "source"), 700),
      repository: new Disk(join(root, "disk"), 500),
      scratch: new Disk(join(root, "scratch"), 700),
    };
    const user = serverUser();
    if (user !== undefined) chownSync(disks.source.folder, user.uid, user.gid);
    const programs = findPrograms(process.env["PATH"] ?? "").find((one) => major === undefined || one.major === major);
    const server = await startCrashingServer(
      { fsync: "off", max_wal_size: "128MB", min_wal_size: "32MB" },
      { parent: disks.source.folder, programs },
    );
    await makeSource(server.url);
    const line = await cutLineTo(() => Number(new URL(server.url).port));
    const objects = withObjects ? await SourceObjects.start(join(root, "s3"), random) : undefined;
    const stage = new Stage({ root, built, server, line, objects, disks, writer: new Writer(server.url, random) });
    stage.#configure();
    return stage;
  }

  get repository(): string {
    return join(this.disks.repository.folder, "repository");
  }

  get stores(): readonly string[] {
    return this.objects === undefined ? [databaseStore] : [databaseStore, objectsStore];
  }

  get keyFile(): string {
    return join(this.root, "keys", "restic");
  }

  start(args: readonly string[], { shiftMs }: { readonly shiftMs?: number } = {}): Running {
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: join(this.root, "home"),
      TMPDIR: join(this.root, "tmp"),
      USER: "chaos",
    };
    return startCommand({ built: this.built, cwd: this.root, env, shiftMs }, args);
  }

  run(args: readonly string[], options: { readonly shiftMs?: number } = {}): Promise<Ran> {
    return this.start(args, options).ended;
  }

  /** Arguments of a backup, of one store or of all as one point. */
  backup(store: string | undefined, prove = false): readonly string[] {
    return [
      "backup",
      "run",
      "--output=jsonl",
      `--scratch=${this.disks.scratch.folder}`,
      ...(store === undefined ? [] : ["--store", store]),
      ...(prove ? ["--prove"] : []),
    ];
  }

  proof(id: string): readonly string[] {
    return ["backup", "prove", id, "--scratch", this.disks.scratch.folder];
  }

  async close(): Promise<void> {
    await this.writer.stop();
    this.line.close();
    await this.objects?.close();
    await this.server.stop();
    for (const disk of Object.values(this.disks)) disk.close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  #secret(name: string, text: string): string {
    const file = join(this.root, "keys", name);
    writeFileSync(file, text, { mode: 0o600 });
    return `file:${file}`;
  }

  #configure(): void {
    const url = Object.assign(new URL(this.server.url), { port: String(this.line.port) }).href;
    const pem = join(this.root, "keys", "signing.pem");
    execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", pem], { stdio: "ignore" });
    chmodSync(pem, 0o600);
    const place = this.objects?.place;
    const objects =
      place === undefined
        ? ""
        : `        - { component: mlflow, store: objects, kind: objects, endpoint: "${place.endpoint}", bucket: ${place.bucket}, accessKey: "${this.#secret("access", accessKey)}", secretKey: "${this.#secret("secret", secretKey)}" }\n`;
    writeFileSync(
      join(this.root, "millwright.server.yaml"),
      `backups:
  installation: chaos
  signingKey: file:${pem}
  environments:
    - environment: production
      repository: ${this.repository}
      key: ${this.#secret("restic", resticKey)}
      retention: { byHandDays: 1 }
      stores:
        - { component: ledger, kind: postgresql, url: "${this.#secret("url", url)}" }
${objects}`,
    );
  }
}
