import type { Reply } from "../../api/types.ts";

type Matrix = Reply<"/matrix">;

/** A component in one environment; undefined where it is not deployed. */
export interface Cell {
  readonly environment: string;
  readonly version: string | null;
  /** What the repository declares, where something else runs. */
  readonly declaredElse: string | undefined;
  /** The version was seen in the cluster. */
  readonly live: boolean;
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
  return rows.map(({ component, system, differs, versions, deployed, live, declared, health }) => ({
    component,
    system,
    differs,
    cells: environments.map((environment, index): Cell | undefined => {
      if (deployed[index] !== true) return undefined;
      const [version, wanted] = [versions[index] ?? null, declared[index] ?? null];
      const isElse = live[index] === true && wanted !== null && wanted !== version;
      return {
        environment,
        version,
        declaredElse: isElse ? wanted : undefined,
        live: live[index] === true,
        health: health[index] ?? null,
      };
    }),
  }));
}

export const shows = ["all", "differing", "unhealthy"] as const;
export type Show = (typeof shows)[number];

/** The rows that fit; those of a known system first, as the matrix has them by name. */
export function fitting(rows: readonly VersionRow[], text: string, show: Show): readonly VersionRow[] {
  const asked = text.trim().toLowerCase();
  return rows
    .filter(({ component, system }) => `${component} ${system ?? ""}`.toLowerCase().includes(asked))
    .filter((row) => {
      if (show === "differing") return row.differs || row.cells.some((cell) => cell?.declaredElse !== undefined);
      if (show === "unhealthy")
        return row.cells.some((cell) => cell?.health === "unhealthy" || cell?.health === "affected");
      return true;
    })
    .toSorted((a, b) => Number(a.system === null) - Number(b.system === null));
}
