import { at, entriesAt, type Node, type Scalar, type Step, scalarAt, walk } from "../../kernel/tree.ts";
import { stateOfGit } from "../../kernel/version.ts";
import { imagePin } from "../image.ts";
import { type Output, pathIn, type Reader } from "../reader.ts";

const workflow = /(^|\/)\.(github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|(^|\/)action\.ya?ml$/;
const docker = "docker://";

/** GitHub Actions: `uses:` of steps and reusable workflows, images of jobs, services and container actions. */
export const githubActions: Reader = {
  id: "github-actions",

  accepts(path, text) {
    return workflow.test(path) && /\b(uses|container|services|image):/.test(text);
  },

  read(file, out) {
    for (const document of file.documents) {
      if (document.root === undefined) continue;
      const pathOf = (steps: readonly Step[]): string => pathIn(document, steps);
      readUses(document.root, pathOf, out);
      for (const [image, steps] of images(document.root)) {
        if (image?.kind === "scalar")
          out.pin(imagePin(image, pathOf(steps), image.text.startsWith(docker) ? docker.length : 0));
      }
    }
  },
};

/** The places where a workflow or an action names an image as a plain text. */
function images(root: Node): [Node | undefined, readonly Step[]][] {
  const found: [Node | undefined, readonly Step[]][] = [];
  for (const { key, value } of entriesAt(root, "jobs")) {
    const job = ["jobs", key.text];
    found.push(
      [at(value, "container"), [...job, "container"]],
      [at(value, "container", "image"), [...job, "container", "image"]],
    );
    for (const service of entriesAt(value, "services")) {
      found.push([at(service.value, "image"), [...job, "services", service.key.text, "image"]]);
    }
  }
  const action = scalarAt(root, "runs", "image");
  if (action?.text.startsWith(docker)) found.push([action, ["runs", "image"]]);
  return found;
}

function readUses(root: Node, pathOf: (steps: readonly Step[]) => string, out: Output): void {
  walk(root, (node, path) => {
    const uses = node.kind === "mapping" ? scalarAt(node, "uses") : undefined;
    if (uses !== undefined) readUse(uses, pathOf([...path, "uses"]), out);
    return true;
  });
}

function readUse(uses: Scalar, path: string, out: Output): void {
  if (uses.text.startsWith("./")) return;
  if (uses.text.startsWith(docker)) {
    out.pin(imagePin(uses, path, docker.length));
    return;
  }
  const sign = uses.text.lastIndexOf("@");
  const version = sign < 0 ? undefined : uses.text.slice(sign + 1);
  out.pin({
    kind: "action",
    name: sign < 0 ? uses.text : uses.text.slice(0, sign),
    version,
    state: uses.templated ? "unknown" : version === undefined ? "missing" : stateOfGit(version),
    place: version === undefined ? [uses.start, uses.end] : [uses.start + sign + 1, uses.end],
    path,
  });
}
