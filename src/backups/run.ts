import { type BackupPorts, isFeed } from "../kernel/backup-ports.ts";
import { SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeWriter } from "../kernel/kube.ts";
import type { Clock } from "../kernel/ports.ts";
import type { BackupClass } from "../platform/backup-schedule.ts";
import type { BackupStore } from "../platform/backup-stores.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { System } from "../systems/contract.ts";
import { bodyOf, kindOf } from "./kinds/index.ts";
import { type OwnRepository, ownRepository } from "./own-repository.ts";
import { refuseAborted, type Source, storePart } from "./parts.ts";
import { refuseGone } from "./parts-removed.ts";
import { type Follow, type Followed, followNot } from "./progress/follow.ts";
import { lastBackup } from "./progress/took.ts";
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
import { isYoung } from "./repository/pack-age.ts";
import { manifestFile, manifestOf } from "./repository/read-manifest.ts";
import type { Repository, StoredSnapshot } from "./repository/restic.ts";
import { type Tagged, type TaggedPart, tagsOf } from "./repository/tags.ts";
import type { OwnDatabase, Taken, Taking } from "./store-kind.ts";

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
  /** Hears how far it is: of the bytes that went into the repository. */
  readonly follow?: Follow | undefined;
  readonly signal: AbortSignal;
  /** As kinds are lent them. */
  readonly down?: Taking["down"];
  /** In the place of its kind's own: what was asked before a fence was raised. */
  readonly take?: ((taking: Taking) => Promise<Taken<unknown>>) | undefined;
  readonly left?: Taking["left"];
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
  const { store, follow = followNot } = options;
  const followed = follow({ store: `${store.component}/${store.store}` });
  try {
    return await backedUp(options, followed, ports);
  } finally {
    followed.end();
  }
}

async function backedUp(options: BackupOptions, followed: Followed, ports: BackupPorts): Promise<SealedManifest> {
  const { repository, store, clock } = options;
  const restic = repository.version();
  restic.catch(() => undefined); // it is awaited when all else went well
  const run = new Run(options, followed);
  const kind = kindOf(store.kind);
  const { take = (taking: Taking) => kind.take(store, taking) } = options;
  const snapshots = kind.asksNoHistory === true ? [] : (await run.own(run.repository)).snapshots;
  const taken = await run.own(take(run.taking(ports, snapshots)));
  const { id } = await run.own(run.repository);
  refuseAborted(run.signal);
  const manifest: Manifest = {
    schema: "millwright/backup/1",
    id: run.id,
    identity: { ...run.identity, repository: id },
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
  await run.refuseRemoved(manifest);
  return await run.seal(manifest, taken);
}

/**
 * One run. Whose the repository is, is asked while a store is read already that needs to know nothing of it: no part comes to its
 * end, and so into the repository, before that is known.
 */
class Run {
  readonly id: string;
  readonly identity: Omit<Identity, "repository">;
  readonly parts: Part[] = [];
  readonly repository: Promise<OwnRepository>;
  readonly signal: AbortSignal;
  readonly #options: BackupOptions;
  readonly #followed: Followed;
  readonly #began: Instant;
  /** Manifests of earlier backups that its kind looked at. */
  readonly #read = new Map<string, Manifest>();

  constructor(options: BackupOptions, followed: Followed) {
    const { installation, environment, store } = options;
    this.#began = options.clock.now();
    const at = this.#began.replace(/[-:]|\.\d+/g, "");
    this.id = `${store.component}-${store.store}-${at}-${options.unique}`;
    this.identity = { installation, environment, component: store.component, store: store.store };
    [this.#options, this.#followed] = [options, followed];
    const refused = new AbortController();
    this.signal = AbortSignal.any([options.signal, refused.signal]);
    void options.repository.unlock(this.signal); // beside the questions: it is awaited before anything is stored
    this.repository = ownRepository(options);
    this.repository.then(
      ({ snapshots }) => followed.guess(lastBackup(catalogueOf(snapshots), this.#store)),
      (thrown: unknown) => refused.abort(thrown),
    );
  }

  /** What comes of `work`; that it was broken off, and why the repository is not ours, is told before what that made of the work. */
  async own<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (thrown) {
      refuseAborted(this.#options.signal);
      await this.repository;
      throw thrown;
    }
  }

  taking(ports: BackupPorts, snapshots: readonly StoredSnapshot[]): Taking {
    const {
      repository,
      systems,
      clock,
      progress,
      secret,
      cluster,
      own,
      scratch,
      down,
      left,
      stores = [],
    } = this.#options;
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
      down,
      left,
      repository,
      others: backups,
      earlier: backups.filter(ofStore),
      packs: packs.filter(ofStore),
      bodyOf: (backup) => this.#bodyOf(backup),
      systems,
      clock,
      progress: (text) => {
        this.#followed.phase(text);
        progress(`${this.id}: ${text}`);
      },
      signal: this.signal,
      storePart: async (name, stream, more) => {
        if (this.parts.some(({ file }) => file === name)) throw new Error(`${this.id} has a part ${name} already`);
        const part = await this.#keep("part", name, stream, more);
        this.parts.push(part);
        return part;
      },
      storePack: async (name, stream, more) => {
        const pack = await this.#keep("pack", name, stream, more);
        return { ...pack, snapshot: (await repository.snapshot(pack.snapshot, this.signal)).id };
      },
    };
  }

  #keep(part: TaggedPart, file: string, source: Source, more: AbortSignal | undefined): Promise<Part> {
    const { repository } = this.#options;
    const either = more === undefined ? this.signal : AbortSignal.any([this.signal, more]);
    return storePart(repository, { file, tags: tagsOf(this.#tagged(part)) }, this.#ours(source), either, (bytes) =>
      this.#followed.moved(bytes),
    );
  }

  #ours(source: Source): Source {
    const { repository } = this;
    if (isFeed(source))
      return {
        ...source,
        async whole(ended) {
          await source.whole(ended);
          await repository;
        },
      };
    return followedBy(source, repository);
  }

  async #bodyOf(backup: CataloguedBackup): Promise<unknown> {
    const { manifest } = await manifestOf(backup, this.#options.repository, this.signal);
    this.#read.set(manifest.id, manifest);
    return bodyOf(manifest);
  }

  /**
   * Retention knows only of what is sealed: it may have removed a pack that this backup took over, or be about to. It leaves what any
   * sealed backup names, also one that goes, and what is young (schedule/prune.ts): what is neither has to be taken again. Our own
   * packs are young, as no run takes a week. Its own parts go where its signs could not be written for a day, or came by a wrong clock.
   */
  async refuseRemoved(manifest: Manifest): Promise<void> {
    const { repository, clock } = this.#options;
    const isLong = Date.parse(manifest.endedAt) - Date.parse(this.#began) > longMillis;
    if (manifest.packs.length === 0 && !isLong) return;
    const snapshots = await repository.snapshots(this.signal);
    refuseGone(manifest, snapshots);
    const { backups, packs } = catalogueOf(snapshots);
    const there = new Map(packs.map((one) => [one.snapshot, one]));
    const named = new Set(backups.flatMap(({ id }) => this.#read.get(id)?.packs ?? []).map(({ snapshot }) => snapshot));
    const now = clock.now();
    const gone = manifest.packs.filter(({ snapshot }) => {
      const pack = there.get(snapshot);
      return pack === undefined || !(pack.backup === this.id || named.has(snapshot) || isYoung(pack.at, now, "sealed"));
    });
    if (gone.length > 0)
      throw new SystemError(
        `${gone.length} of ${manifest.packs.length} packs that it needs were removed while it was made, or may be; take it again`,
        "retry",
      );
  }

  /** Writes the manifest, once all that it names was stored: from there on it is a backup. */
  async seal(manifest: Manifest, { takenAt }: Taken<unknown>): Promise<SealedManifest> {
    const text = writeManifest(manifest);
    const digest = digestOf(text);
    const seal = tagsOf({
      ...this.#tagged("seal"),
      kind: manifest.kind,
      class: manifest.class,
      point: manifest.point,
      run: this.#options.run,
      takenAt: takenAt as Instant,
      bytes: sizeOf(manifest),
      parts: manifest.parts.length,
      millis: Date.parse(manifest.endedAt) - Date.parse(this.#began),
      digest,
    });
    await this.#options.repository.record(manifestFile, seal, text, this.signal);
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

/** What takes less gives no sign that it goes on, and is taken for one that was killed by nobody. */
const longMillis = 3_600_000;

async function* followedBy(stream: AsyncIterable<Uint8Array>, until: Promise<unknown>): AsyncGenerator<Uint8Array> {
  yield* stream;
  await until;
}
