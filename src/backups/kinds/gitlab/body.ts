import * as z from "zod";
import type { GitlabPart } from "../../../platform/backup-stores.ts";

export const GitlabBody = z.object({
  /** `gitlab/gitlab-toolbox-…`: where backup-utility ran. */
  pod: z.string(),
  bucket: z.string(),
  /** The tar's name there. */
  object: z.string(),
  version: z.string(),
  schemaHead: z.string().optional(),
  createdAt: z.string().optional(),
  /** As backup-utility says it, asked for or not. */
  skipped: z.array(z.string()),
  /** What it was told to leave out, and why. */
  left: z.array(
    z.discriminatedUnion("why", [
      z.object({ part: z.string(), why: z.literal("declared") }),
      /** As it is a daily one. */
      z.object({ part: z.string(), why: z.literal("weekly") }),
      z.object({
        part: z.string(),
        why: z.literal("covered"),
        /** A store of the kind objects: `gitlab/lfs`. */
        by: z.string(),
        bucket: z.string(),
        /** Its newest backup then. */
        backup: z.string().optional(),
      }),
    ]),
  ),
  /** Buckets that it said it did not find. */
  notFound: z.array(z.string()),
  /** Of the tar, by the first name of their paths. */
  contents: z.array(z.object({ name: z.string(), files: z.number(), bytes: z.number() })),
  /** Repositories: each a Git bundle in the tar. */
  bundles: z.number(),
  /** Secrets kept beside it. */
  secrets: z.array(z.string()),
});
export type GitlabBody = z.infer<typeof GitlabBody>;

export const tarPart = "gitlab.tar";
export const secretsPart = "secrets.json";

export const KeptSecrets = z.array(z.object({ name: z.string(), data: z.record(z.string(), z.string()) }));
export type KeptSecrets = z.infer<typeof KeptSecrets>;

/** What each part is, for a person. */
export const gitlabParts: Readonly<Record<GitlabPart, string>> = {
  db: "the database",
  repositories: "the Git repositories",
  registry: "images of the registry",
  uploads: "uploads",
  artifacts: "job artifacts and logs",
  lfs: "LFS objects",
  packages: "packages",
  external_diffs: "diffs of merge requests kept outside the database",
  terraform_state: "Terraform states",
  pages: "Pages",
  ci_secure_files: "secure files",
};

/** In words; what later versions of backup-utility name is said as they do. */
export function partNamed(name: string): string {
  return isPart(name) ? gitlabParts[name] : name;
}

export function isPart(name: string): name is GitlabPart {
  return Object.hasOwn(gitlabParts, name);
}
