import { SystemError } from "../kernel/errors.ts";
import type { Manifest } from "./repository/manifest.ts";
import type { StoredSnapshot } from "./repository/restic.ts";

/** Throws where a part that a backup under way has stored is there no more. */
export function refuseGone({ id, parts }: Manifest, snapshots: readonly StoredSnapshot[]): void {
  const gone = parts.filter(({ snapshot }) => !snapshots.some((one) => one.id.startsWith(snapshot)));
  if (gone.length > 0)
    throw new SystemError(
      `${gone.length} of ${parts.length} parts of ${id} were removed while it was made; take it again`,
      "retry",
    );
}
