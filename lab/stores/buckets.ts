import { createHash } from "node:crypto";
import type { EnvironmentName } from "../platform.ts";
import type { LfsObject } from "./encrypted-rows.ts";
import type { S3 } from "./s3.ts";

/** The components of GitLab that lie in buckets, in the order of backup-utility (its `object_storage_backends`). */
export const bucketComponents = [
  "registry",
  "uploads",
  "artifacts",
  "lfs",
  "packages",
  "external_diffs",
  "terraform_state",
  "pages",
  "ci_secure_files",
] as const;
export type BucketComponent = (typeof bucketComponents)[number];
/** Of its backups, and where a restore puts what was there. */
export type BackupBucket = "backups" | "backups-tmp";

const suffixes: Readonly<Record<EnvironmentName, string>> = {
  development: "-dev",
  staging: "-staging",
  production: "",
};

/** As the platform's repository names them: argocd-apps/values and environments/ENV/values; the registry's and Pages' as the chart does. */
export function bucketOf(environment: EnvironmentName, component: BucketComponent | BackupBucket): string {
  const name = component === "registry" ? "registry" : `gitlab-${component.replaceAll("_", "-")}`;
  return `${name}${suffixes[environment]}`;
}

/** Of MLflow; the overlays of the platform's repository leave it as production's, which cannot be where they share a store. */
export function artifactsBucketOf(environment: EnvironmentName): string {
  return `mlflow-artifacts${suffixes[environment]}`;
}

export function bucketsOf(environment: EnvironmentName): readonly string[] {
  const ofGitlab = [...bucketComponents, "backups" as const, "backups-tmp" as const].map((component) =>
    bucketOf(environment, component),
  );
  return [artifactsBucketOf(environment), ...ofGitlab];
}

/** Objects as GitLab's parts would have left them. Those that are there stay. */
export async function fillBuckets(s3: S3, environment: EnvironmentName, lfs: readonly LfsObject[]): Promise<void> {
  const wanted: readonly { readonly component: BucketComponent; readonly key: string; readonly content: Buffer }[] = [
    ...lfs.map(({ key, content }) => ({ component: "lfs" as const, key, content })),
    ...lfs
      .flatMap(({ projectId }) => imageOf(projectId))
      .map((object) => ({ component: "registry" as const, ...object })),
  ];
  for (const component of new Set(wanted.map((object) => object.component))) {
    const there = new Set(await s3.list(bucketOf(environment, component)));
    for (const { key, content } of wanted.filter((object) => object.component === component && !there.has(object.key)))
      await s3.put(bucketOf(environment, component), key, content);
  }
}

const digestOf = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/**
 * One image with one layer in a project's registry, laid out as the registry's storage driver does
 * (distribution/distribution registry/storage/paths.go): blobs by their digest, and links to them from the repository.
 */
function imageOf(projectId: number): readonly { readonly key: string; readonly content: Buffer }[] {
  const repository = `docker/registry/v2/repositories/team-${projectId}/model-${projectId}`;
  const layer = Buffer.from(`layer of project ${projectId}\n`.repeat(300));
  const config = json({
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [`sha256:${digestOf(layer)}`] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: {
      mediaType: "application/vnd.docker.container.image.v1+json",
      size: config.length,
      digest: `sha256:${digestOf(config)}`,
    },
    layers: [
      {
        mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
        size: layer.length,
        digest: `sha256:${digestOf(layer)}`,
      },
    ],
  });
  const link = (place: string, content: Buffer) => ({
    key: `${repository}/${place}/link`,
    content: Buffer.from(`sha256:${digestOf(content)}`),
  });
  const blob = (content: Buffer) => {
    const digest = digestOf(content);
    return { key: `docker/registry/v2/blobs/sha256/${digest.slice(0, 2)}/${digest}/data`, content };
  };
  return [
    ...[layer, config, manifest].map(blob),
    ...[layer, config].map((content) => link(`_layers/sha256/${digestOf(content)}`, content)),
    link(`_manifests/revisions/sha256/${digestOf(manifest)}`, manifest),
    link("_manifests/tags/latest/current", manifest),
    link(`_manifests/tags/latest/index/sha256/${digestOf(manifest)}`, manifest),
  ];
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value, null, 2));
}
