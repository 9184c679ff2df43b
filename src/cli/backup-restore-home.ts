import type { Repository } from "../backups/repository/restic.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import { placeOf } from "./backup-places.ts";
import type { Work } from "./backup-work.ts";

export type Home =
  | { readonly kind: "there"; readonly repository: Repository }
  /** What is there now would be lost. */
  | { readonly kind: "none"; readonly why: string };

/**
 * Where a restore in place backs up what is there, and is written down: in the first repository, also when it restores from the
 * second. There retention knows it and `--undo` looks for it, and into the second only what the first has is copied. Where the first
 * is gone nothing is backed up, if that is agreed to, and the second knows what was done.
 */
export async function homeOf(
  { shell, binding, place }: Work,
  { safetyBackup, config }: { readonly safetyBackup: boolean; readonly config?: string | undefined },
): Promise<Home> {
  const { repository, isSecond, environment } = place;
  if (!isSecond) return { kind: "there", repository };
  let why = "there is none";
  try {
    const first = await placeOf(shell, binding, { environment, ...(config === undefined ? {} : { config }) });
    if ((await first.repository.id()) !== undefined) return { kind: "there", repository: first.repository };
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    why = messageOf(thrown);
  }
  if (!safetyBackup) return { kind: "there", repository };
  return {
    kind: "none",
    why: `what is there now is backed up into the first repository, and that cannot be opened: ${why}; mend it or make it anew (millwright backup init), or leave that backup out by --no-safety-backup`,
  };
}
