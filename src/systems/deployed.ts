import { walk } from "../kernel/tree.ts";
import type { Manifest, SourceFile } from "./contract.ts";

const kustomization = /(?:^|\/)kustomization\.ya?ml$|(?:^|\/)Kustomization$/;

/**
 * The manifests that something may deploy: without those that lie beside a kustomization which does not name them, mostly
 * left over, commented out or kept for later.
 */
export function deployedOf(manifests: readonly Manifest[], files: readonly SourceFile[]): readonly Manifest[] {
  const named = new Map(
    files.filter(({ path }) => kustomization.test(path)).map((file) => [folderOf(file.path), namesIn(file)]),
  );
  return manifests.filter(({ file: { path } }) => {
    const folder = folderOf(path);
    return named.get(folder)?.has(path.slice(folder.length)) ?? true;
  });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Every text of a kustomization without a leading `./`: resources, patches, generators and whatever else names a file. */
function namesIn(file: SourceFile): ReadonlySet<string> {
  const names = new Set([file.path.slice(file.path.lastIndexOf("/") + 1)]);
  for (const { root } of file.documents) {
    if (root === undefined) continue;
    walk(root, (node) => {
      if (node.kind === "scalar") names.add(node.text.replace(/^\.\//, ""));
      return true;
    });
  }
  return names;
}
