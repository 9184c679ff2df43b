import { type Mapping, type Scalar, type Step, scalarAt } from "../../kernel/tree.ts";
import { isTemplated } from "../../kernel/version.ts";
import { splitImage } from "../image.ts";
import { pathNamesImage } from "./helm-references.ts";

/** An image that a mapping of Helm values writes in parts. */
export interface ImageParts {
  /** What the image is called, without tag; undefined where only a tag is written. */
  readonly name: string | undefined;
  readonly registry: string | undefined;
  /** The scalar that holds the repository, where there is one: it may carry the tag itself. */
  readonly repository: Scalar | undefined;
  readonly tag: Scalar | undefined;
  /** The key that holds, or would hold, the tag. */
  readonly tagKey: string;
  readonly digest: Scalar | undefined;
}

const partWords: ReadonlySet<string> = new Set(["repository", "tag", "digest", "sha", "hub", "<<"]);

/** An image in parts has one of these keys, or one with `image` in it, or stands below `image`. Most mappings have none. */
function mayHoldParts(mapping: Mapping, steps: readonly Step[]): boolean {
  if (steps.at(-1) === "image") return true;
  return mapping.entries.some(({ key }) => partWords.has(key.text) || key.text.includes("mage"));
}

/** Every image of a mapping, in any of the shapes charts use. */
export function imagePartsIn(mapping: Mapping, steps: readonly Step[]): readonly ImageParts[] {
  if (!mayHoldParts(mapping, steps)) return [];
  const found: (ImageParts | undefined)[] = [repositoryParts(mapping, steps) ?? tagAlone(mapping, steps)];
  for (const prefix of prefixesIn(mapping)) found.push(prefixedParts(mapping, prefix));
  return found.filter((parts) => parts !== undefined);
}

interface Written {
  readonly registry: Scalar | undefined;
  readonly tag: Scalar | undefined;
  readonly digest: Scalar | undefined;
  readonly versioned: boolean;
}

function writtenIn(mapping: Mapping): Written {
  const tag = filled(mapping, "tag");
  const digest = filled(mapping, "digest") ?? filled(mapping, "sha");
  const registry = filled(mapping, "registry") ?? filled(mapping, "imageRegistry") ?? filled(mapping, "hub");
  return { registry, tag, digest, versioned: tag !== undefined || digest !== undefined };
}

/** `{registry, repository, tag}` and its relatives. */
function repositoryParts(mapping: Mapping, steps: readonly Step[]): ImageParts | undefined {
  const written = writtenIn(mapping);
  const { registry, tag, digest, versioned } = written;
  const repository = repositoryIn(mapping, steps, written);
  if (repository === undefined) return hubAlone(mapping, tag);
  const imageish = versioned || pathNamesImage(steps) || filled(mapping, "pullPolicy") !== undefined;
  if (!imageish || !isRepository(repository) || !mayBeTag(tag)) return undefined;
  return { name: joined(registry, repository), registry: registry?.text, repository, tag, tagKey: "tag", digest };
}

function repositoryIn(mapping: Mapping, steps: readonly Step[], written: Written): Scalar | undefined {
  return filled(mapping, "repository") ?? nameIn(mapping, steps, written) ?? imageIn(mapping, written);
}

/** `name` is an image's only where the key says so or the name looks like one: most names are not. */
function nameIn(mapping: Mapping, steps: readonly Step[], { versioned }: Written): Scalar | undefined {
  const name = filled(mapping, "name");
  if (name === undefined || steps.at(-1) === "image") return name;
  return versioned && (pathNamesImage(steps) || name.text.includes("/")) ? name : undefined;
}

/** `image` beside a tag or a hub is the repository. */
function imageIn(mapping: Mapping, { registry, versioned }: Written): Scalar | undefined {
  const image = filled(mapping, "image");
  if (image === undefined || !(versioned || registry !== undefined)) return undefined;
  return splitImage(image.text).tag === undefined ? image : undefined;
}

/** `global: {hub, tag}`: one tag for every image below the hub. */
function hubAlone(mapping: Mapping, tag: Scalar | undefined): ImageParts | undefined {
  const hub = filled(mapping, "hub");
  if (hub === undefined || tag === undefined || !isRepository(hub)) return undefined;
  return { name: hub.text, registry: hub.text, repository: undefined, tag, tagKey: "tag", digest: undefined };
}

/** `image: {tag: 1.2.3}`: the name is the chart's. */
function tagAlone(mapping: Mapping, steps: readonly Step[]): ImageParts | undefined {
  const { registry, tag, digest, versioned } = writtenIn(mapping);
  const key = steps.at(-1);
  const named = ["repository", "name", "image"].some((part) => filled(mapping, part) !== undefined);
  if (named || !versioned || typeof key !== "string" || !/image$/i.test(key) || !mayBeTag(tag)) return undefined;
  return { name: undefined, registry: registry?.text, repository: undefined, tag, tagKey: "tag", digest };
}

function prefixesIn(mapping: Mapping): ReadonlySet<string> {
  const prefixes = new Set<string>();
  for (const { key } of mapping.entries) {
    const prefix = /^(.*?)[iI]mage(?:Repository|Name|Tag)$/.exec(key.text)?.[1];
    if (prefix !== undefined) prefixes.add(prefix);
  }
  return prefixes;
}

/** `imageRepository` with `imageTag`, also with a prefix (`serverImageRepository`); `image` with `imageTag`. */
function prefixedParts(mapping: Mapping, prefix: string): ImageParts | undefined {
  const key = (name: string): string => (prefix === "" ? `i${name.slice(1)}` : `${prefix}${name}`);
  const text = (name: string): Scalar | undefined => filled(mapping, key(name));
  const tag = text("ImageTag");
  const named = tag === undefined ? undefined : (text("ImageName") ?? text("Image"));
  const repository = text("ImageRepository") ?? named;
  if (repository === undefined || !isRepository(repository) || !mayBeTag(tag)) return undefined;
  const registry = text("ImageRegistry");
  const parts = { registry: registry?.text, repository, tag, digest: text("ImageDigest") };
  return { ...parts, name: joined(registry, repository), tagKey: key("ImageTag") };
}

function joined(registry: Scalar | undefined, repository: Scalar): string {
  const { name } = splitImage(repository.text);
  return registry === undefined ? name : `${registry.text.replace(/\/+$/, "")}/${name}`;
}

/** A scalar with something in it; `tag: ""` and `tag:` leave the choice to the chart. */
function filled(mapping: Mapping, key: string): Scalar | undefined {
  const scalar = scalarAt(mapping, key);
  return scalar === undefined || scalar.value === null || scalar.text.trim() === "" ? undefined : scalar;
}

/** Charts, Git repositories and package files have a `repository` too: a URL is not an image. */
function isRepository({ text }: Scalar): boolean {
  if (isTemplated(text)) return !text.includes("://");
  return /^[\w][\w./:@-]*$/.test(text) && !/:\/\/|\.git$|^git@|^\d+$|\.(?:png|svg|jpe?g|gif|ico)$/.test(text);
}

/** A tag as registries allow it, with a digest behind it perhaps; not a pattern such as Fluent Bit's `kube.*`. */
function mayBeTag(tag: Scalar | undefined): boolean {
  if (tag === undefined || tag.templated) return true;
  return /^[\w][\w.+-]{0,127}(?:@sha256:[0-9a-f]+)?$|^@?sha256:[0-9a-f]+$/.test(tag.text);
}
