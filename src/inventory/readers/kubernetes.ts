import { type Mapping, type Step, scalarAt, textAt } from "../../kernel/tree.ts";
import type { SourceDocument, SourceFile } from "../../platform/source.ts";
import { type Output, pathIn, type Reader } from "../reader.ts";
import { isYamlName } from "../source-file.ts";
import { readImages } from "./kubernetes-images.ts";
import { objectsWithPath } from "./kubernetes-objects.ts";
import type { ImageTree } from "./kubernetes-tree.ts";
import { versionOf } from "./kubernetes-versions.ts";
import { defined } from "./kubernetes-written.ts";

/**
 * Kubernetes objects of any kind: image fields, complete references in variables, arguments, annotations and ConfigMaps, and
 * the fields by which operators choose a version. Objects of Argo CD, Flux and Kustomize have readers of their own.
 */
export const kubernetes: Reader = {
  id: "kubernetes",

  accepts(path, text) {
    return (
      isYamlName(path) &&
      text.includes("apiVersion") &&
      /\bapiVersion["']?\s*:/.test(text) &&
      /\bkind["']?\s*:/.test(text)
    );
  },

  read(file, out) {
    for (const document of file.documents) {
      for (const [object, steps] of objectsWithPath(document.root)) readObject(file, document, object, steps, out);
    }
  },
};

/** Kinds that other readers read, and those that only describe: a CustomResourceDefinition's schema may show examples. */
function isRead(apiVersion: string, kind: string): boolean {
  if (apiVersion.startsWith("argoproj.io/")) return !/^(Application|ApplicationSet|AppProject)$/.test(kind);
  if (/^kustomize\.config\.k8s\.io\/|\.toolkit\.fluxcd\.io\/|^helm\.fluxcd\.io\//.test(apiVersion)) return false;
  return kind !== "CustomResourceDefinition";
}

/** They hold images for others and run none themselves. */
const holders = /^(ConfigMap|Secret|Template|ClusterServiceVersion|PodTemplate|ImageCatalog|ClusterImageCatalog)$/;

function readObject(
  file: SourceFile,
  document: SourceDocument,
  object: Mapping,
  steps: readonly Step[],
  out: Output,
): void {
  const apiVersion = textAt(object, "apiVersion") ?? "";
  const kind = textAt(object, "kind") ?? "";
  if (!isRead(apiVersion, kind)) return;
  const pins: number[] = [];
  const pathOf = (path: readonly Step[]): string => pathIn(document, path);
  const readTree = (tree: ImageTree): void => {
    if (tree.kind !== "" && !isRead(tree.apiVersion, tree.kind)) return;
    readImages(tree, (draft) => void pins.push(out.pin(draft)), readTree);
  };
  for (const draft of versionOf(object, steps, pathOf)) pins.push(out.pin(draft));
  readTree({ file, root: object, steps, pathOf, apiVersion, kind, depth: 0 });
  noteWorkload(object, kind, [...new Set(pins)], out);
}

/** A job runs a client to its end (`pg_dump` of the database's own image): the system itself runs elsewhere. */
const clients = /^(Cron)?Job$/;

function noteWorkload(object: Mapping, kind: string, pins: readonly number[], out: Output): void {
  const name = scalarAt(object, "metadata", "name");
  if (
    pins.length === 0 ||
    holders.test(kind) ||
    clients.test(kind) ||
    name === undefined ||
    name.templated ||
    name.text === ""
  )
    return;
  const namespace = textAt(object, "metadata", "namespace");
  out.note({ kind: "workload", name: name.text, ...defined({ namespace }), pins });
}
