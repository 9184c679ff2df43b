import { at, child, type Mapping, type Node, type Scalar, type Step } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";
import { imagePin } from "../image.ts";
import { type Output, pathIn, type Reader } from "../reader.ts";
import { imageDraft, imagesInScript } from "./gitlab-ci-images.ts";
import { includesOf } from "./gitlab-ci-includes.ts";
import { scopeOf, variablesAt } from "./gitlab-ci-variables.ts";
import { isClearlyImage } from "./terraform-tree.ts";

const byName = /(?:^|\/)(?:[^/]*\.)?gitlab-ci\.ya?ml$|(?:^|\/)\.?gitlab-ci\/.*\.ya?ml$|(?:^|\/)\.gitlab\/.*\.ya?ml$/;

/** Keys of a pipeline that are no jobs (https://docs.gitlab.com/ci/yaml/#global-keywords). */
const notJobs = new Set(["stages", "variables", "workflow", "include", "cache", "spec", "image", "services"]);

/** GitLab CI: images and services with their variables followed, what is included, images that scripts run. */
export const gitlabCi: Reader = {
  id: "gitlab-ci",

  accepts(path, text) {
    if (byName.test(path)) return /\b(?:image|services|include|script|variables)\b/.test(text);
    return (
      /\.ya?ml$/.test(path) && /^(?:stages|include|workflow):/m.test(text) && /^ {2,4}(?:script|extends):/m.test(text)
    );
  },

  read(file, out) {
    for (const document of file.documents) {
      const root = document.root;
      if (root?.kind === "mapping") readPipeline(file, root, (steps) => pathIn(document, steps), out);
    }
  },
};

type PathOf = (steps: readonly Step[]) => string;

function readPipeline(file: SourceFile, root: Mapping, pathOf: PathOf, out: Output): void {
  for (const draft of includesOf(root, pathOf)) out.pin(draft);
  readImages(root, [], undefined, pathOf, out);
  readScripts(file, root, [], pathOf, out);
  readVariables(root, ["variables"], pathOf, out);
  for (const { key, value } of root.entries) {
    if (notJobs.has(key.text) || value.kind !== "mapping") continue;
    readImages(root, [key.text], key.text, pathOf, out);
    readScripts(file, root, [key.text], pathOf, out);
    readVariables(root, [key.text, "variables"], pathOf, out);
  }
}

/** `image` and `services` of a job, of `default` or of the whole pipeline: a text or `{name}` each. */
function readImages(root: Mapping, job: readonly Step[], name: string | undefined, pathOf: PathOf, out: Output): void {
  const scope = scopeOf(root, name);
  for (const [scalar, steps] of imagesOf(at(root, ...job), job)) {
    if (scalar.text !== "" && scalar.value !== null) out.pin(imageDraft(scalar, steps, scope, pathOf));
  }
}

function imagesOf(job: Node | undefined, steps: readonly Step[]): readonly (readonly [Scalar, readonly Step[]])[] {
  const services = child(job, "services");
  const items = services?.kind === "sequence" ? services.items : [];
  return [
    ...named(child(job, "image"), [...steps, "image"]),
    ...items.flatMap((item, index) => named(item, [...steps, "services", index])),
  ];
}

function named(node: Node | undefined, steps: readonly Step[]): readonly (readonly [Scalar, readonly Step[]])[] {
  if (node?.kind === "scalar") return [[node, steps]];
  const name = child(node, "name");
  return name?.kind === "scalar" ? [[name, [...steps, "name"]]] : [];
}

function readScripts(file: SourceFile, root: Mapping, job: readonly Step[], pathOf: PathOf, out: Output): void {
  for (const key of ["before_script", "script", "after_script"]) {
    const script = at(root, ...job, key);
    const items = script?.kind === "sequence" ? script.items : [script];
    for (const [index, item] of items.entries()) {
      if (item?.kind !== "scalar") continue;
      const steps = script?.kind === "sequence" ? [...job, key, index] : [...job, key];
      const written = file.text.slice(item.start, item.end);
      for (const draft of imagesInScript(written, item.start, pathOf(steps))) out.pin(draft);
    }
  }
}

/** A variable that holds an image beyond doubt is one, whoever uses it: an included template may. */
function readVariables(root: Mapping, steps: readonly Step[], pathOf: PathOf, out: Output): void {
  for (const variable of variablesAt(root, steps)) {
    const key = variable.steps.filter((step) => step !== "value").at(-1);
    if (isClearlyImage(variable.scalar, String(key))) out.pin(imagePin(variable.scalar, pathOf(variable.steps)));
  }
}
