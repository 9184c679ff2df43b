import { counted } from "../../parts/counted.ts";

interface Removal {
  readonly removed: readonly unknown[];
  readonly points: readonly unknown[];
  readonly debris: readonly unknown[];
  readonly packs: readonly unknown[];
  readonly archives: readonly unknown[];
}

/** What goes, of each kind how many; what there is none of is left out. */
export function removalWords({ removed, points, debris, packs, archives }: Removal): string {
  const kinds = [
    [removed.length, "backup", ""],
    [points.length, "recovery point", ", no longer whole then"],
    [debris.length, "snapshot", " that interrupted runs left"],
    [packs.length, "pack", " that no kept backup names"],
    [archives.length, "archive", " in GitLab's bucket"],
  ] as const;
  return kinds
    .filter(([count]) => count > 0)
    .map(([count, noun, more]) => `${counted(count, noun)}${more}`)
    .join("; ");
}
