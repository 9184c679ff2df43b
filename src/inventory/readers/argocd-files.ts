import { posix } from "node:path";
import { itemsAt, type Mapping, textAt } from "../../kernel/tree.ts";
import { isTemplated } from "../../kernel/version.ts";

/** A values file as an Application names it. */
export type ValueFile =
  /** `$ref/path`: relative to the root of the repository that `ref` stands for. */
  | { readonly kind: "referenced"; readonly path: string; readonly ref: string }
  /** Beside the chart in its Git repository; `path` is relative to that repository's root. */
  | { readonly kind: "beside-chart"; readonly path: string }
  /** A URL, a file inside a packaged chart, a name with a template or pattern in it, or one that leads out of its root. */
  | { readonly kind: "elsewhere"; readonly path: string };

/**
 * The values files of a source in their order, the last wins. `/path` counts from the repository's root, `$ref/` from the
 * root of that source (argo-cd docs/user-guide/helm.md and multiple_sources.md). `fill` puts an ApplicationSet's parameters
 * in; undefined for a text that stays a template.
 */
export function valueFilesOf(source: Mapping, fill: (text: string) => string | undefined): readonly ValueFile[] {
  const chartFolder = textAt(source, "path");
  const folder = chartFolder === undefined ? undefined : fill(chartFolder);
  return itemsAt(source, "helm", "valueFiles").flatMap((item) => {
    if (item.kind !== "scalar" || item.value === null) return [];
    const text = fill(item.text);
    return [text === undefined ? { kind: "elsewhere" as const, path: item.text } : valueFile(text, folder)];
  });
}

/** A text that is no template; Argo CD's own `$values/…` is none. */
export function constantText(text: string): string | undefined {
  return isTemplated(text.replace(/^\$[\w-]+\//, "")) ? undefined : text;
}

function valueFile(text: string, chartFolder: string | undefined): ValueFile {
  if (/:\/\/|[*?[{]|\$[A-Z_]{3,}$/.test(text)) return { kind: "elsewhere", path: text };
  const referenced = /^\$([\w-]+)\/(.+)$/.exec(text);
  if (referenced !== null) {
    const [, ref = "", rest = ""] = referenced;
    return inside(text, posix.normalize(rest), (path) => ({ kind: "referenced", ref, path }));
  }
  if (chartFolder === undefined) return { kind: "elsewhere", path: text };
  const path = text.startsWith("/") ? posix.normalize(text.slice(1)) : posix.join(chartFolder, text);
  return inside(text, path, (found) => ({ kind: "beside-chart", path: found }));
}

function inside(text: string, path: string, make: (path: string) => ValueFile): ValueFile {
  return path.startsWith("../") || path.startsWith("/") ? { kind: "elsewhere", path: text } : make(path);
}

/**
 * The file of this repository that an Application means, given which files exist. A path relative to the root wins. Else the
 * audited folder may be a part of its repository (leading folders of the path are left out), or a folder above the
 * Application may be its root: undefined when none of these exists, or several do.
 */
export function findValueFile(
  path: string,
  application: string,
  exists: (path: string) => boolean,
): string | undefined {
  if (exists(path)) return path;
  const found = new Set<string>();
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    const shorter = path.slice(slash + 1);
    if (shorter.includes("/") && exists(shorter)) found.add(shorter);
  }
  for (const folder of foldersAbove(application)) {
    if (exists(`${folder}/${path}`)) found.add(`${folder}/${path}`);
  }
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

/** The folders a file lies in, the innermost first; the root is left out. */
export function foldersAbove(file: string): readonly string[] {
  const folders: string[] = [];
  for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) folders.push(file.slice(0, end));
  return folders;
}
