import { createHash } from "node:crypto";
import * as z from "zod";
import type { BackupPorts, Database } from "../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Clock } from "../kernel/ports.ts";
import type { System } from "../systems/contract.ts";
import { compareContent } from "./kinds/postgresql/compare.ts";
import { contentOf } from "./kinds/postgresql/content.ts";
import { type Gathered, nothingYet, type Problem, type Proving, timed } from "./proof/gathered.ts";
import { judge } from "./proof/judge.ts";
import { proveContent } from "./proof/prove-content.ts";
import { unwrap } from "./proof/unwrap.ts";
import { Workbench } from "./proof/workbench.ts";
import type { CataloguedBackup } from "./repository/catalogue.ts";
import {
  type Content,
  type Identity,
  type Manifest,
  readManifest,
  type SealedManifest,
} from "./repository/manifest.ts";
import type { Repository } from "./repository/restic.ts";
import { tagsOf } from "./repository/tags.ts";
import { manifestFile, oneChunk } from "./run.ts";

const Verdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("proven") }),
  z.object({ kind: z.literal("failed"), why: z.array(z.string()) }),
  /** Nothing could be told: by what this machine lacks. */
  z.object({ kind: z.literal("unknown"), why: z.string(), howToLearn: z.string() }),
]);

/** What proving one of our own backups found; kept beside it in the repository. */
export const OwnProof = z.object({
  schema: z.literal("millwright/own-proof/1"),
  backup: z.string(),
  /** Of the manifest it was held against. */
  digest: z.string(),
  provenAt: z.string(),
  provenBy: z.string(),
  verdict: Verdict,
  restoredInto: z.number().optional(),
  tables: z.number(),
  rows: z.number(),
  millis: z.number(),
  /** What belongs to the whole and lies in another backup or none. */
  doesNotCover: z.array(z.string()),
  notes: z.array(z.string()),
});
export type OwnProof = z.infer<typeof OwnProof>;

export interface OwnProofOptions {
  readonly backup: CataloguedBackup;
  readonly identity: Omit<Identity, "component" | "store">;
  readonly repository: Repository;
  /** Who asked for it. */
  readonly provenBy: string;
  readonly scratch: string;
  /** `$PATH`. */
  readonly path: string;
  readonly systems: readonly System[];
  readonly clock: Clock;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The manifest of a backup; throws `InputError` when it is not the one that the catalogue names. */
export async function manifestOf(backup: CataloguedBackup, repository: Repository): Promise<SealedManifest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of repository.dump(backup.manifest, manifestFile)) chunks.push(chunk);
  const sealed = readManifest(Buffer.concat(chunks), `the snapshot ${backup.manifest.slice(0, 8)}`);
  const { manifest, digest } = sealed;
  if (manifest.id !== backup.id || digest !== backup.digest || manifest.dump.snapshot !== backup.dump)
    throw new InputError(`the manifest of ${backup.id} is not the one that was written with it`);
  return sealed;
}

/** Refuses another environment's, installation's or repository's backup under this one's name. */
export function refuseForeign(manifest: Manifest, expected: OwnProofOptions["identity"], store: string): void {
  const { installation, environment, repository, component, store: own } = manifest.identity;
  const wrong = [
    installation === expected.installation ? [] : [`of the installation ${installation}, not ${expected.installation}`],
    environment === expected.environment ? [] : [`of ${environment}, not ${expected.environment}`],
    repository === expected.repository ? [] : ["made for another repository"],
    `${component}/${own}` === store ? [] : [`of ${component}/${own}, not ${store}`],
  ].flat();
  if (wrong.length > 0) throw new InputError(`${manifest.id} is refused: it is a backup ${wrong.join(", ")}`);
}

/**
 * Restores a backup into a throw-away server and holds every table against its manifest. The proof is kept in the repository.
 * Throws `InputError` for a backup that is not this environment's, `SystemError` when the proof was broken off.
 */
export async function proveOwn(options: OwnProofOptions, ports: BackupPorts): Promise<OwnProof> {
  const { backup, repository, clock, signal } = options;
  const sealed = await manifestOf(backup, repository);
  refuseForeign(sealed.manifest, options.identity, backup.store);
  const began = Date.parse(clock.now());
  const gathered = nothingYet("custom archive of pg_dump");
  const workbench = await Workbench.open({ parent: options.scratch, path: options.path }, ports);
  let found: Content | undefined;
  let problem: Problem;
  try {
    const proving: Proving = {
      ...options,
      ports,
      workbench,
      now: clock.now(),
      encoding: sealed.manifest.source.encoding,
      examine: async (db) => {
        found = await examined(db, options);
      },
    };
    await timed("in all", proving, gathered, async () => {
      problem = await restoreDump(sealed.manifest, options, gathered, proving);
    });
  } catch (thrown) {
    problem = problemOf(thrown);
  } finally {
    await workbench.close();
  }
  if (signal.aborted) throw new SystemError("the proof was broken off; nothing of it is left", "stop");
  const proof = concluded(sealed, found, gathered, problem, options, Date.parse(clock.now()) - began);
  await keep(proof, options);
  return proof;
}

async function examined(db: Database, { systems, progress }: OwnProofOptions): Promise<Content> {
  progress("comparing every table with the manifest");
  await db.query("begin read only");
  try {
    return await contentOf(db, systems, () => undefined);
  } finally {
    await db.query("rollback");
    await db.query("reset all");
  }
}

async function restoreDump(
  { dump }: Manifest,
  { repository }: OwnProofOptions,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  const sha256 = createHash("sha256");
  async function* read(): AsyncGenerator<Uint8Array> {
    for await (const chunk of repository.dump(dump.snapshot, dump.file)) {
      sha256.update(chunk);
      yield chunk;
    }
  }
  const unwrapped = await unwrap(read());
  await proving.workbench.checkRoom(dump.bytes);
  const problem = await proveContent(unwrapped, { name: dump.file, path: undefined }, gathered, proving);
  if (problem !== undefined) return problem;
  for await (const _ of unwrapped.stream);
  return sha256.digest("hex") === dump.sha256
    ? undefined
    : { kind: "not-restorable", why: "the dump's bytes are not those that the manifest names" };
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof InputError) return { kind: "not-restorable", why: messageOf(thrown) };
  if (thrown instanceof SystemError)
    return { kind: "unknown", why: thrown.message, howToLearn: "Mend that and prove it again." };
  throw thrown;
}

function concluded(
  { manifest, digest }: SealedManifest,
  found: Content | undefined,
  gathered: Gathered,
  problem: Problem,
  { provenBy, clock }: OwnProofOptions,
  millis: number,
): OwnProof {
  const now = clock.now();
  const { verdict: judged, notIncluded } = judge(gathered, problem, { now, newerThan: undefined });
  const into = gathered.databases[0]?.restoredInto;
  const compared = comparedWith(manifest, found, into);
  const tables = found?.tables ?? [];
  return {
    schema: "millwright/own-proof/1",
    backup: manifest.id,
    digest,
    provenAt: now,
    provenBy,
    verdict: verdictOf(judged, compared.differences, unknownRoles(manifest, gathered)),
    restoredInto: into,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    millis,
    doesNotCover: notIncluded.map(({ what }) => what),
    notes: [...gathered.notes, ...compared.notes, ...(judged.kind === "proven-with-lacks" ? judged.lacks : [])],
  };
}

function comparedWith(
  { content, source }: Manifest,
  found: Content | undefined,
  into: number | undefined,
): ReturnType<typeof compareContent> {
  if (found === undefined) return { differences: ["nothing of it came back"], notes: [] };
  return compareContent(content, found, into === Number(/^\d+/.exec(source.serverVersion)?.[0] ?? 0));
}

/** What was so in the source already (a constraint that never held) is told, and no fault of the backup. */
function verdictOf(
  judged: ReturnType<typeof judge>["verdict"],
  differences: readonly string[],
  unknownRoles: readonly string[],
): OwnProof["verdict"] {
  switch (judged.kind) {
    case "unknown":
      return judged;
    case "not-restorable":
      return { kind: "failed", why: [judged.why, ...differences].slice(0, 50) };
    case "proven":
    case "proven-with-lacks": {
      const why = [...differences, ...unknownRoles];
      return why.length === 0 ? { kind: "proven" } : { kind: "failed", why: why.slice(0, 50) };
    }
  }
}

/** Roles that the dump names and the manifest cannot make again. */
function unknownRoles({ roles }: Manifest, { databases }: Gathered): readonly string[] {
  const known = new Set(roles.map(({ name }) => name));
  const named = new Set(databases.flatMap((database) => database.roles));
  return [...named]
    .filter((name) => !known.has(name) && !name.startsWith("pg_"))
    .map((name) => `the dump names the role ${name}, which the manifest does not hold`);
}

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
  });
  await repository.store(proofFile, tags, oneChunk(`${JSON.stringify(proof, undefined, 1)}\n`), signal);
}

export const proofFile = "proof.json";
