// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackups } from "../edge/backups.ts";
import type { BackupPorts } from "../kernel/backup-ports.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { systems } from "../systems/index.ts";
import { folder } from "./others/prove.test-support.ts";
import { type OwnProof, type OwnProofOptions, proveOwn } from "./prove-own.ts";
import { type Catalogue, type CataloguedBackup, catalogueOf, findBackup } from "./repository/catalogue.ts";
import type { SealedManifest } from "./repository/manifest.ts";
import { Repository } from "./repository/restic.ts";
import { type BackupOptions, backUp } from "./run.ts";

const { ports, path } = openBackups(process.env);

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
    return made;
  }

  open(place: Partial<{ readonly password: string }> = {}, other: Partial<BackupPorts> = {}): Repository {
    const whole = { repository: this.folder, password: this.password, environment: {}, ...place };
    return new Repository(whole, { ...ports, ...other });
  }

  now(): Instant {
    return instantOf((this.#now += 1000));
  }

  async backUp(
    url: string,
    options: Partial<BackupOptions> = {},
    other: Partial<BackupPorts> = {},
  ): Promise<SealedManifest> {
    return backUp(
      {
        identity: { installation: "acme", environment: "production", component: "mlflow", store: "database" },
        url,
        repository: this.open({}, other),
        unique: randomBytes(3).toString("hex"),
        millwright: "0.0.0",
        systems,
        clock: { now: () => this.now() },
        progress: (text) => void this.said.push(text),
        signal: new AbortController().signal,
        ...options,
      },
      { ...ports, ...other },
    );
  }

  async catalogue(): Promise<Catalogue> {
    return catalogueOf(await this.open().snapshots());
  }

  async find(id: string): Promise<CataloguedBackup> {
    return findBackup(await this.catalogue(), id);
  }

  async prove(id: string, options: Partial<OwnProofOptions> = {}): Promise<OwnProof> {
    return proveOwn(
      {
        backup: await this.find(id),
        identity: this.identity(),
        repository: this.open(),
        provenBy: "tests",
        scratch: tmpdir(),
        path,
        systems,
        clock: { now: () => this.now() },
        progress: (text) => void this.said.push(text),
        signal: new AbortController().signal,
        ...options,
      },
      ports,
    );
  }

  identity(): OwnProofOptions["identity"] {
    return { installation: "acme", environment: "production", repository: this.id };
  }
}

export { ports as testPorts };
