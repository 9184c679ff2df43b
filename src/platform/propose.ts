import { conventionalName, defaultConfig, environmentOf, type PlatformConfig } from "./config.ts";
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
  /** Those that a system recognises: a declared component has a system. */
  readonly components: PlatformConfig["components"];
}

const order = ["local", "development", "staging", "production"];

/**
 * What a `millwright.yaml` for this repository would say: every environment that a folder, a file's name or a component tells;
 * by branch names where none does; one production environment over everything when there is nothing to tell them by. An
 * environment told only by the names of components has no path: names go on telling it.
 */
export function proposePlatform(sight: Sight): Proposal {
  const byPath = environmentPaths(sight);
  const byBranch = environmentBranches(sight.branches);
  const isByPath = byPath.size > 0;
  const environments = [...(isByPath ? byPath.keys() : byBranch.keys())]
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((name): ProposedEnvironment => {
      const ref = isByPath ? undefined : byBranch.get(name);
      return { name, paths: [...(byPath.get(name) ?? [])].sort(), ...(ref === undefined ? {} : { ref }) };
    });
  return {
    environments: environments.length > 0 ? environments : [{ name: "production", paths: ["."] }],
    components: declared(sight.components),
  };
}

/** The outermost folders that are named like an environment, and the files whose names alone tell one. */
function environmentPaths({ files, components }: Sight): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const at = (name: string): Set<string> => {
    const paths = found.get(name) ?? new Set();
    found.set(name, paths);
    return paths;
  };
  for (const file of files) {
    const folders = file.split("/").slice(0, -1);
    const depth = folders.findIndex((folder) => conventionalName(folder) !== undefined);
    const byFolder = conventionalName(folders[depth] ?? "");
    if (byFolder !== undefined) at(byFolder).add(folders.slice(0, depth + 1).join("/"));
    else {
      const byName = environmentOf(file, defaultConfig);
      if (byName !== undefined) at(byName).add(file);
    }
  }
  for (const { environment } of components) if (environment !== null) at(environment);
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
