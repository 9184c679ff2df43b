import { posix } from "node:path";
import { environmentOf, type PlatformConfig } from "../../platform/config.ts";
import type { FileNote, Joining } from "./join.ts";

/** That an environment's kustomization includes a file, and which versions it sets on the Applications in it. */
export interface Inclusion {
  readonly environment: string;
  readonly patches: readonly FileNote<"revision-patch">["note"][];
}

/**
 * By file: the environments whose kustomizations include it, through any number of others. An environment that includes a file
 * on several ways gets the patches of all.
 */
export function inclusionsIn(joining: Joining, config: PlatformConfig): ReadonlyMap<string, readonly Inclusion[]> {
  const resources = new Map<string, readonly string[]>();
  for (const { note } of joining.notes("kustomization"))
    resources.set(note.folder, [...(resources.get(note.folder) ?? []), ...note.resources]);
  const patches = Map.groupBy(
    joining.notes("revision-patch").map(({ note }) => note),
    ({ folder }) => folder,
  );
  const found = new Map<string, Inclusion[]>();
  for (const folder of resources.keys()) {
    const environment = environmentOf(posix.join(folder, "kustomization.yaml"), config);
    if (environment === undefined) continue;
    for (const [file, folders] of filesBelow(folder, resources)) {
      const inclusion = { environment, patches: folders.flatMap((each) => patches.get(each) ?? []) };
      found.set(file, [...(found.get(file) ?? []), inclusion]);
    }
  }
  return found;
}

/** The files that a kustomization includes, each with the folders of the kustomizations on the way, outermost first. */
function filesBelow(
  start: string,
  resources: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  const visit = (folder: string, way: readonly string[]): void => {
    if (seen.has(folder)) return;
    seen.add(folder);
    for (const resource of resources.get(folder) ?? []) {
      if (resources.has(resource)) visit(resource, [...way, resource]);
      else if (!files.has(resource)) files.set(resource, way);
    }
  };
  visit(start, [start]);
  return files;
}
