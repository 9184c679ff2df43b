import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { bodyOf, kindOf } from "../kinds/index.ts";
import { readPart } from "../parts.ts";
import { backupsOf, findPoint, pointOf, refuseForeignPoint } from "../point/point.ts";
import { PointProof } from "../point/prove-point.ts";
import {
  type Catalogue,
  type CataloguedBackup,
  type CataloguedPoint,
  type CataloguedProof,
  catalogueOf,
  findBackup,
  lastTelling,
} from "../repository/catalogue.ts";
import { type Identity, type Manifest, sizeOf } from "../repository/manifest.ts";
import { OwnProof, proofFile } from "../repository/own-proof.ts";
import { manifestOf, refuseForeign, refuseIncomplete } from "../repository/read-manifest.ts";
import type { Repository } from "../repository/restic.ts";
import { type Receipt, usualReceiptHours, validUntil } from "./receipt.ts";

type Expected = Omit<Identity, "component" | "store">;

/** The receipt of a backup or a recovery point that was proven whole. Throws `InputError` when it was not. */
export async function receiptFor(id: string, repository: Repository, expected: Expected): Promise<Receipt> {
  const catalogue = catalogueOf(await repository.snapshots());
  const point = findPoint(catalogue, id);
  return point === undefined
    ? receiptOf(findBackup(catalogue, id), repository, expected)
    : receiptOfPoint(point, catalogue, repository, expected);
}

async function receiptOf(backup: CataloguedBackup, repository: Repository, expected: Expected): Promise<Receipt> {
  const { manifest, digest } = await manifestOf(backup, repository);
  refuseForeign(manifest, expected, backup.store);
  await refuseIncomplete(manifest, repository);
  const { told, text } = await toldOf(backup, repository);
  const proof = OwnProof.parse(JSON.parse(text));
  if (proof.verdict.kind !== "proven" || proof.digest !== digest || proof.backup !== backup.id)
    throw new InputError(`${backup.id} has no receipt: its proof of ${told.provenAt} ${wordsFor(proof.verdict.kind)}`);
  const { installation, environment, repository: home } = manifest.identity;
  return {
    backup: backup.id,
    digest,
    takenAt: manifest.takenAt,
    size: sizeOf(manifest),
    provenBy: told.snapshot,
    provenAt: proof.provenAt,
    covers: [coveredBy(manifest)],
    doesNotCover: proof.doesNotCover,
    installation,
    environment,
    repository: home,
  };
}

/** Whole only with all of its backups, each of them the one that was proven with it. */
async function receiptOfPoint(
  catalogued: CataloguedPoint,
  catalogue: Catalogue,
  repository: Repository,
  expected: Expected,
): Promise<Receipt> {
  const point = await pointOf(catalogued, repository);
  refuseForeignPoint(point, expected);
  const covers: string[] = [];
  for (const backup of backupsOf(point, catalogue)) {
    // Its own proofs count too: one of them may have failed since.
    covers.push(...(await receiptOf(backup, repository, expected)).covers);
  }
  const { told, text } = await toldOf(catalogued, repository);
  const proof = PointProof.parse(JSON.parse(text));
  if (proof.verdict.kind !== "proven" || proof.digest !== catalogued.digest || proof.point !== point.id)
    throw new InputError(`${point.id} has no receipt: its proof of ${told.provenAt} ${wordsFor(proof.verdict.kind)}`);
  const { installation, environment, repository: home, takenAt } = point;
  return {
    backup: point.id,
    digest: catalogued.digest,
    takenAt,
    size: catalogued.bytes,
    provenBy: told.snapshot,
    provenAt: proof.provenAt,
    covers: [...covers, ...proof.checks.map(({ what, asked }) => `${what}: ${asked}`)],
    doesNotCover: [
      ...(point.fence.kind === "unfenced" ? ["one moment over all stores: it was taken without a fence"] : []),
      ...point.disposable.map(({ store, why }) => `${store}, declared disposable: ${why}`),
      ...proof.doesNotCover,
    ],
    installation,
    environment,
    repository: home,
  };
}

function coveredBy(manifest: Manifest): string {
  const { component, store } = manifest.identity;
  return `${component}/${store}: ${kindOf(manifest.kind).summary(bodyOf(manifest))}`;
}

/** The proof that counts: a later one that failed more than an earlier one that did not; one that could not tell, nothing. */
async function toldOf(
  { id, proofs }: Pick<CataloguedBackup, "id" | "proofs">,
  repository: Repository,
): Promise<{ readonly told: CataloguedProof; readonly text: string }> {
  const told = lastTelling(proofs);
  if (told === undefined) throw new InputError(`${id} was not proven yet: millwright backup prove ${id}`);
  return { told, text: await repository.text(told.snapshot, proofFile) };
}

function wordsFor(verdict: OwnProof["verdict"]["kind"]): string {
  return verdict === "sampled" ? "looked at samples only" : "failed";
}

export type ReceiptVerdict =
  | { readonly kind: "valid"; readonly until: Instant }
  | { readonly kind: "refused"; readonly why: readonly string[] };

export interface ReceiptUse {
  readonly repository: Repository;
  readonly expected: Expected;
  readonly now: Instant;
  /** Of the configuration; the usual ones when left out. */
  readonly receiptHours?: number;
  /** Reads every part to its end and holds its digest against the manifest's. */
  readonly readAll: boolean;
}

/** Holds a receipt against the repository at the moment it is used. */
export async function checkReceipt(receipt: Receipt, use: ReceiptUse): Promise<ReceiptVerdict> {
  const { receiptHours = usualReceiptHours } = use;
  const until = validUntil(receipt.takenAt, receiptHours);
  const why: string[] = [];
  if (use.now >= until)
    why.push(`it was valid until ${until}, ${counted(receiptHours, "hour")} after its backup was taken`);
  if (receipt.takenAt > use.now) why.push(`its backup was taken at ${receipt.takenAt}, which is yet to come`);
  try {
    const now = await receiptFor(receipt.backup, use.repository, use.expected);
    const { provenBy: _, provenAt: __, ...said } = receipt;
    const { provenBy: ___, provenAt: ____, ...is } = now;
    if (JSON.stringify(said) !== JSON.stringify(is)) why.push("the repository says otherwise than the receipt");
    why.push(...(await use.repository.check(false)).map((words) => `the repository is damaged: ${words}`));
    if (use.readAll) why.push(...(await misread(receipt.backup, use.repository)));
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    why.push(thrown.message);
  }
  return why.length === 0 ? { kind: "valid", until } : { kind: "refused", why };
}

async function misread(id: string, repository: Repository): Promise<readonly string[]> {
  const catalogue = catalogueOf(await repository.snapshots());
  const point = findPoint(catalogue, id);
  const backups =
    point === undefined ? [findBackup(catalogue, id)] : backupsOf(await pointOf(point, repository), catalogue);
  const wrong: string[] = [];
  for (const backup of backups) {
    const { manifest } = await manifestOf(backup, repository);
    for (const part of [...manifest.parts, ...manifest.packs]) {
      try {
        for await (const _ of readPart(repository, part, undefined));
      } catch (thrown) {
        if (!(thrown instanceof InputError)) throw thrown;
        wrong.push(`${backup.id}: ${thrown.message}`);
      }
    }
  }
  return wrong;
}
