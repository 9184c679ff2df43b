import type { PlatformConfig } from "./schema.ts";

export type { PlatformConfig };

/** Where the platform says of itself what it is, at the root of its repository. */
export const platformFile = "millwright.yaml";

/** What holds where there is no `millwright.yaml`: what its schema makes of an empty file. */
export const defaultConfig: PlatformConfig = {
  platform: "platform",
  environments: [],
  components: [],
  repositories: [],
  ignore: [],
  suppress: [],
  disposable: [],
  windows: [],
  freezes: [],
  duties: [],
  policy: { secondPerson: ["production"], approvalHours: 24, factsMaxAgeDays: 120, changeBy: "merge-request" },
  journal: { branch: "maintenance-log", folder: "docs/maintenance-logs", incidents: "docs/incidents" },
};

const conventional: Readonly<Record<string, string>> = {
  local: "local",
  dev: "development",
  develop: "development",
  development: "development",
  stage: "staging",
  staging: "staging",
  preprod: "staging",
  prod: "production",
  production: "production",
};

/** The environment that a folder or branch name conventionally means: `prod` is production. */
export function conventionalName(word: string): string | undefined {
  return Object.hasOwn(conventional, word.toLowerCase()) ? conventional[word.toLowerCase()] : undefined;
}

/**
 * The environment a file belongs to: the declared one with the longest matching path, else one of the conventional names
 * as a folder or as a word of the file's name; undefined when several or none do.
 */
export function environmentOf(file: string, config: PlatformConfig): string | undefined {
  let best: { readonly name: string; readonly length: number } | undefined;
  for (const environment of config.environments) {
    for (const path of environment.paths) {
      const folder = path.replace(/^\.\//, "").replace(/\/+$/, "");
      if ((file === folder || file.startsWith(`${folder}/`)) && folder.length > (best?.length ?? -1)) {
        best = { name: environment.name, length: folder.length };
      }
    }
  }
  return best?.name ?? conventionalEnvironment(file, config);
}

function conventionalEnvironment(file: string, config: PlatformConfig): string | undefined {
  const found = new Set<string>();
  for (const word of file.toLowerCase().split(/[/._-]/)) {
    const name = conventionalName(word);
    if (name !== undefined) found.add(name);
  }
  const [only] = found;
  if (found.size !== 1 || only === undefined) return undefined;
  if (config.environments.length === 0) return only;
  return config.environments.find((environment) => (conventionalName(environment.name) ?? environment.name) === only)
    ?.name;
}
