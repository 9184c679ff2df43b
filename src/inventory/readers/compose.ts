import { at, entriesAt, type Node, type Scalar, type Step, scalarAt } from "../../kernel/tree.ts";
import type { SourceDocument } from "../../platform/source.ts";
import { imagePin } from "../image.ts";
import { type Output, pathIn, type Reader } from "../reader.ts";
import { isYamlName } from "../source-file.ts";
import { imageDraft } from "./dockerfile-image.ts";
import { type Lookup, placedText, slicePlaced } from "./dockerfile-text.ts";

const fileName = /(^|\/)([\w.-]*[._-])?compose([._-][\w.-]*)?\.ya?ml$/i;
/** The top-level elements there are, besides `x-…` (https://docs.docker.com/reference/compose-file/). */
const elements = new Set([
  "version",
  "name",
  "include",
  "services",
  "networks",
  "volumes",
  "configs",
  "secrets",
  "models",
]);
const dockerImage = "docker-image://";
const nothingDefined: Lookup = () => undefined;

/**
 * Compose files, by content: `image` of services that are not built here, and base images given as build contexts. Of
 * `${TAG:-1.2}` the default is read: it is what runs where nobody says otherwise.
 */
export const compose: Reader = {
  id: "compose",

  accepts(path, text) {
    return (
      isYamlName(path) &&
      text.includes("services") &&
      /(?:^|[{,])\s*["']?services["']?\s*:/m.test(text) &&
      /\b(image|build)["']?\s*:/.test(text)
    );
  },

  read(file, out) {
    for (const document of file.documents) {
      if (!isCompose(document.root, file.path)) continue;
      for (const { key, value } of entriesAt(document.root, "services")) {
        readService(value, ["services", key.text], document, out);
      }
    }
  },
};

function isCompose(root: Node | undefined, path: string): boolean {
  const services = entriesAt(root, "services");
  if (!services.some(({ value }) => at(value, "image") !== undefined || at(value, "build") !== undefined)) return false;
  if (fileName.test(path)) return true;
  return entriesAt(root).every(({ key }) => elements.has(key.text) || key.text.startsWith("x-"));
}

function readService(service: Node, path: readonly Step[], document: SourceDocument, out: Output): void {
  const build = at(service, "build");
  const image = scalarAt(service, "image");
  if (build === undefined && image !== undefined && image.value !== null) {
    readImage(image, 0, pathIn(document, [...path, "image"]), out);
  }
  for (const { key, value } of entriesAt(build, "additional_contexts")) {
    if (value.kind !== "scalar" || !value.text.startsWith(dockerImage)) continue;
    readImage(value, dockerImage.length, pathIn(document, [...path, "build", "additional_contexts", key.text]), out);
  }
}

function readImage(image: Scalar, skip: number, path: string, out: Output): void {
  if (!image.text.includes("$") || image.end - image.start !== image.text.length) {
    out.pin(imagePin(image, path, skip));
    return;
  }
  const draft = imageDraft(slicePlaced(placedText(image.text, image.start), skip), nothingDefined, path);
  if (draft !== undefined) out.pin(draft);
}
