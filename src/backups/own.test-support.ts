// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackups } from "../edge/backups.ts";
import type { BackupPorts } from "../kernel/backup-ports.ts";
import { InputError } from "../kernel/errors.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { BackupStore } from "../platform/backup-stores.ts";
import { systems } from "../systems/index.ts";
import { PostgresqlBody } from "./kinds/postgresql/body.ts";
import { folder } from "./others/prove.test-support.ts";
import { findPoint } from "./point/point.ts";
import { type PointProof, provePoint } from "./point/prove-point.ts";
import { type PointOptions, type PointOutcome, takePoint } from "./point/take-point.ts";
import { type OwnProofOptions, proveOwn } from "./prove-own.ts";
import { type Catalogue, type CataloguedBackup, catalogueOf, findBackup } from "./repository/catalogue.ts";
import type { SealedManifest } from "./repository/manifest.ts";
import type { OwnProof } from "./repository/own-proof.ts";
import { quickenKey } from "./repository/quick-key.test-support.ts";
import { Repository } from "./repository/restic.ts";
import { type BackupOptions, backUp } from "./run.ts";
import type { SealedBody } from "./store-kind.ts";

const { ports, path } = openBackups(process.env);

/** A manifest of the kind postgresql, its body read. */
export type DatabaseManifest = SealedBody<PostgresqlBody>;

/** The moment at which tests begin; each look at the clock is a second later. */
const began = instantOf(Date.UTC(2026, 10, 20, 9));

/** A repository of restic in a folder, made, and what tests do with it. */
export class TestRepository {
  readonly folder: string;
  readonly password: string;
  readonly said: string[] = [];
  id = "";
  #now = Date.parse(began);

  constructor(at = join(folder(), "repository"), password = `canary-${randomBytes(8).toString("hex")}`) {
    this.folder = at;
    this.password = password;
  }

  static async make(): Promise<TestRepository> {
    const made = new TestRepository();
    made.id = await made.open().init();
    quickenKey(made.folder, made.password);
    return made;
  }

  open(place: Partial<{ readonly password: string }> = {}, other: Partial<BackupPorts> = {}): Repository {
    const whole = { repository: this.folder, password: this.password, environment: {}, ...place };
    return new Repository(whole, { ...ports, ...other });
  }

  now(): Instant {
    return instantOf((this.#now += 1000));
  }

  /** Backs up a database; `component` is whose it is. */
  async backUp(
    url: string,
    { component = "mlflow", ...options }: Partial<BackupOptions & { readonly component: string }> = {},
    other: Partial<BackupPorts> = {},
  ): Promise<{ readonly manifest: DatabaseManifest; readonly digest: string }> {
    const { manifest, digest } = await this.backUpStore(
      { component, store: "database", kind: "postgresql", url: { kind: "env", name: "DATABASE_URL" } },
      { secret: () => Promise.resolve(url), ...options },
      other,
    );
    return { manifest: { ...manifest, body: PostgresqlBody.parse(manifest.body) }, digest };
  }

  async backUpStore(
    store: BackupStore,
    options: Partial<BackupOptions> = {},
    other: Partial<BackupPorts> = {},
  ): Promise<SealedManifest> {
    return backUp({ ...this.#taking(other), store, ...options }, { ...ports, ...other });
  }

  async takePoint(
    stores: readonly BackupStore[],
    options: Partial<PointOptions> = {},
    other: Partial<BackupPorts> = {},
  ): Promise<PointOutcome> {
    return takePoint(
      {
        ...this.#taking(other),
        stores,
        disposable: [],
        optionsFor: async () => ({ progress: (text) => void this.said.push(text) }),
        behindFence: { kind: "unfenced", why: "no fence is declared" },
        ...options,
      },
      { ...ports, ...other },
    );
  }

  #taking(other: Partial<BackupPorts>): Omit<BackupOptions, "store"> {
    const { installation, environment } = this.identity();
    return {
      ...this.#common(),
      installation,
      environment,
      repository: this.open({}, other),
      unique: randomBytes(3).toString("hex"),
      millwright: "0.0.0",
    };
  }

  #common() {
    return {
      secret: () => Promise.reject(new Error("no secret is named in this test")),
      cluster: noCluster,
      systems,
      clock: { now: () => this.now() },
      progress: (text: string) => void this.said.push(text),
      signal: new AbortController().signal,
    };
  }

  async provePoint(id: string, options: Partial<OwnProofOptions> = {}): Promise<PointProof> {
    const { repository = this.open() } = options;
    const point = findPoint(catalogueOf(await repository.snapshots()), id);
    if (point === undefined) throw new Error(`there is no point ${id}`);
    return provePoint({ ...this.proving(), ...options, repository, point }, ports);
  }

  async catalogue(): Promise<Catalogue> {
    return catalogueOf(await this.open().snapshots());
  }

  async find(id: string): Promise<CataloguedBackup> {
    return findBackup(await this.catalogue(), id);
  }

  async prove(id: string, options: Partial<OwnProofOptions> = {}): Promise<OwnProof> {
    return proveOwn({ ...this.proving(), backup: await this.find(id), ...options }, ports);
  }

  proving(): Omit<OwnProofOptions, "backup"> {
    return {
      ...this.#common(),
      identity: this.identity(),
      repository: this.open(),
      provenBy: "tests",
      scratch: tmpdir(),
      path,
    };
  }

  identity(): OwnProofOptions["identity"] {
    return { installation: "acme", environment: "production", repository: this.id };
  }
}

function noCluster(): Promise<never> {
  return Promise.reject(new InputError("there is no cluster in this test"));
}

export { ports as testPorts };
