import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Contestant } from "./measure.ts";

const home = join(import.meta.dirname, "..", "renovate");
const program = join(home, "node_modules", "renovate", "dist", "renovate.js");

/** Installs the exact version that the lock file names, beside this benchmark and nowhere else. */
export function installRenovate(): void {
  if (existsSync(program)) return;
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: home,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("Renovate could not be installed; the benchmark needs a package registry once");
}

/**
 * The managers of the kinds that an inventory lists, with patterns as wide as they can fairly be: three read no file at all
 * unless told which, and values files go by other names as well. Everything that would ask the network is off.
 */
function settings(work: string): object {
  const yaml = { managerFilePatterns: ["/\\.ya?ml$/"] };
  return {
    onboarding: false,
    requireConfig: "optional",
    extends: [],
    repositoryCache: "disabled",
    githubTokenWarn: false,
    cacheDir: join(work, "cache"),
    baseDir: join(work, "base"),
    reportType: "file",
    reportPath: join(work, "report.json"),
    enabledManagers: [
      "argocd",
      "docker-compose",
      "dockerfile",
      "flux",
      "github-actions",
      "gitlabci",
      "gitlabci-include",
      "helm-values",
      "helmv3",
      "kubernetes",
      "kustomize",
      "terraform",
      "terragrunt",
    ],
    argocd: yaml,
    flux: yaml,
    kubernetes: yaml,
    "helm-values": { managerFilePatterns: ["/values[^/]*\\.ya?ml$/"] },
  };
}

/** Renovate's own extraction of a folder; `work` is a folder it may use, in which `reportIn` finds what it said. */
export function renovate(folder: string, work: string): Contestant {
  mkdirSync(work, { recursive: true });
  const config = join(work, "config.json");
  writeFileSync(config, JSON.stringify(settings(work)));
  return {
    name: "Renovate",
    args: [program, "--platform=local", "--dry-run=extract"],
    cwd: folder,
    env: { HOME: work, LOG_LEVEL: "fatal", RENOVATE_CONFIG_FILE: config },
  };
}

const Dependency = z.object({
  depName: z.string().nullish(),
  packageName: z.string().nullish(),
  currentValue: z.string().nullish(),
  currentDigest: z.string().nullish(),
  datasource: z.string().nullish(),
  depType: z.string().nullish(),
});
const Report = z.object({
  repositories: z.record(
    z.string(),
    z.object({
      packageFiles: z.record(
        z.string(),
        z.array(z.object({ packageFile: z.string(), datasource: z.string().nullish(), deps: z.array(Dependency) })),
      ),
    }),
  ),
});

/** One thing that Renovate found. */
export type Extracted = z.infer<typeof Dependency> & { readonly manager: string; readonly file: string };

export function reportIn(work: string): readonly Extracted[] {
  const report = Report.parse(JSON.parse(readFileSync(join(work, "report.json"), "utf8")));
  return Object.values(report.repositories).flatMap(({ packageFiles }) =>
    Object.entries(packageFiles).flatMap(([manager, files]) =>
      // A chart's dependencies have their datasource in common.
      files.flatMap(({ packageFile, datasource, deps }) =>
        deps.map((dep) => ({ ...dep, datasource: dep.datasource ?? datasource, manager, file: packageFile })),
      ),
    ),
  );
}
