import { itemsAt, type Mapping, textAt, walk } from "../../kernel/tree.ts";
import type { Manifest, Pin, SourceFile } from "../../systems/contract.ts";

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

/** Whether a name is one that a template's user was to fill in: `https://github.com/your-org/infrastructure`. */
export function isFilledInLater(name: string): boolean {
  return /(^|[/:@.])(your|my)[-_]?(org|organi[sz]ation|group|team|user|username|repo|company|name)\b|change[-_]?me|replace[-_]?me|<[^>]*>/i.test(
    name,
  );
}

interface Told {
  readonly manifests: readonly Manifest[];
  readonly files: readonly SourceFile[];
}

/**
 * The Git repositories that are this very repository: something reads folders or value files from them that lie here. Argo CD
 * and Flux have to follow a branch of those, else nothing that is merged would ever arrive.
 */
export function ownRepositories({ manifests, files }: Told): ReadonlySet<string> {
  const here = new Set<string>();
  for (const { path } of files) {
    here.add(path);
    for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1)) here.add(path.slice(0, slash));
  }
  const own = new Set<string>();
  for (const file of files) {
    if (!file.text.includes("repoURL")) continue;
    for (const { url, paths } of usesIn(file)) {
      if (paths.some((path) => isHere(path, here))) own.add(repositoryKey(url));
    }
  }
  for (const url of ofFlux(manifests, here)) own.add(repositoryKey(url));
  return own;
}

/** The part of a path before a wildcard or a template leads to a folder or file of this repository. */
function isHere(path: string, here: ReadonlySet<string>): boolean {
  const constant = path.replace(/^\.?\/+|\/+$/g, "").replace(/(^|\/)[^/]*[*?[{<].*$/, "");
  return here.has(constant);
}

interface Use {
  readonly url: string;
  readonly paths: readonly string[];
}

/** Argo CD's sources and Git generators, wherever they are written: also in a chart's values. */
function* usesIn(file: SourceFile): Iterable<Use> {
  const valueFiles = new Map(
    [...file.text.matchAll(/\$([A-Za-z0-9_-]+)\/([^\s"',\]}]+)/g)].map(([, ref = "", path = ""]) => [ref, path]),
  );
  for (const { root } of file.documents) {
    const uses: Use[] = [];
    if (root === undefined) continue;
    walk(root, (node) => {
      if (node.kind === "mapping") uses.push(...useOf(node, valueFiles));
      return true;
    });
    yield* uses;
  }
}

function useOf(mapping: Mapping, valueFiles: ReadonlyMap<string, string>): readonly Use[] {
  const url = textAt(mapping, "repoURL");
  if (url === undefined) return [];
  const generated = ["directories", "files"].flatMap((key) =>
    itemsAt(mapping, key).map((item) => textAt(item, "path")),
  );
  const paths = [textAt(mapping, "path"), valueFiles.get(textAt(mapping, "ref") ?? ""), ...generated];
  return [{ url, paths: paths.filter((path) => path !== undefined) }];
}

/** Flux: a Kustomization whose path lies here names the GitRepository it takes it from. */
function* ofFlux(manifests: readonly Manifest[], here: ReadonlySet<string>): Iterable<string> {
  const names = new Set(
    manifests
      .filter(
        ({ kind, apiVersion }) => kind === "Kustomization" && apiVersion.startsWith("kustomize.toolkit.fluxcd.io/"),
      )
      .filter(({ root }) => isHere(textAt(root, "spec", "path") ?? "", here))
      .map(({ root }) => textAt(root, "spec", "sourceRef", "name")),
  );
  for (const { kind, name, root } of manifests) {
    const url = kind === "GitRepository" && names.has(name) ? textAt(root, "spec", "url") : undefined;
    if (url !== undefined) yield url;
  }
}
