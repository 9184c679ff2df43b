import { bodyOf, kindOf } from "./kinds/index.ts";
import { pointOf } from "./point/point.ts";
import { PointProof } from "./point/prove-point.ts";
import {
  type CataloguedBackup,
  type CataloguedPoint,
  type CataloguedProof,
  lastTelling,
} from "./repository/catalogue.ts";
import { boundBy, sizeOf } from "./repository/manifest.ts";
import { OwnProof, proofFile } from "./repository/own-proof.ts";
import { manifestOf } from "./repository/read-manifest.ts";
import type { Repository } from "./repository/restic.ts";

/*
 * What a backup and a recovery point say of themselves, and what their proofs found, short enough for a page: without the lists of
 * objects that a manifest may hold.
 */

/** Reads its manifest and its last telling proof. Throws `InputError` where the manifest is not the one that was sealed. */
export async function describeBackup(backup: CataloguedBackup, repository: Repository) {
  const { manifest, digest } = await manifestOf(backup, repository);
  const { body: _, packs, parts, ...said } = manifest;
  const kind = kindOf(manifest.kind);
  const body = bodyOf(manifest);
  const proof = await proofIn(backup.proofs, repository, (said) => OwnProof.parse(said));
  return {
    ...said,
    digest,
    bytes: sizeOf(manifest),
    parts: parts.map((part) => ({ file: part.file, bytes: part.bytes, digest: boundBy(part), added: part.added })),
    packs: { count: packs.length, bytes: sizeOf({ parts: [], packs }) },
    covers: kind.summary(body),
    facts: kind.facts(body).map(([label, text]) => ({ label, text })),
    doesNotCover: [...new Set([...kind.doesNotCover, ...(proof?.doesNotCover ?? [])])],
    ...(proof === undefined ? {} : { proof }),
  };
}

/** Reads a recovery point and its last telling proof. Throws `InputError` where it is not the one that was sealed. */
export async function describePoint(point: CataloguedPoint, repository: Repository) {
  const said = await pointOf(point, repository);
  const proof = await proofIn(point.proofs, repository, (text) => PointProof.parse(text));
  return { ...said, digest: point.digest, bytes: point.bytes, ...(proof === undefined ? {} : { proof }) };
}

/** The last that told something; where none did, the last that could not tell. */
async function proofIn<T>(
  proofs: readonly CataloguedProof[],
  repository: Repository,
  parse: (said: unknown) => T,
): Promise<T | undefined> {
  const shown = lastTelling(proofs) ?? proofs[0];
  return shown === undefined ? undefined : parse(JSON.parse(await repository.text(shown.snapshot, proofFile)));
}
