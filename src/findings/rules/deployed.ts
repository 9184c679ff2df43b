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
export function ownRepositories(applications: readonly Application[], files: readonly string[]): ReadonlySet<string> {
  const paths = withFolders(files);
  const own = new Set<string>();
  for (const application of applications) {
    const valueFiles = valueFilesOf(application);
    for (const { repoURL, path, ref } of application.sources) {
      const folder = path?.replace(/^\.?\/+|\/+$/g, "");
      const lies = [folder, ref === undefined ? undefined : valueFiles.get(ref)].some(
        (place) => place !== undefined && paths.has(place),
      );
      if (repoURL !== undefined && lies) own.add(repositoryKey(repoURL));
    }
  }
  return own;
}

/** Every file, and every folder above one. */
function withFolders(files: readonly string[]): ReadonlySet<string> {
  const paths = new Set(files);
  for (const file of files) {
    for (let slash = file.indexOf("/"); slash > 0; slash = file.indexOf("/", slash + 1))
      paths.add(file.slice(0, slash));
  }
  return paths;
}

/** `$values/path/to/file` by the name of its source. */
function valueFilesOf({ file }: Application): ReadonlyMap<string, string> {
  const used = file.text.matchAll(/\$([A-Za-z0-9_-]+)\/([^\s"']+)/g);
  return new Map([...used].map(([, ref = "", path = ""]) => [ref, path]));
}
