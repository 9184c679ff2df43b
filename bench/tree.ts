/**
 * Writes a repository of a platform as teams keep them, always the same for one seed, and knows every version in it.
 * `scripts/node bench/tree.ts FOLDER [large|small] [SEED]`
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compose, dockerfile, gitlabCi, terraform, workflow } from "./tree/building.ts";
import { application, applicationSet, chart, flux, template, values } from "./tree/delivery.ts";
import { Draft, type Truth } from "./tree/draft.ts";
import { definition, kustomization, manifests } from "./tree/kubernetes.ts";
import { code, dashboard, page } from "./tree/noise.ts";

export type TreeSize = "large" | "small";

export interface SeededTree {
  /** Path → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly truth: readonly Truth[];
}

interface Shape {
  /** How many files of the large tree, of the small one. */
  readonly count: Readonly<Record<TreeSize, number>>;
  readonly path: (index: number) => string;
  readonly write: (file: Draft) => string;
}

const environments = ["dev", "staging", "prod"] as const;

function environment(index: number): string {
  return environments[index % environments.length] ?? "dev";
}

/** The first eleven are candidates for a YAML reader: two thirds of the files. */
const shapes: readonly Shape[] = [
  { count: { large: 180, small: 4 }, path: (n) => `argocd-apps/${environment(n)}/app-${n}.yaml`, write: application },
  { count: { large: 40, small: 1 }, path: (n) => `argocd-apps/sets/set-${n}.yaml`, write: applicationSet },
  { count: { large: 180, small: 4 }, path: (n) => `values/${environment(n)}/values-${n}.yaml`, write: values },
  { count: { large: 60, small: 1 }, path: (n) => `charts/chart-${n}/Chart.yaml`, write: chart },
  { count: { large: 60, small: 1 }, path: (n) => `charts/chart-${n}/values.yaml`, write: values },
  {
    count: { large: 220, small: 3 },
    path: (n) => `charts/chart-${n % 60}/templates/part-${n}.yaml`,
    write: template,
  },
  {
    count: { large: 400, small: 6 },
    path: (n) => `manifests/${environment(n)}/part-${n}/deployment.yaml`,
    write: manifests,
  },
  {
    count: { large: 160, small: 3 },
    path: (n) => `manifests/${environment(n)}/part-${n}/kustomization.yaml`,
    write: kustomization,
  },
  { count: { large: 36, small: 1 }, path: (n) => `manifests/definitions/definition-${n}.yaml`, write: definition },
  { count: { large: 70, small: 2 }, path: (n) => `clusters/${environment(n)}/release-${n}.yaml`, write: flux },
  {
    count: { large: 61, small: 1 },
    path: (n) =>
      n % 3 === 0
        ? `services/s${n}/docker-compose.yml`
        : n % 3 === 1
          ? `services/s${n}/.gitlab-ci.yml`
          : `services/s${n}/.github/workflows/ci.yml`,
    write: pipeline,
  },
  {
    count: { large: 200, small: 3 },
    path: (n) => `terraform/environments/${environment(n)}/part-${n}/main.tf`,
    write: terraform,
  },
  { count: { large: 60, small: 2 }, path: (n) => `services/s${n}/Dockerfile`, write: dockerfile },
  { count: { large: 190, small: 4 }, path: (n) => `docs/page-${n}.md`, write: page },
  { count: { large: 190, small: 3 }, path: (n) => `services/s${n % 60}/src/step_${n}.py`, write: code },
  { count: { large: 93, small: 1 }, path: (n) => `dashboards/board-${n}.json`, write: dashboard },
];

function pipeline(file: Draft): string {
  if (file.path.endsWith("docker-compose.yml")) return compose(file);
  return file.path.endsWith(".gitlab-ci.yml") ? gitlabCi(file) : workflow(file);
}

export function seededTree(size: TreeSize, seed = 1): SeededTree {
  const files = new Map<string, string>();
  const truth: Truth[] = [];
  for (const [kind, shape] of shapes.entries()) {
    for (let index = 0; index < shape.count[size]; index += 1) {
      const draft = new Draft(shape.path(index), seed * 1_000_003 + kind * 10_007 + index);
      files.set(draft.path, shape.write(draft));
      truth.push(...draft.truth);
    }
  }
  return { files, truth };
}

export function writeTree(tree: SeededTree, folder: string): void {
  for (const [path, text] of tree.files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

if (import.meta.main) {
  const [folder, size = "large", seed = "1"] = process.argv.slice(2);
  if (folder === undefined || (size !== "large" && size !== "small")) {
    console.error("bench/tree.ts FOLDER [large|small] [SEED]");
    process.exit(1);
  }
  const tree = seededTree(size, Number(seed));
  writeTree(tree, folder);
  const bytes = [...tree.files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  console.log(`${tree.files.size} files, ${(bytes / 1e6).toFixed(2)} MB, ${tree.truth.length} versions`);
}
