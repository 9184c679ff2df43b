import { kindOf } from "../kinds/index.ts";
import type { Expected } from "../progress/course.ts";
import type { Turn } from "../progress/turns.ts";
import { sizeOf } from "../repository/manifest.ts";
import type { PlannedStore, RestoreOptions } from "./restore.ts";

type How = Pick<RestoreOptions, "prefix" | "gitRepository" | "target">;

/** What restoring a store will take. Known where all of it is read. Files are as they lie there: nothing of a proof is done with them. */
export function expectedOf({ sealed, lastMillis }: PlannedStore, { prefix, gitRepository, target }: How): Expected {
  const { manifest } = sealed;
  const readsSome = target.kind !== "folder" && kindOf(manifest.kind).restore?.readsWhatLacks === true;
  if (readsSome || prefix !== "" || gitRepository !== undefined) return {};
  return { total: sizeOf(manifest), millis: target.kind === "folder" ? undefined : lastMillis };
}

/** The restore of a store as one of several. */
export function restoreTurn(planned: PlannedStore, how: How): Turn {
  return { what: "restores", store: planned.store, millis: expectedOf(planned, how).millis };
}

/** The backup that is made of a store before it is replaced. */
export function safetyTurn({ store, lastBackupMillis }: PlannedStore): Turn {
  return { what: "backups", store, millis: lastBackupMillis };
}
