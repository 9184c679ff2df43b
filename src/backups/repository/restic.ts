import type { BackupPorts, Feed, ProgramCall, Running } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import { fromPlace, keyHint } from "./from-place.ts";
import { addQuickKey, hintFor, keyComplaints, type QuickKey } from "./quick-key-ring.ts";
import { checked, complaintsOf, tellsEachSecond } from "./restic-check.ts";
import { copied, type Told } from "./restic-copied.ts";
import { dumped } from "./restic-dump.ts";
import { failure, inVain, refusesRemoving, saysNoRepository, unread } from "./restic-ends.ts";
import { nodesIn, type StoredNode } from "./restic-nodes.ts";
import { type Freed, inLots, mostNamed, pruned, prunedIn, wouldForget } from "./restic-prune.ts";
import { Config, Size, type StoredSnapshot, sizesIn, snapshotsIn } from "./restic-replies.ts";
import { type Stored, summaryIn } from "./restic-summary.ts";
import { type Heard, heard } from "./restic-text.ts";
import { requireRclone } from "./through-rclone.ts";

export type { StoredSnapshot } from "./restic-replies.ts";

export interface RepositoryPlace {
  /** A folder, or an address of restic's. */
  readonly repository: string;
  /** Reaches restic by a descriptor: no argument, no environment, no file with a name. */
  readonly password: string;
  /** What its backend needs. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A restic repository. Locks: restic itself refuses what must not run beside another; before what writes, locks whose process is
 * gone or that nobody has renewed for half an hour are removed (`restic unlock`), never those of others.
 */
export class Repository {
  readonly #place: RepositoryPlace;
  readonly #ports: BackupPorts;
  /** The key that restic is to try first, looked up once. */
  #hint: Promise<string | undefined> | undefined;
  #unlocked: Promise<void> | undefined;

  constructor(place: RepositoryPlace, ports: BackupPorts) {
    this.#place = place;
    this.#ports = ports;
  }

  /** The id it was given when it was made; undefined when there is none. */
  async id(signal?: AbortSignal): Promise<string | undefined> {
    const { text, ended } = await this.#ask(["cat", "config", "--no-lock"], undefined, signal);
    if (ended.status === 0) return Config.parse(JSON.parse(text)).id;
    if (saysNoRepository(ended)) return undefined;
    throw failure("cannot open the repository", ended);
  }

  /** Makes it. Throws when something lies there. */
  async init(): Promise<string> {
    const { ended } = await this.#ask(["init", "--repository-version", "2"]);
    if (ended.status !== 0) throw failure("cannot make a repository", ended);
    this.#hint = undefined;
    const id = await this.id();
    if (id === undefined) throw new SystemError("restic made a repository that it does not find again", "stop");
    return id;
  }

  /** Makes it so that what is copied from another needs no more room here than there: chunks are cut alike. */
  async initLike(other: Repository): Promise<void> {
    const args = ["init", "--repository-version", "2", "--copy-chunker-params"];
    const { ended } = await heard(await this.#start(args, await this.#fromPlace(other)));
    if (ended.status !== 0) throw failure("cannot make a repository", ended);
    this.#hint = undefined;
  }

  /** Gives it a key that opens it at once, beside restic's own, where its password is random (docs/decisions/quick-key.md). */
  async addQuickKey(): Promise<QuickKey> {
    const added = await addQuickKey(this.#place, this.#ports);
    this.#hint = undefined;
    return added;
  }

  /**
   * Copies snapshots of another repository; what is here already is left. Each copy names its original. `told` hears how far it is
   * with each, by the first letters of its id.
   */
  async copyFrom(other: Repository, snapshots: readonly string[], signal: AbortSignal, told?: Told): Promise<void> {
    for (const some of inLots(snapshots)) {
      const { env, ...from } = await this.#fromPlace(other);
      const more = { ...from, giveUpAt: inVain, signal, env: { ...env, ...tellsEachSecond } };
      const ended = await copied(await this.#start(["copy", ...some], more), told);
      if (ended.status !== 0) throw failure("could not copy from the other repository", ended);
    }
  }

  /** Bytes of what each of these snapshots holds, by their ids. */
  async sizes(snapshots: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const sizes: (readonly [string, number])[] = [];
    for (const some of inLots(snapshots)) {
      const args = ["find", "--json", "--no-lock", ...some.flatMap((id) => ["--snapshot", id]), "*"];
      sizes.push(...sizesIn(await this.#read("did not say how large its snapshots are", args, signal)));
    }
    return new Map(sizes);
  }

  async version(): Promise<string> {
    const { text } = await this.#ask(["version"]);
    return /^restic (\S+)/.exec(text)?.[1] ?? "unknown";
  }

  async snapshots(signal?: AbortSignal): Promise<readonly StoredSnapshot[]> {
    const text = await this.#read("cannot list its snapshots", ["snapshots", "--json", "--no-lock"], signal);
    return snapshotsIn(text);
  }

  /** All that a snapshot holds. */
  async list(snapshot: string, signal?: AbortSignal): Promise<readonly StoredNode[]> {
    const args = ["ls", "--json", "--no-lock", snapshot];
    return nodesIn(await this.#read("cannot list what a snapshot holds", args, signal, inVain));
  }

  /**
   * Stores a stream, or what a program prints, as one file of a snapshot. When the stream throws, or the program did not end well,
   * restic is killed before it sees an end. `done` hears how many bytes restic has read.
   */
  async store(
    file: string,
    tags: readonly string[],
    source: AsyncIterable<Uint8Array> | Feed,
    signal: AbortSignal,
    done?: (bytes: number) => void,
  ): Promise<Stored> {
    return this.#keep(file, tags, source, signal, done);
  }

  /** The same for a text that restic has whole before it starts: what is stored is all of it, whoever is killed meanwhile. */
  async record(file: string, tags: readonly string[], text: string, signal: AbortSignal): Promise<void> {
    await this.#keep(file, tags, Buffer.from(text), signal);
  }

  async #keep(
    file: string,
    tags: readonly string[],
    input: NonNullable<ProgramCall["input"]>,
    signal: AbortSignal,
    done: (bytes: number) => void = () => undefined,
  ): Promise<Stored> {
    await this.unlock(signal);
    const named = tags.flatMap((tag) => ["--tag", tag]);
    const running = await this.#start(
      ["backup", "--json", "--stdin", "--stdin-filename", file, "--host", "millwright", ...named],
      { input, signal, env: { RESTIC_PROGRESS_FPS: "1" } },
    );
    const summary = await summaryIn(running.output, done);
    const ended = await running.ended;
    if (ended.status !== 0) throw failure("could not store it", ended);
    if (summary === undefined) throw new SystemError("restic stored it, and does not say as what", "stop");
    done(summary.total_bytes_processed);
    return { snapshot: summary.snapshot_id, bytes: summary.total_bytes_processed, added: summary.data_added };
  }

  /** The snapshot whose id is or begins so. */
  async snapshot(id: string, signal?: AbortSignal): Promise<StoredSnapshot> {
    const text = await this.#read("cannot find what it stored", ["snapshots", "--json", "--no-lock", id], signal);
    const found = snapshotsIn(text);
    const [only] = found;
    if (only === undefined || found.length > 1)
      throw new SystemError(`restic stored it as ${id}, and the repository holds ${found.length} of that name`, "stop");
    return only;
  }

  /**
   * A file's bytes. What is damaged or gone throws `InputError` at the end of the stream; a restic that was killed, a store that is
   * away and one that refuses our keys throw `SystemError`: they say nothing about the file. With the signal restic ends at once,
   * also one that hangs.
   */
  async *dump(snapshot: string, file: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const args = ["dump", "--no-lock", await this.named(snapshot, signal), file];
    yield* dumped(() => this.#start(args, { giveUpAt: inVain, signal }));
  }

  /** The same into a file of this machine that is not there yet, without its bytes passing through us; see `onceMore`. */
  async dumpInto(path: string, snapshot: string, file: string, signal?: AbortSignal): Promise<void> {
    const args = ["dump", "--no-lock", await this.named(snapshot, signal), file];
    const { ended } = await this.#start(args, { giveUpAt: inVain, signal, into: path });
    const how = await ended;
    if (how.status !== 0) throw unread(how);
  }

  /** As this repository calls the snapshot that a manifest names. */
  protected async named(snapshot: string, _signal?: AbortSignal): Promise<string> {
    return snapshot;
  }

  /** All of a file that is short, in UTF-8; throws as `dump`. */
  async text(snapshot: string, file: string, signal?: AbortSignal): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.dump(snapshot, file, signal)) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  }

  /**
   * Holds the repository's parts against each other; with `everything` each byte of it is read. What is wrong, in restic's words; of
   * its keys, of which restic looks at the one that opens it, in ours.
   */
  async check(everything: boolean, signal?: AbortSignal, reached?: (percent: number) => void) {
    const args = ["check", "--no-lock", ...(everything ? ["--read-data"] : [])];
    const indexes = () => this.#ask(["list", "index", "--no-lock"], inVain, signal);
    const complaints = await checked(indexes, async () =>
      complaintsOf(await this.#start(args, { giveUpAt: inVain, signal, env: tellsEachSecond }), reached),
    );
    return [...complaints, ...(await keyComplaints(this.#place, this.#ports))];
  }

  /** Bytes that its data take, each stored once; snapshots of others count too (restic.readthedocs.io, "stats": raw-data). */
  async size(): Promise<number> {
    const args = ["stats", "--no-lock", "--mode", "raw-data", "--json"];
    return Size.parse(JSON.parse(await this.#read("did not say how large it is", args, undefined, inVain))).total_size;
  }

  /**
   * How many bytes removing these snapshots would free, where restic says it: not of more than a command line can name. Nothing is
   * removed, and nobody kept from working.
   */
  async wouldFree(snapshots: readonly string[]): Promise<number | undefined> {
    if (snapshots.length > mostNamed) return undefined;
    return prunedIn(await this.#read("did not say what that frees", [...wouldForget, ...snapshots]));
  }

  /** Removes snapshots; what only they used stays until `prune`. */
  async forget(snapshots: readonly string[]): Promise<void> {
    for (const some of inLots(snapshots)) {
      const { ended } = await this.#alone(["forget", ...some]);
      if (ended.status !== 0) throw failure("did not remove snapshots", ended);
    }
  }

  /** Removes what no snapshot uses any more. */
  async prune(): Promise<Freed> {
    return pruned((args) => this.#alone(args));
  }

  /** Removes snapshots and what only they used. */
  async remove(snapshots: readonly string[]): Promise<void> {
    await this.forget(snapshots);
    if (snapshots.length > 0) await this.prune();
  }

  /**
   * Removes the locks that killed programs left, once: an exclusive one would refuse every backup. Never fails: what cannot be done
   * here is told by what comes after it.
   */
  async unlock(signal?: AbortSignal): Promise<void> {
    this.#unlocked ??= this.#ask(["unlock"], inVain, signal).then(() => undefined);
    await this.#unlocked.catch(() => undefined);
  }

  async #alone(args: readonly string[]): Promise<Heard> {
    await this.#read("cannot remove its stale locks", ["unlock"]);
    return this.#ask(args, refusesRemoving);
  }

  async #read(what: string, args: readonly string[], signal?: AbortSignal, giveUpAt?: RegExp): Promise<string> {
    const { text, ended } = await this.#ask(args, giveUpAt, signal);
    if (ended.status === 0) return text;
    throw failure(what, ended);
  }

  async #ask(args: readonly string[], giveUpAt?: RegExp, signal?: AbortSignal): Promise<Heard> {
    return heard(await this.#start(args, { ...(giveUpAt === undefined ? {} : { giveUpAt }), signal }));
  }

  async #fromPlace(other: Repository): Promise<Partial<ProgramCall>> {
    const { by, ...call } = fromPlace(other.#place, this.#place, await other.#hintOf());
    if (by === "rclone") await requireRclone(this.#ports.programs);
    return call;
  }

  /** The person's own hint, where the environment names one. */
  async #hintOf(): Promise<string | undefined> {
    const own = this.#place.environment[keyHint];
    if (own !== undefined) return own;
    this.#hint ??= hintFor(this.#place, this.#ports);
    return this.#hint;
  }

  async #start(args: readonly string[], more: Partial<ProgramCall>): Promise<Running> {
    const hint = opensNothing.has(args[0] ?? "") ? undefined : await this.#hintOf();
    return this.#ports.programs.start({
      program: "restic",
      args: ["--no-cache", ...args],
      secret: this.#place.password,
      ...more,
      env: {
        ...this.#place.environment,
        ...more.env,
        ...(hint === undefined ? {} : { [keyHint]: hint }),
        RESTIC_REPOSITORY: this.#place.repository,
        RESTIC_PASSWORD_FILE: "/dev/fd/3",
      },
    });
  }
}

const opensNothing: ReadonlySet<string> = new Set(["init", "version"]);
