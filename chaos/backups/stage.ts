import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRelay, type Relay } from "../../src/backups/relay.test-support.ts";
import { findPrograms, serverUser } from "../../src/store/programs.ts";
import { clusterVariable } from "../../src/store/test-support.ts";
import { type CrashingServer, startCrashingServer } from "../cluster.ts";
import type { Random } from "../random.ts";
import { type Built, type Ran, type Running, startCommand } from "./command.ts";
import { type ControlPlane, openControlPlane } from "./control-plane.ts";
import { Disk } from "./disk.ts";
import { Others } from "./kinds/index.ts";
import type { Wholes } from "./moment.ts";
import { claimFolder, releaseFolder } from "./site.ts";
import { makeSource, Writer } from "./source-database.ts";
import { accessKey, SourceObjects, secretKey } from "./source-objects.ts";

export const databaseStore = "ledger/database";
export const objectsStore = "mlflow/objects";
/** By its form a random one, as operators are told to make it: the repository gets a quick key. */
export const resticKey = `canary${hash("sha256", "repository", "base64").slice(6)}`;

/** Stores in use, a repository, and the command that backs them up; each on a disk of its own where one may be mounted. */
export class Stage {
  readonly root: string;
  readonly built: Built;
  readonly server: CrashingServer;
  readonly line: Relay;
  readonly objects: SourceObjects | undefined;
  readonly others: Others | undefined;
  readonly writer: Writer;
  readonly disks: Readonly<Record<"source" | "repository" | "scratch", Disk>>;
  readonly wholes: Wholes = new Map();

  private constructor(
    parts: Pick<Stage, "root" | "built" | "server" | "line" | "objects" | "others" | "writer" | "disks">,
  ) {
    this.root = parts.root;
    this.built = parts.built;
    this.server = parts.server;
    this.line = parts.line;
    this.objects = parts.objects;
    this.others = parts.others;
    this.writer = parts.writer;
    this.disks = parts.disks;
  }

  static async set(
    built: Built,
    random: Random,
    { major, everyKind }: { readonly major: number | undefined; readonly everyKind: boolean },
  ): Promise<Stage> {
    const root = claimFolder("stage");
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
    const line = await openRelay(Number(new URL(server.url).port));
    const objects = everyKind ? await SourceObjects.start(join(root, "s3"), random) : undefined;
    const keys = keysIn(root);
    const others = everyKind ? await Others.start(root, random, { objects, keys }) : undefined;
    const writer = new Writer(server.url, random);
    const stage = new Stage({ root, built, server, line, objects, others, disks, writer });
    stage.#configure();
    return stage;
  }

  get repository(): string {
    return join(this.disks.repository.folder, "repository");
  }

  get stores(): readonly string[] {
    return [databaseStore, ...(this.objects === undefined ? [] : [objectsStore])];
  }

  get config(): string {
    return join(this.root, "millwright.server.yaml");
  }

  get keyFile(): string {
    return join(this.root, "keys", "restic");
  }

  /** What looks at these backups as the server does; its own database lies on the server that is given. */
  controlPlane(url: string): Promise<ControlPlane> {
    process.env[clusterVariable] = url;
    const { config, built, environment } = this;
    return openControlPlane({
      config,
      text: readFileSync(config, "utf8"),
      command: [process.execPath, built.file],
      environment,
    });
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: join(this.root, "home"),
      TMPDIR: join(this.root, "tmp"),
      USER: "chaos",
    };
  }

  start(args: readonly string[], { shiftMs }: { readonly shiftMs?: number } = {}): Running {
    return startCommand({ built: this.built, cwd: this.root, env: this.environment, shiftMs }, args);
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
      prove ? "--prove" : "--no-prove",
    ];
  }

  proof(id: string): readonly string[] {
    return ["backup", "prove", id, "--scratch", this.disks.scratch.folder];
  }

  async close(): Promise<void> {
    await this.writer.stop();
    this.line.close();
    await this.others?.close();
    await this.objects?.close();
    await this.server.stop();
    releaseFolder(this.root);
  }

  #configure(): void {
    const url = Object.assign(new URL(this.server.url), { port: String(this.line.port) }).href;
    const pem = join(this.root, "keys", "signing.pem");
    execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", pem], { stdio: "ignore" });
    chmodSync(pem, 0o600);
    const place = this.objects?.place;
    const stores = [
      `{ component: ledger, kind: postgresql, url: "${secretIn(this.root, "url", url)}" }`,
      ...(place === undefined
        ? []
        : [
            `{ component: mlflow, store: objects, kind: objects, endpoint: "${place.endpoint}", bucket: ${place.bucket}, ${keysIn(this.root)} }`,
          ]),
      ...(this.others?.kinds.map(({ declared }) => declared) ?? []),
    ];
    const clusters =
      this.others === undefined
        ? ""
        : `clusters:\n  - { environment: production, kubeconfig: "file:${this.others.pods.kubeconfig}" }\n`;
    writeFileSync(
      this.config,
      `${clusters}backups:
  installation: chaos
  signingKey: file:${pem}
  environments:
    - environment: production
      repository: ${this.repository}
      key: ${secretIn(this.root, "restic", resticKey)}
      retention: { byHandDays: 1 }
      stores:
${stores.map((store) => `        - ${store}\n`).join("")}`,
    );
  }
}

function secretIn(root: string, name: string, text: string): string {
  const file = join(root, "keys", name);
  writeFileSync(file, text, { mode: 0o600 });
  return `file:${file}`;
}

/** Those of the object store, as the configuration names them. */
function keysIn(root: string): string {
  return `accessKey: "${secretIn(root, "access", accessKey)}", secretKey: "${secretIn(root, "secret", secretKey)}"`;
}
