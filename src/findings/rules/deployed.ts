import type { Application, Pin } from "../../systems/contract.ts";

/** Where a pin matters: in what is deployed, in the pipeline that deploys it, or in the image that is built. */
export type Role = "deployed" | "pipeline" | "build";

const pipelineReaders: ReadonlySet<string> = new Set(["gitlab-ci", "github-actions"]);
const buildReaders: ReadonlySet<string> = new Set(["dockerfile", "compose", "python"]);

/** The role of a pin, by the kind of file it stands in. */
export function roleOf(pin: Pin): Role {
  if (pipelineReaders.has(pin.reader)) return "pipeline";
  return buildReaders.has(pin.reader) ? "build" : "deployed";
}

/** A Git URL without scheme, credentials, `.git` and case, so that two spellings of one repository are equal. */
export function repositoryKey(url: string): string {
  return url
    .toLowerCase()
    .replace(/^(git::)?([a-z+]+:\/\/)?([^@/]*@)?/, "")
    .replace(":", "/")
    .replace(/\.git(?=$|[/?])/, "")
    .replace(/\/+$/, "");
}

/**
 * The Git repositories that are this very repository: an Application reads folders or value files from them that lie here.
 * Argo CD has to follow a branch of those, else nothing that is merged would ever arrive.
 */
export function ownRepositories(applications: readonly Application[], files: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  const known = new Set<string>();
  for (const file of files) {
    known.add(file);
    for (let slash = file.indexOf("/"); slash > 0; slash = file.indexOf("/", slash + 1))
      folders.add(file.slice(0, slash));
  }
  const own = new Set<string>();
  for (const { sources, file } of applications) {
    const values = file.text.matchAll(/\$([A-Za-z0-9_-]+)\/([^\s"']+)/g);
    const used = new Map([...values].map(([, ref = "", path = ""]) => [ref, path]));
    for (const source of sources) {
      if (source.repoURL === undefined) continue;
      const path = source.path?.replace(/^\.?\/+|\/+$/g, "");
      const valueFile = source.ref === undefined ? undefined : used.get(source.ref);
      if ((path !== undefined && folders.has(path)) || (valueFile !== undefined && known.has(valueFile)))
        own.add(repositoryKey(source.repoURL));
    }
  }
  return own;
}
