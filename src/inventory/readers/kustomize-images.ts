import { itemsAt, type Node, type Step, textAt } from "../../kernel/tree.ts";
import { stateOfImage } from "../../kernel/version.ts";
import { splitImage } from "../image.ts";
import type { Output, PinDraft } from "../reader.ts";
import { defined, versionIn, writtenAt } from "./kubernetes-written.ts";

/**
 * `images:` of a kustomization and of what embeds one (Flux): `{name, newName, newTag, digest}`. Each that sets a version is a
 * pin and overrides the image of that name in `resources`.
 */
export function readOverrides(
  owner: Node,
  steps: readonly Step[],
  scope: { readonly folder: string; readonly resources: readonly string[] },
  pathOf: (steps: readonly Step[]) => string,
  out: Output,
): readonly number[] {
  return itemsAt(owner, "images").flatMap((item, index) => {
    const name = textAt(item, "name");
    if (name === undefined) return [];
    const newName = textAt(item, "newName");
    const draft = draftOf(item, newName ?? name, [...steps, "images", index], pathOf);
    if (draft === undefined) return [];
    const pin = out.pin(draft);
    out.note({
      kind: "image-override",
      ...scope,
      image: splitImage(name).name,
      ...defined({ newName }),
      pin,
    });
    return [pin];
  });
}

function draftOf(
  item: Node,
  name: string,
  steps: readonly Step[],
  pathOf: (steps: readonly Step[]) => string,
): PinDraft | undefined {
  const tag = writtenAt(item, "newTag");
  const digest = writtenAt(item, "digest");
  if (tag === undefined && digest === undefined) return undefined;
  return {
    kind: "image",
    name,
    digest: digest?.text,
    source: splitImage(name).registry,
    ...versionIn(tag, item, (text) => (digest?.templated ? "unknown" : stateOfImage(text, digest?.text))),
    path: pathOf([...steps, "newTag"]),
  };
}
