import { at, child, entriesAt, type Node, type Scalar, type Step, scalarAt } from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import { stateOfGit } from "../../kernel/version.ts";
import { imagePin } from "../image.ts";
import { type Output, pathIn, placeOf, type Reader } from "../reader.ts";
import { readRunner, readTools } from "./github-actions-tools.ts";

const workflow = /(^|\/)\.(github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|(^|\/)action\.ya?ml$/;
const docker = "docker://";

type PathOf = (steps: readonly Step[]) => string;

/**
 * GitHub Actions: `uses:` of steps and reusable workflows, images of jobs, services and container actions, runners, and the
 * tools that set-up actions install (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax).
 */
export const githubActions: Reader = {
  id: "github-actions",

  accepts(path, text) {
    return workflow.test(path) && /\b(uses|container|services|image|runs-on)["']?\s*:/.test(text);
  },

  read(file, out) {
    for (const document of file.documents) {
      const { root } = document;
      if (root === undefined) continue;
      const pathOf: PathOf = (steps) => pathIn(document, steps);
      for (const { key, value } of entriesAt(root, "jobs")) readJob(value, ["jobs", key.text], pathOf, out);
      readSteps(at(root, "runs"), ["runs"], pathOf, out);
      const image = scalarAt(root, "runs", "image");
      // Any other image of an action is a Dockerfile beside it.
      if (image?.text.startsWith(docker)) out.pin(imagePin(image, pathOf(["runs", "image"]), docker.length));
    }
  },
};

function readJob(job: Node, steps: readonly Step[], pathOf: PathOf, out: Output): void {
  const uses = scalarAt(job, "uses");
  if (uses !== undefined) readUse(uses, pathOf([...steps, "uses"]), out);
  readRunner(child(job, "runs-on"), [...steps, "runs-on"], pathOf, out);
  readImage(child(job, "container"), [...steps, "container"], pathOf, out);
  for (const { key, value } of entriesAt(job, "services")) {
    readImage(value, [...steps, "services", key.text], pathOf, out);
  }
  readSteps(job, steps, pathOf, out);
}

/** A text, or a mapping with `image`. An empty one means no container. */
function readImage(container: Node | undefined, steps: readonly Step[], pathOf: PathOf, out: Output): void {
  const isText = container?.kind === "scalar";
  const image = isText ? container : scalarAt(container, "image");
  if (image === undefined || image.value === null || image.text === "") return;
  const path = pathOf(isText ? steps : [...steps, "image"]);
  out.pin(imagePin(image, path, image.text.startsWith(docker) ? docker.length : 0));
}

function readSteps(parent: Node | undefined, steps: readonly Step[], pathOf: PathOf, out: Output): void {
  const list = child(parent, "steps");
  if (list?.kind !== "sequence") return;
  for (const [index, step] of list.items.entries()) {
    const uses = scalarAt(step, "uses");
    if (uses === undefined) continue;
    const place = [...steps, "steps", index];
    readUse(uses, pathOf([...place, "uses"]), out);
    readTools(uses.text, step, place, pathOf, out);
  }
}

/** An action of this repository (`./`, `../`) is no pin. */
function readUse(uses: Scalar, path: string, out: Output): void {
  if (uses.value === null || uses.text === "" || /^\.{1,2}\//.test(uses.text)) return;
  if (uses.text.startsWith(docker)) {
    out.pin(imagePin(uses, path, docker.length));
    return;
  }
  const sign = uses.text.lastIndexOf("@");
  const written = sign < 0 ? "" : uses.text.slice(sign + 1);
  const version = written === "" ? undefined : written;
  out.pin({
    kind: "action",
    name: redactUrls(sign < 0 ? uses.text : uses.text.slice(0, sign)),
    version,
    state: uses.templated ? "unknown" : stateOfGit(version),
    place: version === undefined ? placeOf(uses) : [uses.start + sign + 1, uses.end],
    path,
  });
}
