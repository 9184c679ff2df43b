import type { BackupPorts } from "../kernel/backup-ports.ts";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import { bodyOf, kindOf } from "./kinds/index.ts";
import { placePart, readPart, type Seen } from "./parts.ts";
import { type Follow, type Followed, followNot } from "./progress/follow.ts";
import { afterProofs, type CataloguedBackup } from "./repository/catalogue.ts";
import { type Identity, type SealedManifest, sizeOf } from "./repository/manifest.ts";
import { type OwnProof, proofFile } from "./repository/own-proof.ts";
import { lackOf, manifestOf, refuseForeign } from "./repository/read-manifest.ts";
import { Damaged, damageIn } from "./repository/restic-ends.ts";
import { tagsOf } from "./repository/tags.ts";
import type { OwnProving, Proved } from "./store-kind.ts";

type Lent = Pick<
  OwnProving,
  "scratch" | "path" | "secret" | "cluster" | "systems" | "clock" | "progress" | "signal" | "repository"
>;

export interface OwnProofOptions extends Lent {
  readonly backup: CataloguedBackup;
  readonly identity: Omit<Identity, "component" | "store">;
  /** Who asked for it. */
  readonly provenBy: string;
  readonly restored?: OwnProving["restored"];
  readonly pointed?: OwnProving["pointed"];
  /** Hears how far it is. */
  readonly follow?: Follow | undefined;
  /** Milliseconds that the last proof of the store took. */
  readonly lastMillis?: number | undefined;
}

/**
 * Restores a backup into what is thrown away and holds it against its manifest, as its kind does; one whose manifest is damaged has
 * failed. The proof is kept in the repository. Throws `InputError` for a backup that is not this environment's, `SystemError` when the
 * proof was broken off.
 */
export async function proveOwn(options: OwnProofOptions, ports: BackupPorts): Promise<OwnProof> {
  const { backup, repository, clock, signal } = options;
  void repository.unlock(signal); // beside the proof: its record is stored at the end
  const began = Date.parse(clock.now());
  const sealed = await unlessAborted(signal, manifestOf(backup, repository, signal).catch(damageIn));
  const proved = await unlessAborted(signal, provedBy(sealed, options, ports));
  const ended = clock.now();
  const { verdict, restoredInto, counts, notes } = proved;
  const proof: OwnProof = {
    schema: "millwright/own-proof/1",
    backup: backup.id,
    digest: backup.digest,
    provenAt: afterProofs(backup, ended),
    provenBy: options.provenBy,
    verdict,
    restoredInto,
    counts: { ...counts },
    millis: Date.parse(ended) - began,
    doesNotCover: [...kindOf(backup.kind).doesNotCover, ...proved.doesNotCover],
    elsewhere: [...(proved.elsewhere ?? [])],
    notes: [...notes],
  };
  await keep(proof, options);
  return proof;
}

/** What comes of `work`; that it was broken off is said before what that made of it. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    const done = await work;
    if (!signal.aborted) return done;
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
  throw new SystemError("the proof was broken off; nothing of it is left", "stop");
}

/** What its kind says, unless a pack is gone or bytes came back that are not those of the manifest: that alone fails it. */
async function provedBy(
  sealed: SealedManifest | Damaged,
  options: OwnProofOptions,
  ports: BackupPorts,
): Promise<Proved> {
  const { repository, signal, backup, follow = followNot, lastMillis: millis } = options;
  if (sealed instanceof Damaged) return failedBy([`its manifest does not come back: ${sealed.message}`]);
  refuseForeign(sealed.manifest, options.identity, backup.store);
  const damaged: string[] = [];
  const body = bodyOf(sealed.manifest);
  const lack = lackOf(sealed.manifest, sealed.manifest.packs.length === 0 ? [] : await repository.snapshots(signal));
  if (lack !== undefined) return failedBy([lack]);
  const followed = follow({ store: backup.store, total: sizeOf(sealed.manifest), millis });
  const proving = provingFor(options, ports, (words) => void damaged.push(words), followed);
  try {
    const proved = await kindOf(backup.kind).prove({ ...sealed.manifest, body }, proving);
    return damaged.length === 0 ? proved : { ...proved, verdict: { kind: "failed", why: damaged } };
  } catch (thrown) {
    if (damaged.length === 0) throw thrown;
    return failedBy(damaged);
  } finally {
    followed.end();
  }
}

function failedBy(why: string[]): Proved {
  return { verdict: { kind: "failed", why }, counts: {}, doesNotCover: [], notes: [] };
}

/** What a kind is lent; `damaged` hears of parts that do not come back as they were. */
export function provingFor(
  options: OwnProofOptions,
  ports: BackupPorts,
  damaged: (words: string) => void = () => undefined,
  followed: Followed = followNot({}),
): OwnProving {
  const heard = (thrown: unknown): never => {
    if (thrown instanceof InputError) damaged(thrown.message);
    throw thrown;
  };
  const { repository, signal: whole } = options;
  const seen: Seen = (part, position) => followed.read(part, position);
  return {
    ...options,
    ports,
    restored: options.restored ?? nothing,
    progress(text) {
      followed.phase(text);
      options.progress(text);
    },
    async *readPart(part) {
      try {
        yield* readPart(repository, part, whole, seen);
      } catch (thrown) {
        heard(thrown);
      }
    },
    placePart: (part, scratch, signal) =>
      placePart(repository, part, scratch, signal, { seen, files: ports.files }).catch(heard),
  };
}

async function nothing(): Promise<void> {}

async function keep(proof: OwnProof, { backup, repository, identity, signal }: OwnProofOptions): Promise<void> {
  const tags = tagsOf({
    part: "proof",
    backup: backup.id,
    installation: identity.installation,
    environment: identity.environment,
    store: backup.store,
    digest: proof.digest,
    verdict: proof.verdict.kind,
    provenAt: proof.provenAt as Instant,
    millis: proof.millis,
  });
  await repository.record(proofFile, tags, `${JSON.stringify(proof, undefined, 1)}\n`, signal);
}
