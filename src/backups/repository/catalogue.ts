import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { StoredSnapshot } from "./restic.ts";
import { type Tagged, taggedAs } from "./tags.ts";

/** A backup: a dump whose manifest is there and sealed. */
export interface CataloguedBackup {
  readonly id: string;
  readonly environment: string;
  /** `mlflow/database` */
  readonly store: string;
  readonly takenAt: Instant;
  readonly bytes: number;
  readonly digest: string;
  /** restic's ids. */
  readonly manifest: string;
  readonly dump: string;
  /** The newest first. */
  readonly proofs: readonly CataloguedProof[];
}

export interface CataloguedProof {
  readonly snapshot: string;
  readonly provenAt: Instant;
  readonly verdict: string;
  /** Of the manifest that was proven. */
  readonly digest: string;
}

/** What lies there and is no backup. */
export interface Debris {
  readonly snapshot: string;
  readonly backup: string;
  readonly store: string;
  readonly at: Instant;
  readonly why: string;
}

export interface Catalogue {
  /** The newest first. */
  readonly backups: readonly CataloguedBackup[];
  readonly debris: readonly Debris[];
  /** Snapshots of others, which are left alone. */
  readonly others: number;
}

interface Ours {
  readonly snapshot: StoredSnapshot;
  readonly tagged: Tagged;
}

/** What a repository's snapshots are. A backup is told by its seal alone: what an interrupted run left is debris. */
export function catalogueOf(snapshots: readonly StoredSnapshot[]): Catalogue {
  const ours = snapshots.flatMap((snapshot): Ours[] => {
    const tagged = taggedAs(snapshot);
    return tagged === undefined ? [] : [{ snapshot, tagged }];
  });
  const backups: CataloguedBackup[] = [];
  const debris: Debris[] = [];
  for (const group of Map.groupBy(ours, ({ tagged }) => tagged.backup).values()) {
    const backup = backupIn(group);
    if (backup === undefined) debris.push(...group.map((one) => debrisOf(one, group)));
    else backups.push(backup);
    if (backup !== undefined) debris.push(...extras(group, backup));
  }
  return {
    backups: backups.toSorted((a, b) => b.takenAt.localeCompare(a.takenAt)),
    debris: debris.toSorted((a, b) => b.at.localeCompare(a.at)),
    others: snapshots.length - ours.length,
  };
}

/** A backup by its id or the beginning of it; throws `InputError` when there is none or more than one. */
export function findBackup({ backups, debris }: Catalogue, id: string): CataloguedBackup {
  const exact = backups.find((one) => one.id === id);
  const found = exact === undefined ? backups.filter((one) => one.id.startsWith(id)) : [exact];
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1)
    throw new InputError(
      `${id} is the beginning of ${found.length} backups: ${found.map((one) => one.id).join(", ")}.`,
    );
  const broken = new Set(debris.filter(({ backup }) => backup === id).map(({ why }) => why));
  throw new InputError(
    broken.size === 0
      ? `There is no backup ${id} in this repository; see millwright backup list.`
      : `${id} is no backup: ${[...broken].join("; ")}.`,
  );
}

function backupIn(group: readonly Ours[]): CataloguedBackup | undefined {
  const [manifest, ...manifests] = group.filter(({ tagged }) => tagged.part === "manifest");
  const [seal, ...seals] = group.filter(({ tagged }) => tagged.part === "seal");
  if (manifest === undefined || seal === undefined || manifests.length + seals.length > 0) return undefined;
  const { backup, environment, store, takenAt, bytes, digest, dump } = seal.tagged;
  if (takenAt === undefined || bytes === undefined || digest === undefined || dump === undefined) return undefined;
  if (!group.some(({ snapshot, tagged }) => snapshot.id === dump && tagged.part === "dump")) return undefined;
  const proofs = group.flatMap(({ snapshot, tagged }): CataloguedProof[] =>
    tagged.part === "proof" && tagged.provenAt !== undefined && tagged.verdict !== undefined
      ? [{ snapshot: snapshot.id, provenAt: tagged.provenAt, verdict: tagged.verdict, digest: tagged.digest ?? "" }]
      : [],
  );
  return {
    id: backup,
    environment,
    store,
    takenAt,
    bytes,
    digest,
    manifest: manifest.snapshot.id,
    dump,
    proofs: proofs.toSorted((a, b) => b.provenAt.localeCompare(a.provenAt)),
  };
}

function extras(group: readonly Ours[], { dump }: CataloguedBackup): readonly Debris[] {
  return group
    .filter(({ snapshot, tagged }) => tagged.part === "dump" && snapshot.id !== dump)
    .map((one) => debrisFrom(one, "a dump that its manifest does not name"));
}

function debrisOf(one: Ours, group: readonly Ours[]): Debris {
  const has = (part: Tagged["part"]): boolean => group.some(({ tagged }) => tagged.part === part);
  switch (one.tagged.part) {
    case "dump":
      return debrisFrom(
        one,
        has("seal")
          ? "a dump whose seal names another, or has a second"
          : "a dump without a sealed manifest: its run did not end well, or has not ended yet",
      );
    case "manifest":
      return debrisFrom(one, has("dump") ? "a manifest without its one seal" : "a manifest whose dump is gone");
    case "seal":
      return debrisFrom(one, "a seal without its manifest or dump");
    case "proof":
      return debrisFrom(one, "a proof of what is no backup");
  }
}

function debrisFrom({ snapshot, tagged }: Ours, why: string): Debris {
  return {
    snapshot: snapshot.id,
    backup: tagged.backup,
    store: tagged.store,
    at: new Date(snapshot.time).toISOString() as Instant,
    why,
  };
}
