import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { bodyOf, kindOf } from "../kinds/index.ts";
import { readPart } from "../parts.ts";
import { type CataloguedBackup, catalogueOf, findBackup } from "../repository/catalogue.ts";
import { type Identity, sizeOf } from "../repository/manifest.ts";
import { OwnProof, proofFile } from "../repository/own-proof.ts";
import { manifestOf, refuseForeign, refuseIncomplete } from "../repository/read-manifest.ts";
import type { Repository } from "../repository/restic.ts";
import type { Receipt } from "./receipt.ts";
import { validUntil } from "./receipt.ts";

type Expected = Omit<Identity, "component" | "store">;

/** The receipt of a backup that was proven whole. Throws `InputError` when it was not. */
export async function receiptFor(id: string, repository: Repository, expected: Expected): Promise<Receipt> {
  const backup = findBackup(catalogueOf(await repository.snapshots()), id);
  return receiptOf(backup, repository, expected);
}

async function receiptOf(backup: CataloguedBackup, repository: Repository, expected: Expected): Promise<Receipt> {
  const { manifest, digest } = await manifestOf(backup, repository);
  refuseForeign(manifest, expected, backup.store);
  await refuseIncomplete(manifest, repository);
  // A later proof that failed counts more than an earlier one that did not; one that could not tell, nothing.
  const told = backup.proofs.find(({ verdict }) => verdict !== "unknown");
  if (told === undefined) throw new InputError(`${backup.id} was not proven yet: millwright backup prove ${backup.id}`);
  const proof = await proofOf(told.snapshot, repository);
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
    covers: [`${backup.store}: ${kindOf(manifest.kind).summary(bodyOf(manifest))}`],
    doesNotCover: proof.doesNotCover,
    installation,
    environment,
    repository: home,
  };
}

function wordsFor(verdict: OwnProof["verdict"]["kind"]): string {
  return verdict === "sampled" ? "looked at samples only" : "failed";
}

async function proofOf(snapshot: string, repository: Repository): Promise<OwnProof> {
  let text = "";
  for await (const chunk of repository.dump(snapshot, proofFile)) text += Buffer.from(chunk).toString("utf8");
  return OwnProof.parse(JSON.parse(text));
}

export type ReceiptVerdict =
  | { readonly kind: "valid"; readonly until: Instant }
  | { readonly kind: "refused"; readonly why: readonly string[] };

export interface ReceiptUse {
  readonly repository: Repository;
  readonly expected: Expected;
  readonly now: Instant;
  /** Reads every part to its end and holds its digest against the manifest's. */
  readonly readAll: boolean;
}

/** Holds a receipt against the repository at the moment it is used. */
export async function checkReceipt(receipt: Receipt, use: ReceiptUse): Promise<ReceiptVerdict> {
  const until = validUntil(receipt.takenAt);
  const why: string[] = [];
  if (use.now >= until) why.push(`it was valid until ${until}, 24 hours after its backup was taken`);
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
  const backup = findBackup(catalogueOf(await repository.snapshots()), id);
  const { manifest } = await manifestOf(backup, repository);
  for (const part of [...manifest.parts, ...manifest.packs]) {
    try {
      for await (const _ of readPart(repository, part));
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      return [thrown.message];
    }
  }
  return [];
}
