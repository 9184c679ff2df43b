import { createHash } from "node:crypto";
import type { BackupPorts } from "../kernel/backup-ports.ts";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Clock } from "../kernel/ports.ts";
import type { System } from "../systems/contract.ts";
import { contentOf, sequencesOf } from "./kinds/postgresql/content.ts";
import { type Dumper, dumpCall, dumperFor, versionOf } from "./kinds/postgresql/pg-dump.ts";
import { openSnapshot, type Snapshot } from "./kinds/postgresql/source.ts";
import { digestOf, type Identity, type Manifest, type SealedManifest, writeManifest } from "./repository/manifest.ts";
import type { Repository } from "./repository/restic.ts";
import { type Tagged, taggedAs, tagsOf } from "./repository/tags.ts";

const dumpFile = "dump.pgdump";
/** The manifest within its snapshot. */
export const manifestFile = "manifest.json";
const sealFile = "seal";

export interface BackupOptions {
  /** All but the repository's id, which is asked. */
  readonly identity: Omit<Identity, "repository">;
  /** `postgresql://…` */
  readonly url: string;
  readonly repository: Repository;
  /** A few letters that never were before. */
  readonly unique: string;
  readonly millwright: string;
  readonly systems: readonly System[];
  readonly clock: Clock;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Backs up a PostgreSQL database: dump and manifest come from one exported snapshot, and the manifest is written last. Throws
 * `InputError` or `SystemError` when there is no backup; what lies in the repository then is debris.
 */
export async function backUp(options: BackupOptions, ports: BackupPorts): Promise<SealedManifest> {
  const { repository, progress, signal } = options;
  const repositoryId = await ownRepository(repository, options.identity);
  const snapshot = await openSnapshot(options.url, ports);
  try {
    const takenAt = options.clock.now();
    const id = `${options.identity.component}-${options.identity.store}-${takenAt.replace(/[-:]|\.\d+/g, "")}-${options.unique}`;
    const run = new Run(options, ports, snapshot, id, await dumperFor(snapshot.source.serverVersion, ports));
    progress(`${id}: dumping ${snapshot.source.database} (PostgreSQL ${snapshot.source.serverVersion})`);
    const { content, dump } = await run.dumpAndCount();
    await snapshot.stillHeld();
    refuseAborted(signal);
    const manifest: Manifest = {
      schema: "millwright/backup/1",
      id,
      identity: { ...options.identity, repository: repositoryId },
      kind: "postgresql",
      takenAt,
      databaseClock: snapshot.databaseClock,
      endedAt: options.clock.now(),
      source: snapshot.source,
      dump,
      versions: await run.versions(),
      content,
      roles: snapshot.roles,
    };
    return await run.seal(manifest);
  } finally {
    await snapshot.close();
  }
}

/** The repository's id; throws when it holds backups of another environment or installation. */
async function ownRepository(
  repository: Repository,
  { environment, installation }: Pick<Identity, "environment" | "installation">,
): Promise<string> {
  const id = await repository.id();
  if (id === undefined)
    throw new InputError(
      `there is no repository yet, or its folder is not mounted; make it once: millwright backup init --environment ${environment}`,
    );
  const foreign = (await repository.snapshots())
    .map(taggedAs)
    .find((one) => one !== undefined && (one.environment !== environment || one.installation !== installation));
  if (foreign !== undefined)
    throw new InputError(
      `this repository holds backups of ${foreign.environment} of ${foreign.installation}, and this is ${environment} of ${installation}: each environment has a repository of its own`,
    );
  return id;
}

class Run {
  readonly #options: BackupOptions;
  readonly #ports: BackupPorts;
  readonly #snapshot: Snapshot;
  readonly #id: string;
  readonly #dumper: Dumper;
  readonly #failed = new AbortController();

  constructor(options: BackupOptions, ports: BackupPorts, snapshot: Snapshot, id: string, dumper: Dumper) {
    this.#options = options;
    this.#ports = ports;
    this.#snapshot = snapshot;
    this.#id = id;
    this.#dumper = dumper;
  }

  /** Both at once; when one fails the other is ended, and the first failure is the cause. */
  async dumpAndCount(): Promise<Pick<Manifest, "content" | "dump">> {
    let first: unknown;
    const failed = (thrown: unknown): undefined => {
      first ??= this.#failed.signal.aborted ? this.#failed.signal.reason : thrown;
      this.#failed.abort(thrown);
      return undefined;
    };
    const signal = AbortSignal.any([this.#options.signal, this.#failed.signal]);
    // A question under way would be waited for otherwise, however large its table is.
    signal.addEventListener("abort", () => void this.#snapshot.close(), { once: true });
    // Before pg_dump reads them: a number it finds lies between this one and the last.
    const before = await sequencesOf(this.#snapshot.db);
    const storing = this.#store().catch(failed);
    const counting = contentOf(this.#snapshot.db, this.#options.systems, () => {
      if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
      refuseAborted(this.#options.signal);
    }).catch(failed);
    const [dump, counted] = await Promise.all([storing, counting]);
    refuseAborted(this.#options.signal);
    if (dump === undefined || counted === undefined) throw first;
    const until = new Map((await sequencesOf(this.#snapshot.db)).map(({ name, last }) => [name, last]));
    const sequences = before.map((one) => ({ ...one, until: until.get(one.name) ?? one.last }));
    return { dump, content: { ...counted, sequences } };
  }

  async #store(): Promise<Manifest["dump"]> {
    const sha256 = createHash("sha256");
    let bytes = 0;
    const stream = this.#dumped((chunk) => {
      sha256.update(chunk);
      bytes += chunk.length;
    });
    const { repository } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.#failed.signal]);
    const added = await repository.store(dumpFile, tagsOf(this.#tagged("dump")), stream, signal);
    const stored = (await repository.snapshots()).filter((one) => {
      const tagged = taggedAs(one);
      return tagged?.backup === this.#id && tagged.part === "dump";
    });
    const [only] = stored;
    if (only === undefined || stored.length > 1)
      throw new SystemError(`restic stored the dump, and the repository holds ${stored.length} of it`, "stop");
    return { snapshot: only.id, file: dumpFile, bytes, sha256: sha256.digest("hex"), added, format: "custom" };
  }

  /** pg_dump's output; throws at its end when the program did not end well. */
  async *#dumped(see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
    const signal = AbortSignal.any([this.#options.signal, this.#failed.signal]);
    const running = this.#ports.programs.start(dumpCall(this.#dumper, this.#options.url, this.#snapshot.name, signal));
    let whole = false;
    try {
      for await (const chunk of running.output) {
        see(chunk);
        yield chunk;
      }
      const { status, signal: killedBy, errors } = await running.ended;
      if (status !== 0) {
        const words = errors
          .split("\n")
          .filter((line) => /error|fatal/i.test(line))
          .slice(0, 3)
          .join("; ");
        const thrown = new SystemError(
          `pg_dump did not end well (${killedBy ?? status}): ${words === "" ? errors.slice(0, 300) : words}`,
          killedBy === null ? "stop" : "retry",
        );
        this.#failed.abort(thrown); // restic, which is killed now, has nothing to say about it
        throw thrown;
      }
      whole = true;
    } finally {
      if (!whole) running.stop();
    }
  }

  async versions(): Promise<Manifest["versions"]> {
    const { repository, millwright } = this.#options;
    return {
      millwright,
      pgDump: await versionOf(this.#dumper.file, this.#ports),
      restic: await repository.version(),
    };
  }

  /** Writes the manifest, and when it is stored whole the seal: from there on it is a backup. */
  async seal(manifest: Manifest): Promise<SealedManifest> {
    const text = writeManifest(manifest);
    const digest = digestOf(text);
    const { takenAt, dump } = manifest;
    const { repository, signal } = this.#options;
    await repository.store(manifestFile, tagsOf(this.#tagged("manifest")), oneChunk(text), signal);
    const seal = tagsOf({
      ...this.#tagged("seal"),
      takenAt: takenAt as Instant,
      bytes: dump.bytes,
      dump: dump.snapshot,
      digest,
    });
    await repository.store(sealFile, seal, oneChunk(`${digest}\n`), signal);
    return { manifest, digest };
  }

  #tagged(part: Tagged["part"]): Tagged {
    const { installation, environment, component, store } = this.#options.identity;
    return { part, backup: this.#id, installation, environment, store: `${component}/${store}` };
  }
}

export async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new SystemError("the backup was broken off; what it left is no backup", "stop");
}
