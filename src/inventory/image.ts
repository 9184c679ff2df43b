import type { Scalar } from "../kernel/tree.ts";
import { stateOfImage } from "../kernel/version.ts";
import type { PinDraft } from "./reader.ts";

/** An image reference in its parts; offsets count from the start of the reference. */
export interface ImageReference {
  /** Registry and repository, as written. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly tagStart: number;
  readonly digest: string | undefined;
  /** As written: `quay.io`, `localhost:5000`; undefined where Docker's default is meant. */
  readonly registry: string | undefined;
}

/**
 * Splits `registry/repository:tag@digest`. A colon before the last slash is a port; one inside `${…}` or `{{ … }}` belongs to the
 * expression.
 */
export function splitImage(reference: string): ImageReference {
  const plain = reference.replace(/\$?\{\{.*?\}\}|\$\{.*?\}/g, (expression) => "\u{0}".repeat(expression.length));
  const digestSign = plain.indexOf("@");
  const beforeDigest = digestSign < 0 ? plain : plain.slice(0, digestSign);
  const colon = beforeDigest.lastIndexOf(":");
  const hasTag = colon > beforeDigest.lastIndexOf("/");
  const nameEnd = hasTag ? colon : beforeDigest.length;
  const name = reference.slice(0, nameEnd);
  const first = name.includes("/") ? name.slice(0, name.indexOf("/")) : "";
  return {
    name,
    tag: hasTag ? reference.slice(colon + 1, beforeDigest.length) : undefined,
    tagStart: hasTag ? colon + 1 : beforeDigest.length,
    digest: digestSign < 0 ? undefined : reference.slice(digestSign + 1),
    registry: /[.:]|^localhost$/.test(first) ? first : undefined,
  };
}

const reference =
  /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/;

/** Whether a text is a whole image reference with a tag or digest; a bare word (`nginx`) is not enough outside an image field. */
export function isCompleteImage(text: string): boolean {
  return (
    text.length < 512 && /[:@]/.test(text) && reference.test(text) && splitImage(text).tag !== "" && !/^\d+$/.test(text)
  );
}

/** The pin of an image reference written as one scalar; `skip` leaves a prefix such as `docker://` out. */
export function imagePin(scalar: Scalar, path: string, skip = 0): PinDraft {
  const image = splitImage(scalar.text.slice(skip));
  const start = scalar.start + skip + image.tagStart;
  const templatedTag = scalar.templated && (image.tag === undefined || /[{}$]/.test(image.tag));
  return {
    kind: "image",
    name: image.name,
    version: image.tag,
    digest: image.digest,
    source: image.registry,
    state: templatedTag ? "unknown" : stateOfImage(image.tag, image.digest),
    place:
      image.tag === undefined || !isContiguous(scalar) ? [scalar.start, scalar.end] : [start, start + image.tag.length],
    path,
  };
}

/** Whether the text stands in the file just as it reads: false for a folded scalar, or one with escapes. */
function isContiguous(scalar: Scalar): boolean {
  return scalar.end - scalar.start === scalar.text.length;
}
