import * as z from "zod";
import { InputError } from "../../../kernel/errors.ts";
import type { GitlabPart, GitlabStore } from "../../../platform/backup-stores.ts";
import type { Taking } from "../../store-kind.ts";
import type { Pod } from "../pod.ts";
import { type GitlabBody, gitlabParts } from "./body.ts";

export type Left = GitlabBody["left"][number];

/** The container's variables that name GitLab's buckets (gitlab-toolbox/scripts/bin/object-storage-backup @585f15fa: `LFS_BUCKET_NAME`). */
const bucketVariables: Readonly<Record<Exclude<GitlabPart, "db" | "repositories">, string>> = {
  registry: "REGISTRY_BUCKET_NAME",
  uploads: "UPLOADS_BUCKET_NAME",
  artifacts: "ARTIFACTS_BUCKET_NAME",
  lfs: "LFS_BUCKET_NAME",
  packages: "PACKAGES_BUCKET_NAME",
  external_diffs: "EXTERNAL_DIFFS_BUCKET_NAME",
  terraform_state: "TERRAFORM_STATE_BUCKET_NAME",
  pages: "PAGES_BUCKET_NAME",
  ci_secure_files: "CI_SECURE_FILES_BUCKET_NAME",
};

const bucketParts = Object.keys(bucketVariables) as readonly (keyof typeof bucketVariables)[];

const Containers = z.object({
  spec: z.object({
    containers: z.array(
      z.object({
        name: z.string(),
        env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
      }),
    ),
  }),
});

/** The buckets that the toolbox's container is told of, by part. */
export function bucketsOf({ object, container }: Pick<Pod, "object" | "container">): ReadonlyMap<GitlabPart, string> {
  const env = Containers.safeParse(object).data?.spec.containers.find(({ name }) => name === container)?.env ?? [];
  return new Map(
    bucketParts.flatMap((part) => {
      const value = env.find(({ name }) => name === bucketVariables[part])?.value;
      return value === undefined || value === "" ? [] : [[part, value] as const];
    }),
  );
}

/**
 * What this backup leaves out. Throws `InputError` for a part that a store is said to cover which is not declared, is no bucket's, or
 * copies another bucket than the toolbox's or only some of it.
 */
export function leftOutOf(
  config: GitlabStore,
  taking: Pick<Taking, "class" | "stores">,
  buckets: ReadonlyMap<GitlabPart, string>,
): readonly Left[] {
  return (Object.keys(gitlabParts) as readonly GitlabPart[]).flatMap((part): readonly Left[] => {
    const by = config.coveredBy[part];
    if (by !== undefined) return [covered(part, by, taking, buckets.get(part))];
    if (config.skip.includes(part)) return [{ part, why: "declared" }];
    return taking.class === "daily" && config.weekly.includes(part) ? [{ part, why: "weekly" }] : [];
  });
}

function covered(part: GitlabPart, by: string, { stores }: Pick<Taking, "stores">, bucket: string | undefined): Left {
  const store = stores.find((one) => `${one.component}/${one.store}` === by);
  const refused = (why: string): InputError =>
    new InputError(`${gitlabParts[part]} (${part}) are said to be covered by ${by}, and ${why}`);
  if (part === "db" || part === "repositories") throw refused("they lie in no bucket: take it out of coveredBy");
  if (store === undefined) throw refused("no such store is declared");
  if (store.kind !== "objects") throw refused(`that is a store of the kind ${store.kind}, not objects`);
  if (bucket !== undefined && store.bucket !== bucket)
    throw refused(`that copies the bucket ${store.bucket}, and the toolbox is told of ${bucket}`);
  if (store.prefix !== "") throw refused(`that copies only keys that begin with ${store.prefix}`);
  return { part, why: "covered", by, bucket: store.bucket };
}
