import { type Mapping, type Node, type Scalar, type Step, walk } from "../../kernel/tree.ts";
import { stateOfImage } from "../../kernel/version.ts";
import { imagePin, splitImage } from "../image.ts";
import { type PinDraft, placeOf } from "../reader.ts";
import { type ImageParts, imagePartsIn } from "./helm-image-parts.ts";
import { referenceIn } from "./helm-references.ts";

/** Where a tree of Helm values stands. */
export interface ValuesPlace {
  /** Writes the key path of steps below the values' root. */
  readonly pathOf: (steps: readonly Step[]) => string;
  /** The chart that gets the values, where known: names an image of which only the tag is written. */
  readonly owner?: string | undefined;
}

/**
 * The images in Helm values, in the shapes charts use: `{registry, repository, tag, digest}` in any part, `{name, tag}`,
 * `{hub, image, tag}`, `imageRepository` with `imageTag`, `imageName`, a tag alone, and whole references in image keys,
 * environment variables and arguments. A missing or empty tag is the chart's default: state `missing`.
 */
export function imagesIn(values: Node, place: ValuesPlace): readonly PinDraft[] {
  const found: PinDraft[] = [];
  walk(values, (node, steps) => {
    if (node.kind === "mapping") {
      for (const parts of imagePartsIn(node, steps)) found.push(draftOf(node, steps, parts, place));
    } else if (node.kind === "scalar") {
      const reference = referenceIn(node, steps, values);
      if (reference !== undefined) found.push(imagePin(node, place.pathOf(steps), reference.skip));
    }
    return true;
  });
  return found;
}

function draftOf(mapping: Mapping, steps: readonly Step[], parts: ImageParts, place: ValuesPlace): PinDraft {
  return tagInRepository(mapping, steps, parts, place) ?? versioned(mapping, steps, parts, place);
}

/** `repository: nginx:1.27` without a tag of its own. */
function tagInRepository(
  mapping: Mapping,
  steps: readonly Step[],
  { repository, tag, name, registry }: ImageParts,
  place: ValuesPlace,
): PinDraft | undefined {
  if (repository === undefined || tag !== undefined || splitImage(repository.text).tag === undefined) return undefined;
  const key = mapping.entries.find(({ value }) => value === repository)?.key.text;
  const pin = imagePin(repository, place.pathOf(key === undefined ? steps : [...steps, key]));
  return { ...pin, name: name ?? pin.name, source: registry ?? pin.source };
}

function versioned(mapping: Mapping, steps: readonly Step[], parts: ImageParts, place: ValuesPlace): PinDraft {
  const { repository, tag } = parts;
  const reference = splitImage(repository?.text ?? "");
  const written = versionIn(tag);
  const digest = digestIn(parts.digest) ?? written.digest ?? reference.digest;
  return {
    kind: "image",
    name: parts.name ?? nameFrom(steps, place),
    version: written.version,
    digest,
    source: parts.registry ?? reference.registry,
    state: tag?.templated ? "unknown" : stateOfImage(written.version, digest),
    place: written.place ?? placeOf(mapping),
    path: place.pathOf([...steps, parts.tagKey]),
  };
}

/** Without a name of its own an image is called after the section it belongs to, at the root after the chart. */
function nameFrom(steps: readonly Step[], place: ValuesPlace): string {
  const words = steps.filter((step) => typeof step === "string");
  const key = words.at(-1) ?? "image";
  return words.at(-2) ?? (key === "image" ? place.owner : undefined) ?? key;
}

interface WrittenVersion {
  readonly version: string | undefined;
  readonly digest: string | undefined;
  readonly place: readonly [number, number] | undefined;
}

/** `tag: 1.2.3@sha256:…` carries the digest with it. */
function versionIn(tag: Scalar | undefined): WrittenVersion {
  if (tag === undefined) return { version: undefined, digest: undefined, place: undefined };
  const sign = tag.templated ? -1 : tag.text.indexOf("@");
  const version = sign < 0 ? tag.text : tag.text.slice(0, sign);
  if (sign < 0 && tag.text.startsWith("sha256:")) return { version: undefined, digest: tag.text, place: undefined };
  return {
    version: version === "" ? undefined : version,
    digest: sign < 0 ? undefined : tag.text.slice(sign + 1),
    place: version === "" ? undefined : [tag.start, sign < 0 ? tag.end : tag.start + version.length],
  };
}

/** Grafana's `sha` leaves the algorithm out. */
function digestIn(digest: Scalar | undefined): string | undefined {
  return digest === undefined || !/^[0-9a-f]{64}$/.test(digest.text) ? digest?.text : `sha256:${digest.text}`;
}
