import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { counted } from "../../kernel/count.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Clock } from "../../kernel/ports.ts";
import type { System } from "../../systems/contract.ts";
import { type Follow, type Followed, followNot } from "../progress/follow.ts";
import { nothingYet, type Problem, type Proving, timed } from "../proof/gathered.ts";
import { judge } from "../proof/judge.ts";
import type { Phase, Proof, ProofReport, ProofVerdict } from "../proof/proof.ts";
import { proveDirectory } from "../proof/prove-archive.ts";
import { formatOf, proveContent } from "../proof/prove-content.ts";
import { type Unwrapped, unwrap } from "../proof/unwrap.ts";
import { Workbench } from "../proof/workbench.ts";
import { type FoundInArchive, verdictWith, withRepositories } from "./archived-repositories.ts";
import { type BucketCall, bucketCandidates } from "./bucket-source.ts";
import { type Candidate, candidatesIn } from "./candidates.ts";
import { type ResticCall, resticCandidates } from "./restic-source.ts";

export interface ProveOptions {
  /** A file, a folder, a restic repository's folder or address, `bucket:NAME/PREFIX`. Absolute, when it is a path. */
  readonly source: string;
  /** As the user wrote it. */
  readonly label: string;
  readonly restic: ResticCall;
  readonly bucket: BucketCall;
  /** Where restored data may lie for as long as it takes. */
  readonly scratch: string;
  /** `$PATH`. */
  readonly path: string;
  readonly newerThan: Instant | undefined;
  readonly systems: readonly System[];
  readonly clock: Clock;
  readonly progress: (text: string) => void;
  /** Hears how far it is, backup by backup. */
  readonly follow?: Follow | undefined;
  readonly signal: AbortSignal;
}

/**
 * Proves backups that others made, by restoring them into a throw-away server that is gone afterwards. Throws `InputError` when
 * there is nothing to prove or no server to do it with; what is wrong with one backup is its verdict.
 */
export async function proveBackups(options: ProveOptions, ports: BackupPorts): Promise<ProofReport> {
  const now = options.clock.now();
  const found =
    (await bucketCandidates(options.source, options.bucket, ports, options.signal)) ??
    (await resticCandidates(options.source, options.restic, ports, options.signal)) ??
    (await candidatesIn(options.source, ports.files));
  const workbench = await Workbench.open(
    { parent: options.scratch, path: options.path, signal: options.signal },
    ports,
  );
  const proving: Bench = { ...options, ports, workbench, now };
  const proofs: Proof[] = [];
  const beside: Proof[] = [];
  try {
    for (const candidate of found.candidates) {
      if (options.signal.aborted) throw new SystemError("the proof was broken off; nothing of it is left", "stop");
      options.progress(`reading ${candidate.name}`);
      const { proof, rolesAlone } = await proveOne(candidate, options, proving);
      (rolesAlone ? beside : proofs).push(proof);
    }
  } finally {
    await workbench.close();
  }
  if (options.signal.aborted) throw new SystemError("the proof was broken off; nothing of it is left", "stop");
  const notes =
    workbench.debris === 0
      ? []
      : [`Removed what ${counted(workbench.debris, "killed run")} had left below ${options.scratch}.`];
  return {
    schema: "millwright/backup-proof/1",
    at: now,
    source: options.label,
    kind: found.kind,
    // Alone they are all that there is to be told about.
    proofs: proofs.length === 0 ? beside : proofs,
    passedOver: [
      ...found.passedOver,
      ...(proofs.length === 0 ? [] : beside.map(({ name }) => ({ name, why: rolesWords }))),
    ],
    notes: [...found.notes, ...notes],
  };
}

/** The folder that scratch folders are made in is named too. */
type Bench = Proving & Pick<ProveOptions, "scratch">;

const rolesWords = "roles of a server, which belong beside the dumps of its databases; no data is in it";

async function proveOne(
  candidate: Candidate,
  { newerThan, follow = followNot }: ProveOptions,
  bench: Bench,
): Promise<{ readonly proof: Proof; readonly rolesAlone: boolean }> {
  const gathered = nothingYet("unknown");
  // A folder's files pg_restore reads itself.
  const followed = follow({ store: candidate.name, total: candidate.kind === "file" ? candidate.bytes : undefined });
  const proving = heardBy(followed, bench);
  let problem: Problem;
  let repositories: FoundInArchive | undefined;
  try {
    await timed("in all", proving, gathered, async () => {
      ({ problem, repositories } = await proveCandidate(candidate, gathered, proving, followed));
    });
  } catch (thrown) {
    problem = problemOf(thrown);
  } finally {
    followed.end();
  }
  gathered.notes.push(...((await candidate.endNotes?.()) ?? []));
  const { verdict, notIncluded } = judge(gathered, problem, { now: proving.now, newerThan });
  const proof = {
    name: candidate.name,
    format: gathered.format,
    bytes: candidate.bytes,
    fileAt: candidate.changedAt === undefined ? undefined : instantOf(candidate.changedAt),
    databases: gathered.databases,
    gitlab: gathered.gitlab,
    verdict: verdictWith(verdict, repositories, gathered),
    notIncluded,
    notes: gathered.notes,
    phases: summedUp(gathered.phases),
  };
  // In a tar they may stand before a database's dump.
  return { proof, rolesAlone: gathered.rolesAlone && gathered.databases.length === 0 };
}

/** What is done now is told beside how far it is. */
function heardBy({ phase }: Followed, bench: Bench): Bench {
  const progress = (text: string): void => {
    phase(text);
    bench.progress(text);
  };
  return { ...bench, progress, phase };
}

/** Tells as the bytes of a backup are read. */
async function* passing(bytes: AsyncIterable<Uint8Array>, { moved }: Followed): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    moved(chunk.length);
    yield chunk;
  }
}

/** A phase that came for each of several databases is told once. */
function summedUp(phases: readonly Phase[]): readonly Phase[] {
  return [...Map.groupBy(phases, ({ name }) => name)].map(([name, all]) => ({
    name,
    millis: all.reduce((sum, { millis }) => sum + millis, 0),
  }));
}

interface Looked {
  readonly problem: Problem;
  /** Of a tar, what became of the bundles in it. */
  readonly repositories?: FoundInArchive;
}

async function proveCandidate(
  candidate: Candidate,
  gathered: ReturnType<typeof nothingYet>,
  proving: Bench,
  followed: Followed,
): Promise<Looked> {
  if (candidate.kind === "directory") {
    gathered.format = "directory archive of pg_dump";
    return { problem: await proveDirectory(candidate.head, candidate.path, gathered, proving) };
  }
  const unwrapped = await unwrap(passing(candidate.open(), followed));
  gathered.format = formatOf(unwrapped);
  // What is not packed needs its own size at least.
  if (unwrapped.content.kind !== "other") await proving.workbench.checkRoom(candidate.bytes ?? 0);
  const prove = async (passed: Unwrapped, examine?: Proving["examine"]): Promise<Problem> => {
    const inner = examine === undefined ? proving : { ...proving, examine };
    const problem = await proveContent(passed, candidate, gathered, inner);
    // Whatever is left is read too: the end of a packed stream holds its checksum.
    if (problem === undefined) for await (const _ of passed.stream);
    return problem;
  };
  return unwrapped.content.kind === "tar"
    ? withRepositories(unwrapped, proving, prove)
    : { problem: await prove(unwrapped) };
}

/** The backup's own fault is an `InputError`; what kept us from telling is a `SystemError`. */
function problemOf(thrown: unknown): ProofVerdict & Problem {
  if (thrown instanceof InputError) return { kind: "not-restorable", why: messageOf(thrown) };
  if (thrown instanceof SystemError)
    return { kind: "unknown", why: thrown.message, howToLearn: "Mend that and prove it again." };
  throw thrown;
}
