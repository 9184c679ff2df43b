import type { BackupPorts } from "../kernel/backup-ports.ts";
import { InputError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeWriter } from "../kernel/kube.ts";
import type { Clock } from "../kernel/ports.ts";
import type { BackupClass } from "../platform/backup-schedule.ts";
import type { BackupStore } from "../platform/backup-stores.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { System } from "../systems/contract.ts";
import { bodyOf, kindOf } from "./kinds/index.ts";
import { oneChunk, refuseAborted, storePart } from "./parts.ts";
import { type CataloguedBackup, catalogueOf } from "./repository/catalogue.ts";
import {
  digestOf,
  type Identity,
  type Manifest,
  type Part,
  type SealedManifest,
  sizeOf,
  writeManifest,
} from "./repository/manifest.ts";
import { manifestFile, manifestOf } from "./repository/read-manifest.ts";
import type { Repository, StoredSnapshot } from "./repository/restic.ts";
import { type Tagged, type TaggedPart, taggedAs, tagsOf } from "./repository/tags.ts";
import type { OwnDatabase, Taken, Taking } from "./store-kind.ts";

export const sealFile = "seal";

export interface BackupOptions {
  readonly installation: string;
  readonly environment: string;
  readonly store: BackupStore;
  /** All that are declared of the environment: some kinds look at others. */
  readonly stores?: readonly BackupStore[] | undefined;
  readonly repository: Repository;
  /** A few letters that never were before. */
  readonly unique: string;
  readonly millwright: string;
  readonly systems: readonly System[];
  readonly clock: Clock;
  readonly secret: (ref: SecretRef) => Promise<string>;
  readonly cluster: () => Promise<KubeWriter>;
  readonly own?: OwnDatabase | undefined;
  readonly scratch?: string | undefined;
  readonly progress: (text: string) => void;
  /** Bytes that went into the repository, piece by piece. */
  readonly moved?: (bytes: number) => void;
  readonly signal: AbortSignal;
  /** What it is taken for; by hand when left out. */
  readonly class?: BackupClass | undefined;
  /** The recovery point that it is part of. */
  readonly point?: string | undefined;
  /** What tells this backup among others to who asked for it: RUN/STEP of the control plane. */
  readonly run?: string | undefined;
}

/**
 * Backs up a store: its kind stores the parts, and the manifest is written last. Throws `InputError` or `SystemError` when there
 * is no backup; what lies in the repository then is debris.
 */
export async function backUp(options: BackupOptions, ports: BackupPorts): Promise<SealedManifest> {
  const { repository, installation, environment, store, clock, signal } = options;
  const restic = repository.version();
  restic.catch(() => undefined); // it is awaited when all else went well
  const { id: repositoryId, snapshots } = await ownRepository(repository, options);
  const identity = { installation, environment, component: store.component, store: store.store };
  const run = new Run(options, { ...identity, repository: repositoryId });
  const kind = kindOf(store.kind);
  const taken = await kind.take(store, await run.taking(ports, snapshots));
  refuseAborted(signal);
  const manifest: Manifest = {
    schema: "millwright/backup/1",
    id: run.id,
    identity: run.identity,
    kind: kind.id,
    takenAt: taken.takenAt,
    endedAt: clock.now(),
    class: options.class ?? "by-hand",
    ...(options.point === undefined ? {} : { point: options.point }),
    versions: { millwright: options.millwright, restic: await restic, ...taken.versions },
    parts: run.parts,
    packs: [...(taken.packs ?? [])],
    body: kind.body.parse(taken.body),
  };
  return await run.seal(manifest, taken);
}

/** The repository's id and what lies in it; throws when it holds backups of another environment or installation. */
async function ownRepository(
  repository: Repository,
  { environment, installation }: Pick<Identity, "environment" | "installation">,
): Promise<{ readonly id: string; readonly snapshots: readonly StoredSnapshot[] }> {
  const listing = repository.snapshots();
  listing.catch(() => undefined); // the id is the better question where there is no repository
  const id = await repository.id();
  if (id === undefined)
    throw new InputError(
      `there is no repository yet, or its folder is not mounted; make it once: millwright backup init --environment ${environment}`,
    );
  const snapshots = await listing;
  const foreign = snapshots
    .map(taggedAs)
    .find((one) => one !== undefined && (one.environment !== environment || one.installation !== installation));
  if (foreign !== undefined)
    throw new InputError(
      `this repository holds backups of ${foreign.environment} of ${foreign.installation}, and this is ${environment} of ${installation}: each environment has a repository of its own`,
    );
  return { id, snapshots };
}

class Run {
  readonly id: string;
  readonly identity: Identity;
  readonly parts: Part[] = [];
  readonly #options: BackupOptions;

  constructor(options: BackupOptions, identity: Identity) {
    const at = options.clock.now().replace(/[-:]|\.\d+/g, "");
    this.id = `${identity.component}-${identity.store}-${at}-${options.unique}`;
    this.identity = identity;
    this.#options = options;
  }

  async taking(ports: BackupPorts, snapshots: readonly StoredSnapshot[]): Promise<Taking> {
    const { repository, systems, clock, progress, signal, secret, cluster, own, scratch, stores = [] } = this.#options;
    const { backups, packs } = catalogueOf(snapshots);
    const ofStore = (one: { readonly store: string }): boolean => one.store === this.#store;
    return {
      id: this.id,
      identity: this.identity,
      class: this.#options.class ?? "by-hand",
      stores,
      ports,
      cluster,
      secret,
      own,
      scratch,
      repository,
      others: backups,
      earlier: backups.filter(ofStore),
      packs: packs.filter(ofStore),
      bodyOf: async (backup: CataloguedBackup) => bodyOf((await manifestOf(backup, repository)).manifest),
      systems,
      clock,
      progress: (text) => progress(`${this.id}: ${text}`),
      signal,
      storePart: async (name, stream, more) => {
        if (this.parts.some(({ file }) => file === name)) throw new Error(`${this.id} has a part ${name} already`);
        const part = await this.#keep("part", name, stream, more);
        this.parts.push(part);
        return part;
      },
      storePack: (name, stream, more) => this.#keep("pack", name, stream, more),
    };
  }

  #keep(
    part: TaggedPart,
    file: string,
    stream: AsyncIterable<Uint8Array>,
    more: AbortSignal | undefined,
  ): Promise<Part> {
    const { repository, signal, moved } = this.#options;
    const either = more === undefined ? signal : AbortSignal.any([signal, more]);
    return storePart(
      repository,
      { file, tags: tagsOf(this.#tagged(part)) },
      stream,
      either,
      moved ?? (() => undefined),
    );
  }

  /** Writes the manifest, and when it is stored whole the seal: from there on it is a backup. */
  async seal(manifest: Manifest, { takenAt }: Taken<unknown>): Promise<SealedManifest> {
    const text = writeManifest(manifest);
    const digest = digestOf(text);
    const { repository, signal } = this.#options;
    await repository.record(manifestFile, tagsOf(this.#tagged("manifest")), oneChunk(text), signal);
    const seal = tagsOf({
      ...this.#tagged("seal"),
      kind: manifest.kind,
      class: manifest.class,
      point: manifest.point,
      run: this.#options.run,
      takenAt: takenAt as Instant,
      bytes: sizeOf(manifest),
      parts: manifest.parts.length,
      digest,
    });
    await repository.record(sealFile, seal, oneChunk(`${digest}\n`), signal);
    return { manifest, digest };
  }

  get #store(): string {
    return `${this.identity.component}/${this.identity.store}`;
  }

  #tagged(part: TaggedPart): Tagged {
    const { installation, environment } = this.identity;
    return { part, backup: this.id, installation, environment, store: this.#store };
  }
}
