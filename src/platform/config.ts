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
  preproduction: "staging",
  prod: "production",
  production: "production",
};

/** The environment that a folder or branch name conventionally means: `prod` is production. */
export function conventionalName(word: string): string | undefined {
  return Object.hasOwn(conventional, word.toLowerCase()) ? conventional[word.toLowerCase()] : undefined;
}

/**
 * The environment a file belongs to: the declared one with the longest matching path (`.` is the whole repository), else one
 * of the conventional names as a whole folder or as the first or last word of the file's name; undefined when several or
 * none do.
 */
export function environmentOf(file: string, config: PlatformConfig): string | undefined {
  let best: { readonly name: string; readonly length: number } | undefined;
  for (const environment of config.environments) {
    for (const path of environment.paths) {
      const folder = folderAt(path);
      if (isAtOrBelow(file, folder) && folder.length > (best?.length ?? -1))
        best = { name: environment.name, length: folder.length };
    }
  }
  return best?.name ?? conventionalEnvironment(file, config);
}

/** Everything is below the root. */
function isAtOrBelow(file: string, folder: string): boolean {
  return folder === "" || file === folder || file.startsWith(`${folder}/`);
}

function folderAt(path: string): string {
  return path.replace(/^\.(?:\/+|$)/, "").replace(/\/+$/, "");
}

function conventionalEnvironment(file: string, config: PlatformConfig): string | undefined {
  const folders = file.split("/");
  const found = new Set<string>();
  for (const name of [
    ...folders.splice(0, folders.length - 1).map(conventionalName),
    environmentInName(folders[0] ?? ""),
  ])
    if (name !== undefined) found.add(name);
  const [only] = found;
  if (found.size !== 1 || only === undefined) return undefined;
  if (config.environments.length === 0) return only;
  return config.environments.find((environment) => (conventionalName(environment.name) ?? environment.name) === only)
    ?.name;
}

/**
 * The environment that the first or last word of a name means: `values-prod.yaml`, `dev.tfvars`, `Dockerfile.dev`. A word in
 * the middle is part of what the file is about (`model-staging-job.yaml`). What these name is no environment either:
 * - `local-…` storage: `local-path-provisioner`, `local-static-provisioner`, `local-storage`, `local-volume`, `local-pv`;
 * - what developers need: `requirements-dev.txt`, `dev-requirements.txt`, `dev-dependencies`, `dev-tools`, `dev-container`;
 * - its opposite: `non-prod` says which environment it is not.
 * `pre-prod` is staging, as `preprod` is.
 */
function environmentInName(name: string): string | undefined {
  const lower = name.toLowerCase().replace(/(?<=^|[._-])pre[._-](?=prod(?:uction)?(?:[._-]|$))/g, "pre");
  if (notEnvironments.test(lower)) return undefined;
  const words = lower.split(/[._-]/).filter((word) => word !== "");
  const hasExtension = lower.includes(".") && conventionalName(words.at(-1) ?? "") === undefined;
  const stem = hasExtension ? words.slice(0, -1) : words;
  const found = new Set([stem[0], stem.at(-1)].flatMap((word) => conventionalName(word ?? "") ?? []));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

const notEnvironments =
  /^local[._-](?:path|static|storage|volumes?|pvs?|disks?|persistent)(?:[._-]|$)|(?:^|[._-])(?:requirements|dependencies|constraints)[._-]dev(?:elopment)?(?:[._-]|$)|^dev(?:elopment)?[._-](?:requirements|dependencies|constraints|tools?|containers?)(?:[._-]|$)|(?:^|[._-])(?:non|not)[._-]/;
