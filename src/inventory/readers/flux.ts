import { type Mapping, type Step, textAt } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";
import { type Output, pathIn, type Reader } from "../reader.ts";
import { isYamlName } from "../source-file.ts";
import { readImagePolicy, readKustomization } from "./flux-kustomization.ts";
import type { FluxObject } from "./flux-object.ts";
import { readOldRelease, readRelease } from "./flux-release.ts";
import { nameOfSource, readGitRepository, readHelmRepository, readOciRepository } from "./flux-sources.ts";
import { objectsWithPath } from "./kubernetes-objects.ts";

const group = /^(?:(?:source|helm|kustomize|image)\.toolkit\.fluxcd\.io|helm\.fluxcd\.io)\//;

/** Flux: sources with their revision, releases with chart, values and images, Kustomizations, image policies. */
export const flux: Reader = {
  id: "flux",

  accepts(path, text) {
    return isYamlName(path) && text.includes("fluxcd.io/");
  },

  read(file, out) {
    const objects = objectsOf(file, out);
    for (const object of objects) sources.get(textAt(object.root, "kind"))?.(object);
    for (const object of objects) users.get(textAt(object.root, "kind"))?.(object);
  },
};

function objectsOf(file: SourceFile, out: Output): readonly FluxObject[] {
  const beside = new Map<string, Mapping>();
  const sourcePins = new Map<string, number>();
  const objects: FluxObject[] = [];
  for (const document of file.documents) {
    for (const [root, steps] of objectsWithPath(document.root)) {
      if (!group.test(textAt(root, "apiVersion") ?? "")) continue;
      const [name = "", namespace = ""] = ["name", "namespace"].map((key) => textAt(root, "metadata", key));
      beside.set(nameOfSource(textAt(root, "kind") ?? "", namespace, name), root);
      const pathOf = (below: readonly Step[]): string => pathIn(document, [...steps, ...below]);
      objects.push({ file, root, name, namespace, beside, sourcePins, pathOf, out });
    }
  }
  return objects;
}

type Read = (object: FluxObject) => void;

const sources: ReadonlyMap<string | undefined, Read> = new Map([
  ["HelmRepository", readHelmRepository],
  ["GitRepository", readGitRepository],
  ["OCIRepository", readOciRepository],
]);

const users: ReadonlyMap<string | undefined, Read> = new Map([
  ["HelmRelease", (object) => (isOld(object) ? readOldRelease(object) : readRelease(object))],
  ["Kustomization", readKustomization],
  ["ImagePolicy", readImagePolicy],
]);

function isOld({ root }: FluxObject): boolean {
  return textAt(root, "apiVersion")?.startsWith("helm.fluxcd.io/") === true;
}
