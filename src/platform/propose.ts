import { conventionalName, type PlatformConfig } from "./config.ts";
import type { Component } from "./pin.ts";

/** What `init` saw of a repository. */
export interface Sight {
  /** Paths of the files that fix versions, relative to the root. */
  readonly files: readonly string[];
  readonly components: readonly Component[];
  /** Git branches, remote ones without the remote's name; none outside Git. */
  readonly branches: readonly string[];
}

type ProposedEnvironment = Pick<PlatformConfig["environments"][number], "name" | "ref" | "paths">;

export interface Proposal {
  readonly environments: readonly ProposedEnvironment[];
  readonly components: PlatformConfig["components"];
}

const order = ["local", "development", "staging", "production"];

/**
 * What a `millwright.yaml` for this repository would say: environments by folder names first, by branch names where no folder
 * tells; one production environment over everything when neither does.
 */
export function proposePlatform(sight: Sight): Proposal {
  const byFolder = environmentFolders(sight.files);
  const byBranch = environmentBranches(sight.branches);
  const names = byFolder.size > 0 ? [...byFolder.keys()] : [...byBranch.keys()];
  const environments = names
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((name): ProposedEnvironment => {
      const ref = byFolder.size > 0 ? undefined : byBranch.get(name);
      return { name, paths: [...(byFolder.get(name) ?? [])].sort(), ...(ref === undefined ? {} : { ref }) };
    });
  return {
    environments: environments.length > 0 ? environments : [{ name: "production", paths: [] }],
    components: declared(sight.components),
  };
}

/** The outermost folders that are named like an environment. */
function environmentFolders(files: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of files) {
    const folders = file.split("/").slice(0, -1);
    const depth = folders.findIndex((folder) => conventionalName(folder) !== undefined);
    const name = conventionalName(folders[depth] ?? "");
    if (name === undefined) continue;
    const paths = found.get(name) ?? new Set();
    found.set(name, paths.add(folders.slice(0, depth + 1).join("/")));
  }
  return found;
}

function environmentBranches(branches: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const branch of branches) {
    const name = conventionalName(branch);
    if (name !== undefined && !found.has(name)) found.set(name, branch);
  }
  return found.size > 1 ? found : new Map();
}

function declared(components: readonly Component[]): PlatformConfig["components"] {
  const found = new Map<string, PlatformConfig["components"][number]>();
  for (const { name, system, environment } of components) {
    if (system === null || !/^[a-z0-9][a-z0-9-]*$/.test(name)) continue;
    found.set(`${name} ${environment}`, { name, system, ...(environment === null ? {} : { environment }) });
  }
  return [...found.values()];
}
