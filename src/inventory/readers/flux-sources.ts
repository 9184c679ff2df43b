import { at, type Mapping, type Node, type Scalar, textAt } from "../../kernel/tree.ts";
import { type PinState, stateOfChart, stateOfGit, stateOfImage } from "../../kernel/version.ts";
import type { FluxObject } from "./flux-object.ts";
import { versionIn, writtenAt } from "./kubernetes-written.ts";

/** How objects name a source: `HelmRepository/flux-system/bitnami`; the namespace is empty when none is written. */
export function nameOfSource(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** The source that a `sourceRef` or `chartRef` names, which means the object's own namespace unless it says another. */
export function sourceNamed(reference: Node | undefined, object: FluxObject): string | undefined {
  const kind = textAt(reference, "kind");
  const name = textAt(reference, "name");
  if (kind === undefined || name === undefined) return undefined;
  return nameOfSource(kind, textAt(reference, "namespace") ?? object.namespace, name);
}

/** The address of a source that stands in the same file. */
export function urlBeside(name: string | undefined, object: FluxObject): string | undefined {
  const source = name === undefined ? undefined : object.beside.get(name);
  return textAt(source, "spec", "url");
}

export function readHelmRepository(object: FluxObject): void {
  noteSource(object, "HelmRepository");
}

function noteSource({ root, name, namespace, out }: FluxObject, kind: string): void {
  const url = textAt(root, "spec", "url");
  if (url !== undefined && name !== "") out.note({ kind: "source", name: nameOfSource(kind, namespace, name), url });
}

/** In this order Flux takes them (https://fluxcd.io/flux/components/source/gitrepositories/#reference). */
const gitKeys = ["commit", "name", "semver", "tag", "branch"] as const;

/** Without a reference Flux follows the branch `master`. */
export function readGitRepository(object: FluxObject): void {
  const url = textAt(object.root, "spec", "url");
  if (url === undefined) return;
  noteSource(object, "GitRepository");
  const found = firstOf(at(object.root, "spec", "ref"), gitKeys);
  const pin = object.out.pin({
    kind: "git",
    name: url,
    source: url,
    ...versionIn(found?.scalar, specOf(object.root), (text) => stateOfReference(found?.key, text)),
    path: object.pathOf(["spec", "ref", found?.key ?? "tag"]),
  });
  object.sourcePins.set(nameOfSource("GitRepository", object.namespace, object.name), pin);
}

function stateOfReference(key: string | undefined, text: string | undefined): PinState {
  if (key === "branch") return "moving";
  if (key === "semver") return stateOfSemver(text);
  return stateOfGit(text);
}

/** A semver constraint that allows one release is a pin. */
function stateOfSemver(text: string | undefined): PinState {
  const state = stateOfChart(text);
  return state === "moving" ? "range" : state;
}

/**
 * An artifact in a registry: a chart when something says so, else manifests. A digest wins over `semver`, that over `tag`;
 * without any it is `latest` (https://fluxcd.io/flux/components/source/ocirepositories/#reference).
 */
export function readOciRepository(object: FluxObject): void {
  const url = textAt(object.root, "spec", "url");
  if (url === undefined) return;
  noteSource(object, "OCIRepository");
  const reference = at(object.root, "spec", "ref");
  const version = firstOf(reference, textAt(reference, "digest") === undefined ? ["semver", "tag"] : ["tag"]);
  const digest = textAt(reference, "digest");
  const isChart = isChartSource(object, url);
  const pin = object.out.pin({
    kind: isChart ? "chart" : "image",
    name: isChart ? url.slice(url.lastIndexOf("/") + 1) : url.replace(/^oci:\/\//, ""),
    digest,
    source: url,
    ...versionIn(version?.scalar, reference ?? specOf(object.root), (text) => {
      if (digest !== undefined) return stateOfImage(text, digest);
      if (version?.key === "semver") return stateOfSemver(text);
      return isChart ? stateOfChart(text) : stateOfImage(text);
    }),
    path: object.pathOf(["spec", "ref", version?.key ?? "tag"]),
  });
  object.sourcePins.set(nameOfSource("OCIRepository", object.namespace, object.name), pin);
}

interface Chosen {
  readonly key: string;
  readonly scalar: Scalar;
}

function isChartSource({ root, beside, name, namespace }: FluxObject, url: string): boolean {
  if (
    /helm\.chart/.test(textAt(root, "spec", "layerSelector", "mediaType") ?? "") ||
    /\/(?:helm-)?charts?\//.test(url)
  ) {
    return true;
  }
  return [...beside.values()].some(
    (other) =>
      textAt(other, "spec", "chartRef", "kind") === "OCIRepository" &&
      textAt(other, "spec", "chartRef", "name") === name &&
      (textAt(other, "spec", "chartRef", "namespace") ?? textAt(other, "metadata", "namespace") ?? "") === namespace,
  );
}

function firstOf(reference: Node | undefined, keys: readonly string[]): Chosen | undefined {
  for (const key of keys) {
    const scalar = writtenAt(reference, key);
    if (scalar !== undefined) return { key, scalar };
  }
  return undefined;
}

function specOf(root: Mapping): Node {
  return at(root, "spec") ?? root;
}
