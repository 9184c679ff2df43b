import type { Instant } from "../../kernel/instant.ts";
import type { Identity } from "./manifest.ts";
import type { Repository, StoredSnapshot } from "./restic.ts";
import { taggedAs, tagsOf } from "./tags.ts";

/*
 * What was done with backups is written down beside them: restores, drills, arrivals in a second repository, removals. It outlives whoever
 * did it, and the database of the control plane.
 */

export type RecordKind = "restore" | "drill" | "arrival" | "removal";

export interface CataloguedRecord {
  readonly kind: RecordKind;
  readonly id: string;
  /** restic's. */
  readonly snapshot: string;
  readonly at: Instant;
  readonly verdict: string | undefined;
}

const file = "record.json";

/** Written again under the same id it counts instead of the one before. */
export async function writeRecord(
  repository: Repository,
  { kind, id, at, verdict }: Omit<CataloguedRecord, "snapshot">,
  whose: Pick<Identity, "installation" | "environment">,
  said: unknown,
  signal: AbortSignal,
): Promise<void> {
  const { installation, environment } = whose;
  const tags = tagsOf({ part: "record", backup: id, installation, environment, store: kind, provenAt: at, verdict });
  await repository.record(file, tags, `${JSON.stringify(said, undefined, 1)}\n`, signal);
}

/** The newest of each id, the newest first. */
export function recordsIn(snapshots: readonly StoredSnapshot[], kind: RecordKind): readonly CataloguedRecord[] {
  const found = new Map<string, CataloguedRecord>();
  for (const snapshot of snapshots.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time))) {
    const tagged = taggedAs(snapshot);
    if (tagged?.part !== "record" || tagged.store !== kind || tagged.provenAt === undefined) continue;
    const { backup: id, provenAt: at, verdict } = tagged;
    if (!found.has(id)) found.set(id, { kind, id, snapshot: snapshot.id, at, verdict });
  }
  return [...found.values()];
}

export async function readRecord(repository: Repository, { snapshot }: CataloguedRecord): Promise<string> {
  return repository.text(snapshot, file);
}
