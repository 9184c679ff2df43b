import * as z from "zod";
import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { System } from "../../systems/contract.ts";
import { followNot } from "../progress/follow.ts";
import { turnOf } from "../progress/took.ts";
import { following } from "../progress/turns.ts";
import { type OwnProofOptions, proveOwn } from "../prove-own.ts";
import { afterProofs, type CataloguedBackup, type CataloguedPoint, catalogueOf } from "../repository/catalogue.ts";
import { type OwnProof, OwnVerdict, proofFile } from "../repository/own-proof.ts";
import { Damaged, damageIn } from "../repository/restic-ends.ts";
import { tagsOf } from "../repository/tags.ts";
import type { OwnProving } from "../store-kind.ts";
import { withSpill } from "../with-spill.ts";
import { gapsOf, type ProofOfStore } from "./gaps.ts";
import { backupsOf, type Point, pointOf, refuseForeignPoint } from "./point.ts";
import type { PointCheck } from "./point-check.ts";
import { References } from "./references.ts";
import { checksOf } from "./see-keys.ts";

/** What proving a recovery point found: its backups, and whether they belong together. Kept beside it in the repository. */
export const PointProof = z.object({
  schema: z.literal("millwright/point-proof/1"),
  point: z.string(),
  /** Of the point as it was sealed. */
  digest: z.string(),
  provenAt: z.string(),
  provenBy: z.string(),
  verdict: OwnVerdict,
  backups: z.array(z.object({ id: z.string(), store: z.string(), verdict: z.string(), proof: z.string() })),
  checks: z.array(
    z.object({
      id: z.string(),
      what: z.string(),
      state: z.enum(["passed", "failed", "unknown"]),
      asked: z.number(),
      why: z.array(z.string()),
    }),
  ),
  doesNotCover: z.array(z.string()),
  millis: z.number(),
});
export type PointProof = z.infer<typeof PointProof>;

export interface PointProofOptions extends Omit<OwnProofOptions, "backup" | "restored" | "lastMillis"> {
  readonly point: CataloguedPoint;
  /** Hears of each backup's proof as it is made. */
  readonly proven?: (proof: OwnProof) => void;
}

type Proven = ProofOfStore & { readonly proof: OwnProof };

/**
 * Proves each backup of a point, and asks the restored databases whether what their rows name is in the point's object stores. A point
 * whose own record is damaged has failed. Throws as `proveOwn`; a backup whose proof cannot be told makes the point's unknown.
 */
export async function provePoint(options: PointProofOptions, ports: BackupPorts): Promise<PointProof> {
  const { point: catalogued, repository, clock, provenBy } = options;
  const began = Date.parse(clock.now());
  const point = await pointOf(catalogued, repository).catch(damageIn);
  const found = point instanceof Damaged ? unreadable(point) : await provenTogether(point, options, ports);
  const ended = clock.now();
  const proof: PointProof = {
    schema: "millwright/point-proof/1",
    point: catalogued.id,
    digest: catalogued.digest,
    provenAt: afterProofs(catalogued, ended),
    provenBy,
    ...found,
    millis: Date.parse(ended) - began,
  };
  await keep(proof, options);
  return proof;
}

type Found = Pick<PointProof, "verdict" | "backups" | "checks" | "doesNotCover">;

function unreadable({ message }: Damaged): Found {
  const verdict = { kind: "failed" as const, why: [`its record does not come back: ${message}`] };
  return { verdict, backups: [], checks: [], doesNotCover: [] };
}

async function provenTogether(point: Point, options: PointProofOptions, ports: BackupPorts): Promise<Found> {
  const { repository, follow = followNot, signal } = options;
  refuseForeignPoint(point, options.identity);
  const catalogue = catalogueOf(await repository.snapshots());
  const backups = backupsOf(point, catalogue);
  const { proofs, checks } = await withSpill(options.scratch, ports, async (spill) => {
    const references = new References(spill);
    const proofs: Proven[] = [];
    const turns = backups.map(({ store }) => turnOf("proofs", store, catalogue.backups));
    for (const [before, backup] of backups.entries()) {
      const own = { ...options, lastMillis: turns[before]?.millis, follow: following(follow, { turns, before }) };
      proofs.push(await provenBy(backup, references, own, ports));
    }
    return { proofs, checks: await checksOf(backups, references, turns, options, ports) };
  });
  if (signal.aborted) throw new SystemError("the proof was broken off; nothing of it is left", "stop");
  return {
    verdict: verdictOf(
      proofs.map((one) => one.proof),
      checks,
    ),
    backups: proofs.map(({ store, proof: one }) => ({
      id: one.backup,
      store,
      verdict: one.verdict.kind,
      proof: one.provenAt,
    })),
    checks: checks.map((one) => ({ ...one, why: [...one.why] })),
    doesNotCover: [...gapsOf(proofs)],
  };
}

async function provenBy(
  backup: CataloguedBackup,
  references: References,
  options: PointProofOptions & Pick<OwnProofOptions, "lastMillis">,
  ports: BackupPorts,
): Promise<Proven> {
  const proof = await proveOwn({ ...options, backup, ...asking(references, backup, options.systems) }, ports);
  options.proven?.(proof);
  return { store: backup.store, kind: backup.kind, proof };
}

/** What a backup's proof calls with the database that it restored, and with what its repositories name. */
export function asking(
  references: References,
  { store }: CataloguedBackup,
  systems: readonly System[],
): Pick<OwnProving, "restored" | "pointed"> {
  return {
    restored: (db, dialect) => references.ask(db, systems, store, dialect),
    pointed: (pointer) => references.point(store, pointer),
  };
}

function verdictOf(proofs: readonly OwnProof[], checks: readonly PointCheck[]): PointProof["verdict"] {
  const failed = [
    ...proofs.flatMap(({ backup, verdict }) =>
      verdict.kind === "failed" ? [`${backup}: ${verdict.why[0] ?? "failed"}`] : [],
    ),
    ...checks.flatMap(({ what, state, why }) => (state === "failed" ? [`${what}: ${why.join("; ")}`] : [])),
  ];
  if (failed.length > 0) return { kind: "failed", why: failed };
  const unknown = [
    ...proofs.flatMap(({ backup, verdict }) => (verdict.kind === "unknown" ? [`${backup}: ${verdict.why}`] : [])),
    ...checks.flatMap(({ what, state, why }) => (state === "unknown" ? [`${what}: ${why.join("; ")}`] : [])),
  ];
  if (unknown.length > 0)
    return { kind: "unknown", why: unknown.join(". "), howToLearn: "Mend that and prove the point again." };
  const sampled = proofs.flatMap(({ backup, verdict }) =>
    verdict.kind === "sampled" ? [`${backup}: ${verdict.what}`] : [],
  );
  return sampled.length > 0 ? { kind: "sampled", what: sampled.join(". ") } : { kind: "proven" };
}

async function keep(proof: PointProof, { point, repository, identity, signal }: PointProofOptions): Promise<void> {
  const { installation, environment } = identity;
  const tags = tagsOf({
    part: "proof",
    backup: point.id,
    installation,
    environment,
    store: "all",
    digest: proof.digest,
    verdict: proof.verdict.kind,
    provenAt: proof.provenAt as Instant,
  });
  await repository.record(proofFile, tags, `${JSON.stringify(proof, undefined, 1)}\n`, signal);
}
