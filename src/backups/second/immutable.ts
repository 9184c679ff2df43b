import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import type { Backups } from "../../platform/server-backups.ts";
import { bucketOf } from "../repository/bucket-of.ts";
import type { RepositoryPlace } from "../repository/restic.ts";

/** What is declared to keep a second repository from being changed. */
export type Immutable = NonNullable<NonNullable<Backups["environments"][number]["second"]>["immutable"]>;

/** Whether what is declared is so. `unknown`: nobody here can ask for it. */
export type Immutability =
  | { readonly kind: "verified" | "refuted"; readonly words: string }
  | { readonly kind: "unknown"; readonly words: string; readonly howToLearn: string };

/**
 * Asks the store itself, where one can: of the bucket of an S3 repository whether objects are locked as they are put. A folder, a
 * server behind SSH and one that only appends answer no such question without an attempt to delete.
 */
export async function immutabilityOf(
  declared: Immutable,
  place: RepositoryPlace,
  ports: Pick<BackupPorts, "openBucket">,
): Promise<Immutability> {
  const bucket = bucketOf(place)?.address;
  if (declared === "append-only")
    return {
      kind: "unknown",
      words: "append-only is declared, and only an attempt to delete would tell",
      howToLearn: "Try to delete a file of a copy with its key, by hand: restic forget, or the server's own client.",
    };
  if (bucket === undefined)
    return {
      kind: "unknown",
      words: "object lock is declared, and the repository is no bucket whose lock can be asked for with its keys",
      howToLearn: "Name it as s3:https://HOST/BUCKET with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or look there.",
    };
  try {
    const { enabled, usual } = await ports.openBucket(bucket).objectLock();
    if (!enabled) return { kind: "refuted", words: `the bucket ${bucket.bucket} has no object lock` };
    // restic names no date of its own (restic 0.14, internal/backend/s3).
    if (usual === undefined)
      return {
        kind: "refuted",
        words: `the bucket ${bucket.bucket} has object lock and no default retention: nothing that restic puts is locked`,
      };
    const { mode, days } = usual;
    return {
      kind: "verified",
      words: `objects are locked for ${days} days (${mode})${mode === "governance" ? "; who has s3:BypassGovernanceRetention may delete them all the same" : ""}`,
    };
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    return {
      kind: "unknown",
      words: `whether objects are locked could not be asked: ${thrown.message}`,
      howToLearn: "Its key needs s3:GetBucketObjectLockConfiguration.",
    };
  }
}
