import * as z from "zod";
import type { GitlabPart } from "../../../platform/backup-stores.ts";
import { Part } from "../../repository/manifest.ts";

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
      }),
    ]),
  ),
  /** Buckets that it said it did not find. */
  notFound: z.array(z.string()),
  /** Of the tar, by the first name of their paths. */
  contents: z.array(z.object({ name: z.string(), files: z.number(), bytes: z.number() })),
  /** By each dump of a database in it, rows of each table: `main`, and `ci` where GitLab has a second; none where they were left out. */
  databases: z.array(
    z.object({ name: z.string(), tables: z.array(z.object({ table: z.string(), rows: z.number() })) }),
  ),
  /** Repositories: each a Git bundle in the tar. */
  bundles: z.number(),
  /** Each by itself, where Gitaly's pod is declared. */
  repositories: z
    .object({
      pod: z.string(),
      count: z.number(),
      bytes: z.number(),
      /** Read anew; the others are as in the backup before. */
      copied: z.number(),
      empty: z.number(),
      /** Deleted while they were read. */
      gone: z.number(),
      /** Pushed to between list and bundle; the later content is in it. */
      moved: z.number(),
      /** One on a line. */
      list: Part,
    })
    .optional(),
  /** Secrets kept beside it. */
  secrets: z.array(z.string()),
});
export type GitlabBody = z.infer<typeof GitlabBody>;

/** A repository of the list. */
export const Repository = z.object({
  /** Its path below the storage. */
  name: z.string(),
  /** The project's, by the database of the same backup: `group/project`. */
  path: z.string().optional(),
  /** The ref that `HEAD` names, where that is there. */
  head: z.string().optional(),
  refs: z.number(),
  /** Of all refs with what they point at. */
  digest: z.string(),
  /** None where it is empty: Git makes no bundle of nothing. */
  bundle: Part.optional(),
});
export type Repository = z.infer<typeof Repository>;

export const repositoriesPart = "repositories.jsonl";

export const tarPart = "gitlab.tar";
export const secretsPart = "secrets.json";

/** What no archive holds of a release; the Kubernetes objects of the same recovery point may. */
export const ofRelease = "values and other Secrets of the release, which the kind kubernetes keeps";

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
