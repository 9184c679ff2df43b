import { InputError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { BackupClass } from "../../platform/backup-schedule.ts";
import type { StoredSnapshot } from "./restic.ts";
import { type Tagged, type TaggedPart, taggedAs } from "./tags.ts";

/** A backup: parts whose manifest is there and sealed. */
export interface CataloguedBackup {
  readonly id: string;
  readonly environment: string;
  /** `mlflow/database` */
  readonly store: string;
  readonly kind: string;
  readonly class: BackupClass;
  /** The recovery point that it is part of. */
  readonly point: string | undefined;
  /** The step of the control plane's run that made it: RUN/STEP. */
  readonly run: string | undefined;
  readonly takenAt: Instant;
  readonly bytes: number;
  /** How long it took to make; backups of earlier versions do not say, nor do recovery points. */
  readonly millis?: number | undefined;
  readonly digest: string;
  /** restic's ids; the manifest's is the seal's. */
  readonly manifest: string;
  readonly parts: readonly string[];
  /** The newest first. */
  readonly proofs: readonly CataloguedProof[];
}

export interface CataloguedProof {
  readonly snapshot: string;
  readonly provenAt: Instant;
  readonly verdict: string;
  /** Of the manifest that was proven. */
  readonly digest: string;
  readonly millis: number | undefined;
}

/** A part that backups of one store share. Which of them a manifest names, the manifests say; the rest is for retention to remove. */
export interface CataloguedPack {
  /** restic's id. */
  readonly snapshot: string;
  readonly file: string;
  /** Of whose run it is. */
  readonly backup: string;
  readonly store: string;
  readonly at: Instant;
}

/** A moment over all stores of an environment; `proofs` are those of the point as a whole. */
export interface CataloguedPoint extends Omit<CataloguedBackup, "store" | "kind" | "point" | "manifest" | "parts"> {
  readonly snapshot: string;
  readonly fence: "fenced" | "unfenced";
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
  readonly points: readonly CataloguedPoint[];
  readonly packs: readonly CataloguedPack[];
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
  const points: CataloguedPoint[] = [];
  const debris: Debris[] = [];
  const alone = ours.filter(({ tagged }) => tagged.part !== "pack" && tagged.part !== "record");
  for (const group of Map.groupBy(alone, ({ tagged }) => tagged.backup).values()) {
    const backup = backupIn(group);
    const point = pointIn(group);
    if (backup !== undefined) backups.push(backup);
    else if (point !== undefined) points.push(point);
    else debris.push(...group.map((one) => debrisOf(one, group)));
  }
  return {
    backups: backups.toSorted((a, b) => b.takenAt.localeCompare(a.takenAt)),
    points: points.toSorted((a, b) => b.takenAt.localeCompare(a.takenAt)),
    packs: ours.filter(({ tagged }) => tagged.part === "pack").map(packOf),
    debris: debris.toSorted((a, b) => b.at.localeCompare(a.at)),
    others: snapshots.length - ours.length,
  };
}

/**
 * What is whole of another environment or installation. A part alone does not count: a run that looked into the wrong repository
 * and was killed leaves one, and what is no backup makes nobody else's repository.
 */
export function foreignSeal(
  snapshots: readonly StoredSnapshot[],
  { installation, environment }: Pick<Tagged, "installation" | "environment">,
): Tagged | undefined {
  return snapshots
    .map(taggedAs)
    .find((one) => one?.part === "seal" && (one.environment !== environment || one.installation !== installation));
}

/** The last proof that tells, of those that a backup has: one that could not be made says nothing. */
export function lastTelling<P extends Pick<CataloguedProof, "verdict">>(newestFirst: readonly P[]): P | undefined {
  return newestFirst.find(({ verdict }) => verdict !== "unknown");
}

/** When a new proof was made: now, or just after the newest where the clock was set back since. What was found last counts. */
export function afterProofs({ proofs }: Pick<CataloguedBackup, "proofs">, now: Instant): Instant {
  const last = Math.max(...proofs.map(({ provenAt }) => Date.parse(provenAt)));
  return last < Date.parse(now) ? now : instantOf(last + 1);
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
  const sealed = sealedIn(group);
  if (sealed === undefined) return undefined;
  const { store, kind, point, parts: wanted } = sealed.tagged;
  const parts = group.flatMap(({ snapshot, tagged }) => (tagged.part === "part" ? [snapshot.id] : []));
  if (kind === undefined || wanted === undefined || parts.length < wanted) return undefined;
  return { ...sealed.common, store, kind, point, manifest: sealed.snapshot, parts };
}

function pointIn(group: readonly Ours[]): CataloguedPoint | undefined {
  const sealed = sealedIn(group);
  const fence = sealed?.tagged.fence;
  if (sealed === undefined || fence === undefined) return undefined;
  return { ...sealed.common, snapshot: sealed.snapshot, fence };
}

/** The one seal of a group. */
function sealedIn(group: readonly Ours[]) {
  const [seal, ...more] = group.filter(({ tagged }) => tagged.part === "seal");
  if (seal === undefined || more.length > 0) return undefined;
  const { takenAt, bytes, digest } = seal.tagged;
  if (takenAt === undefined || bytes === undefined || digest === undefined) return undefined;
  const { backup: id, environment, run, class: taken = "by-hand", millis } = seal.tagged;
  const proofs = proofsIn(group);
  const common = { id, environment, run, class: taken, takenAt, bytes, millis, digest, proofs };
  return { common, tagged: seal.tagged, snapshot: seal.snapshot.id };
}

function proofsIn(group: readonly Ours[]): readonly CataloguedProof[] {
  const proofs = group.flatMap(({ snapshot, tagged }): CataloguedProof[] =>
    tagged.part === "proof" && tagged.provenAt !== undefined && tagged.verdict !== undefined
      ? [
          {
            snapshot: snapshot.id,
            provenAt: tagged.provenAt,
            verdict: tagged.verdict,
            digest: tagged.digest ?? "",
            millis: tagged.millis,
          },
        ]
      : [],
  );
  return proofs.toSorted((a, b) => b.provenAt.localeCompare(a.provenAt));
}

function packOf({ snapshot, tagged }: Ours): CataloguedPack {
  const { backup, store } = tagged;
  const file = (snapshot.paths[0] ?? "").replace(/^\//, "");
  return { snapshot: snapshot.id, file, backup, store, at: momentOf(snapshot) };
}

function debrisOf(one: Ours, group: readonly Ours[]): Debris {
  const has = (part: TaggedPart): boolean => group.some(({ tagged }) => tagged.part === part);
  switch (one.tagged.part) {
    case "part":
    case "pack":
      return debrisFrom(
        one,
        has("seal")
          ? "a part of what its seal says had more parts, or of what has two seals"
          : "a part without a sealed manifest: its run did not end well, or has not ended yet",
      );
    case "seal":
      return debrisFrom(one, "a sealed manifest of which a part is gone, or that is not alone");
    case "proof":
    case "record":
      return debrisFrom(one, "a proof of what is no backup");
  }
}

function debrisFrom({ snapshot, tagged }: Ours, why: string): Debris {
  return {
    snapshot: snapshot.id,
    backup: tagged.backup,
    store: tagged.store,
    at: momentOf(snapshot),
    why,
  };
}

function momentOf({ time }: StoredSnapshot): Instant {
  return instantOf(Date.parse(time));
}
