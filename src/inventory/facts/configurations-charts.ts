import { itemsAt, textAt } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";

/** A chart in this repository. */
export interface LocalChart {
  readonly folder: string;
  readonly file: SourceFile;
  readonly name: string;
  readonly version: string | undefined;
  readonly dependencies: readonly Dependency[];
}

/** A chart that another one brings along. */
export interface Dependency {
  readonly name: string;
  /** The section of the values that it gets: its alias or name. */
  readonly section: string;
  readonly version: string | undefined;
  readonly repository: string | undefined;
  /** Paths of values of which the first that exists switches it on or off. */
  readonly conditions: readonly string[];
}

/** The charts of a repository by their folder. */
export function localCharts(files: readonly SourceFile[]): ReadonlyMap<string, LocalChart> {
  const charts = new Map<string, LocalChart>();
  for (const file of files) {
    const folder = /^(?:(.*)\/)?Chart\.ya?ml$/.exec(file.path);
    const root = folder === null ? undefined : file.documents[0]?.root;
    const name = textAt(root, "name");
    if (folder === null || name === undefined) continue;
    const where = folder[1] ?? "";
    const dependencies = itemsAt(root, "dependencies").flatMap((item) => {
      const dependency = textAt(item, "name");
      if (dependency === undefined) return [];
      return [
        {
          name: dependency,
          section: textAt(item, "alias") ?? dependency,
          version: textAt(item, "version"),
          repository: textAt(item, "repository"),
          conditions: (textAt(item, "condition") ?? "").split(",").flatMap((text) => text.trim() || []),
        },
      ];
    });
    charts.set(where, { folder: where, file, name, version: textAt(root, "version"), dependencies });
  }
  return charts;
}
