import type { Follow } from "../progress/follow.ts";
import type { Told } from "../repository/restic-copied.ts";

export interface FollowedCopy {
  readonly told: Told;
  end(): void;
}

/**
 * Tells how far a copy is. Bytes are those that the snapshots hold: what lies in the second repository already goes by at once. Where
 * their sizes are not known, how many are there tells.
 */
export function followCopy(
  follow: Follow,
  snapshots: readonly string[],
  sizes: ReadonlyMap<string, number> | undefined,
): FollowedCopy {
  const total = sizes === undefined ? undefined : snapshots.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
  const followed = follow({ total });
  const done = new Set<string>();
  const say = (): void =>
    followed.phase(`copying to the second repository, ${done.size} of ${snapshots.length} snapshots are there`);
  say();
  return {
    told(letters, share) {
      const snapshot = snapshots.find((id) => id.startsWith(letters));
      if (snapshot === undefined) return;
      if (share === 1) done.add(snapshot);
      say();
      if (sizes === undefined) followed.reached((done.size / snapshots.length) * 100);
      else followed.read({ snapshot, file: "" }, Math.floor((sizes.get(snapshot) ?? 0) * share));
    },
    end: () => followed.end(),
  };
}
