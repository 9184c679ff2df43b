import type { Reply } from "../../api/types.ts";

type Matrix = Reply<"/matrix">;

/** A component in one environment; undefined where it is not deployed. */
export interface Cell {
  readonly environment: string;
  readonly version: string | null;
  /** How what runs stands to what is declared, in words. */
  readonly says: string;
  /** Something else runs than is declared, or nothing does. */
  readonly isOther: boolean;
  readonly health: Matrix["rows"][number]["health"][number];
}

export interface VersionRow {
  readonly component: string;
  readonly system: string | null;
  readonly differs: boolean;
  readonly cells: readonly (Cell | undefined)[];
}

/** The matrix as rows of cells, one an environment. */
export function versionRows({ environments, rows }: Matrix): readonly VersionRow[] {
  return rows.map(({ component, system, differs, versions, deployed, live, declared, running, health }) => ({
    component,
    system,
    differs,
    cells: environments.map((environment, index): Cell | undefined => {
      if (deployed[index] !== true) return undefined;
      const standing = running[index] ?? "unknown";
      return {
        environment,
        version: versions[index] ?? null,
        says: wordsOf(standing, live[index] === true, declared[index] ?? null),
        isOther: standing === "different" || (standing === "absent" && (declared[index] ?? null) !== null),
        health: health[index] ?? null,
      };
    }),
  }));
}

function wordsOf(
  running: NonNullable<Matrix["rows"][number]["running"][number]>,
  live: boolean,
  declared: string | null,
): string {
  switch (running) {
    case "as-declared":
      return "runs, as declared";
    case "different":
      return `declared ${declared ?? "otherwise"}`;
    case "absent":
      // Where no version is named there may be nothing that runs: secrets, routes.
      return declared === null ? "no workload seen" : "declared, does not run";
    case "unknown":
      return live ? "runs, declared nowhere" : "declared";
  }
}

export const shows = ["all", "differing", "unhealthy"] as const;
export type Show = (typeof shows)[number];

/** The rows that fit; those of a known system first, as the matrix has them by name. */
export function fitting(rows: readonly VersionRow[], text: string, show: Show): readonly VersionRow[] {
  const asked = text.trim().toLowerCase();
  return rows
    .filter(({ component, system }) => `${component} ${system ?? ""}`.toLowerCase().includes(asked))
    .filter((row) => {
      if (show === "differing") return row.differs || row.cells.some((cell) => cell?.isOther === true);
      if (show === "unhealthy")
        return row.cells.some((cell) => cell?.health === "unhealthy" || cell?.health === "affected");
      return true;
    })
    .toSorted((a, b) => Number(a.system === null) - Number(b.system === null));
}
