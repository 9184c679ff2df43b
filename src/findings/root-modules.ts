import { posix } from "node:path";
import type { SourceFile } from "../systems/contract.ts";

/** A folder of Terraform at which `terraform init` is run. */
export interface RootModule {
  readonly folder: string;
  readonly isLocked: boolean;
}

/**
 * The modules at which `terraform init` is run for a folder: itself, unless others of this repository use it as a module, then
 * those. A shared module states ranges, its users lock
 * (https://developer.hashicorp.com/terraform/language/providers/requirements#best-practices-for-provider-versions).
 */
export function rootModules(files: readonly SourceFile[]): (folder: string) => readonly RootModule[] {
  const users = new Map<string, Set<string>>();
  const locked = new Set<string>();
  for (const { path, text } of files) {
    if (path.endsWith(".terraform.lock.hcl")) locked.add(parentOf(path));
    if (!/\.(tf|tofu)$/.test(path)) continue;
    for (const [, source = ""] of text.matchAll(/^[ \t]*source[ \t]*=[ \t]*"(\.{1,2}\/[^"]*)"/gm)) {
      const target = posix.join(parentOf(path), source).replace(/\/+$/, "");
      users.set(target, (users.get(target) ?? new Set()).add(parentOf(path)));
    }
  }
  const rootsOf = (folder: string, seen: Set<string>): readonly string[] => {
    if (seen.has(folder)) return [];
    seen.add(folder);
    const above = users.get(folder);
    return above === undefined ? [folder] : [...above].flatMap((user) => rootsOf(user, seen));
  };
  return (folder) => rootsOf(folder, new Set()).map((root) => ({ folder: root, isLocked: locked.has(root) }));
}

/** The folder of a file; `.` for one at the root. */
export function parentOf(file: string): string {
  return posix.dirname(file);
}
