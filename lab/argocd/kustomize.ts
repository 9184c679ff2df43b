import { load } from "js-yaml";
import { isMapping, jsonPatch, strategicPatch } from "../kubernetes/patch.ts";
import { generated } from "./generators.ts";
import { type Files, joined, type Manifest, manifestsOf } from "./manifest.ts";

/** The part of kustomize that the platform's repository uses; another key is an error that names it, never skipped. */
const covered = [
  "apiVersion",
  "kind",
  "metadata",
  "resources",
  "namespace",
  "patches",
  "images",
  "replicas",
  "configMapGenerator",
  "secretGenerator",
  "generatorOptions",
];

/** Of `spec.source.kustomize`. */
const coveredInSource = ["patches", "images", "replicas", "namespace"];

const clusterWide = new Set([
  "Namespace",
  "Node",
  "PersistentVolume",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "StorageClass",
  "IngressClass",
  "ClusterIssuer",
]);

const names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

export function kustomizationIn(files: Files, folder: string): string | undefined {
  return names.map((name) => joined(folder, name)).find((path) => files.has(path));
}

/** Builds a folder of a repository whose files are all given. Throws Error in kustomize's manner. */
export function kustomize(
  files: Files,
  folder: string,
  source: Readonly<Record<string, unknown>> = {},
): readonly Manifest[] {
  const unknown = Object.keys(source).filter((key) => !coveredInSource.includes(key));
  if (unknown.length > 0) throw new Error(`spec.source.kustomize.${unknown[0]} is not covered by the lab's kustomize`);
  const images = ((source["images"] ?? []) as readonly unknown[]).map((one) =>
    typeof one === "string" ? imageOf(one) : one,
  );
  return transformed(build(files, folder, []), { ...source, images }, files, folder);
}

function build(files: Files, folder: string, above: readonly string[]): readonly Manifest[] {
  const path = kustomizationIn(files, folder);
  if (path === undefined)
    throw new Error(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
    );
  if (above.includes(folder)) throw new Error(`cycle not allowed: candidate root '${folder}' contains visited root`);
  const kustomization = (load(files.get(path) ?? "") ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(kustomization).filter((key) => !covered.includes(key));
  if (unknown.length > 0) throw new Error(`${path}: ${unknown[0]} is not covered by the lab's kustomize`);
  const resources = ((kustomization["resources"] ?? []) as readonly string[]).flatMap((entry) =>
    resourceOf(files, folder, entry, [...above, folder]),
  );
  return transformed([...resources, ...generated(files, folder, kustomization)], kustomization, files, folder);
}

function resourceOf(files: Files, folder: string, entry: string, above: readonly string[]): readonly Manifest[] {
  if (/^[a-z+]+:\/\/|^git@|\?ref=/.test(entry))
    throw new Error(`resource '${entry}': a remote resource is not covered by the lab's kustomize`);
  const path = joined(folder, entry);
  const text = files.get(path);
  if (text !== undefined) return manifestsOf(text, path);
  if (kustomizationIn(files, path) !== undefined) return build(files, path, above);
  throw new Error(
    `accumulating resources: accumulation err='accumulating resources from '${entry}': open ${path}: no such file or directory'`,
  );
}

interface Image {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

function transformed(
  manifests: readonly Manifest[],
  by: Readonly<Record<string, unknown>>,
  files: Files,
  folder: string,
): readonly Manifest[] {
  let all = manifests;
  const { namespace } = by;
  if (typeof namespace === "string")
    all = all.map((one) =>
      clusterWide.has(String(one["kind"])) ? one : { ...one, metadata: { ...one.metadata, namespace } },
    );
  for (const patch of (by["patches"] ?? []) as readonly Patch[]) all = patched(all, patch, files, folder);
  for (const image of (by["images"] ?? []) as readonly Image[])
    all = all.map((one) => withImage(one, image) as Manifest);
  for (const { name, count } of (by["replicas"] ?? []) as readonly { readonly name: string; readonly count: number }[])
    all = all.map((one) =>
      one.metadata["name"] === name && isMapping(one["spec"])
        ? { ...one, spec: { ...one["spec"], replicas: count } }
        : one,
    );
  return all;
}

interface Patch {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: {
    readonly group?: string;
    readonly version?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly [other: string]: unknown;
  };
}

function patched(all: readonly Manifest[], patch: Patch, files: Files, folder: string): readonly Manifest[] {
  const content = contentOf(patch, files, folder);
  const { target = ownTarget(content) } = patch;
  const unknown = Object.keys(target).filter((key) => !["group", "version", "kind", "name", "namespace"].includes(key));
  if (unknown.length > 0) throw new Error(`a patch target's ${unknown[0]} is not covered by the lab's kustomize`);
  const hits = all.filter((one) => isTarget(one, target));
  if (hits.length === 0 && patch.target === undefined)
    throw new Error(`no resource matches strategic merge patch "${target.kind}.${target.name}": no matches for Id`);
  return all.flatMap((one) => (hits.includes(one) ? changedBy(one, content) : [one]));
}

function contentOf({ path, patch }: Patch, files: Files, folder: string): unknown {
  const text = patch ?? files.get(joined(folder, path ?? ""));
  if (text === undefined) throw new Error(`patch '${path}': no such file or directory`);
  return load(text);
}

function changedBy(one: Manifest, content: unknown): readonly Manifest[] {
  if (Array.isArray(content)) return [applied(one, content as Record<string, unknown>[])];
  if (isMapping(content) && content["$patch"] === "delete") return [];
  const merged = strategicPatch(structuredClone(one), content) as Manifest;
  return [{ ...merged, metadata: { ...merged.metadata, name: one.metadata["name"] } }];
}

/** A strategic merge patch names what it changes itself. */
function ownTarget(content: unknown): NonNullable<Patch["target"]> {
  if (!isMapping(content)) throw new Error("must specify a target for JSON patch");
  const { kind, metadata } = content as Manifest;
  return { kind: String(kind), name: String(metadata["name"]) };
}

/** Target fields are regular expressions that must match whole (kustomize api/types/selector.go). */
function isTarget(one: Manifest, target: NonNullable<Patch["target"]>): boolean {
  const [version = "", group = ""] = String(one["apiVersion"]).split("/").toReversed();
  const values: Readonly<Record<string, unknown>> = {
    group,
    version,
    kind: one["kind"],
    name: one.metadata["name"],
    namespace: one.metadata["namespace"] ?? "",
  };
  return Object.entries(target).every(([key, pattern]) =>
    new RegExp(`^(?:${String(pattern)})$`).test(String(values[key])),
  );
}

/** RFC 6902: what is replaced or removed must be there. */
function applied(one: Manifest, operations: readonly Record<string, unknown>[]): Manifest {
  let result: unknown = one;
  for (const operation of operations) {
    const path = String(operation["path"]);
    if (!["add", "replace", "remove"].includes(String(operation["op"])))
      throw new Error(`JSON patch operation ${String(operation["op"])} is not covered by the lab's kustomize`);
    const isMissing = operation["op"] !== "add" && at(result, path) === undefined;
    if (isMissing || at(result, path.slice(0, path.lastIndexOf("/"))) === undefined)
      throw new Error(
        `${String(operation["op"])} operation does not apply: doc is missing path: "${path}": missing value`,
      );
    result = jsonPatch(result, [operation]);
  }
  return result as Manifest;
}

function at(value: unknown, path: string): unknown {
  let here = value;
  for (const step of path
    .split("/")
    .slice(1)
    .map((one) => one.replaceAll("~1", "/").replaceAll("~0", "~")))
    here = Array.isArray(here) ? here[Number(step)] : isMapping(here) ? here[step] : undefined;
  return here;
}

/** `name=new:tag`, `name:tag`, `name@sha256:…`, as an Application's source writes images. */
function imageOf(text: string): Image {
  const [left = "", right = left] = text.includes("=")
    ? [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]
    : [text];
  const { name, rest } = splitImage(right);
  return {
    name: splitImage(left).name,
    newName: name,
    ...(rest.startsWith("@") ? { digest: rest.slice(1) } : rest === "" ? {} : { newTag: rest.slice(1) }),
  };
}

function splitImage(image: string): { readonly name: string; readonly rest: string } {
  const found = /^(.*?)((?:@|:(?!.*\/)).*)?$/.exec(image);
  return { name: found?.[1] ?? image, rest: found?.[2] ?? "" };
}

function withImage(value: unknown, image: Image): unknown {
  if (Array.isArray(value)) return value.map((item) => withImage(item, image));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => {
    if (key !== "image" || typeof one !== "string" || splitImage(one).name !== image.name)
      return [key, withImage(one, image)];
    const rest =
      image.digest !== undefined
        ? `@${image.digest}`
        : image.newTag !== undefined
          ? `:${image.newTag}`
          : splitImage(one).rest;
    return [key, `${image.newName ?? image.name}${rest}`];
  });
  return Object.fromEntries(entries) as unknown;
}
