import { at, scalarAt, textAt } from "../../kernel/tree.ts";
import { placeOf } from "../reader.ts";
import type { FluxObject } from "./flux-object.ts";
import { nameOfSource } from "./flux-sources.ts";
import { readOverrides } from "./kustomize-images.ts";

/** A Flux Kustomization: a folder that it applies, and images it overrides there. */
export function readKustomization(object: FluxObject): void {
  const spec = at(object.root, "spec");
  if (spec === undefined) return;
  const path = (textAt(spec, "path") ?? "").replace(/^\.?\/+|^\.$/, "").replace(/\/+$/, "");
  const resources = path === "" || path.startsWith("..") ? [] : [path];
  const folder = `${object.file.path}#${object.name}`;
  if (resources.length > 0) object.out.note({ kind: "kustomization", folder, resources });
  readOverrides(spec, ["spec"], { folder, resources }, object.pathOf, object.out);
}

/** An ImagePolicy allows a range of tags; by numbers or by the alphabet it allows all of them and fixes nothing. */
export function readImagePolicy(object: FluxObject): void {
  const range = scalarAt(object.root, "spec", "policy", "semver", "range");
  const reference = at(object.root, "spec", "imageRepositoryRef");
  const repository = textAt(reference, "name");
  if (range === undefined || range.value === null || repository === undefined) return;
  const namespace = textAt(reference, "namespace") ?? object.namespace;
  const image = textAt(object.beside.get(nameOfSource("ImageRepository", namespace, repository)), "spec", "image");
  object.out.pin({
    kind: "image",
    name: image ?? repository,
    version: range.text,
    state: range.templated ? "unknown" : "range",
    place: placeOf(range),
    path: object.pathOf(["spec", "policy", "semver", "range"]),
  });
}
