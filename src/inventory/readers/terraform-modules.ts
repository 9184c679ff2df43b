import { entriesAt, formatPath, type Scalar, scalarAt } from "../../kernel/tree.ts";
import { redactUrls } from "../../kernel/url.ts";
import { stateOfConstraint, stateOfGit } from "../../kernel/version.ts";
import { noteConstants } from "./terraform-constants.ts";
import { addDraft, addVersion, type Block, blocksIn, isOutput, type Module, resolveIn } from "./terraform-tree.ts";

/** https://developer.hashicorp.com/terraform/language/modules/sources and its `module` meta-arguments. */
const metaArguments = new Set(["source", "version", "count", "for_each", "providers", "depends_on"]);

/** Module calls: a registry's module by its constraint, a Git source by its `ref`, an archive by the version in its name. */
export function readModules(module: Module): void {
  for (const block of blocksIn(module.root, "module", 1)) {
    const source = scalarAt(block.body, "source");
    if (source === undefined || source.text === "") continue;
    if (/^\.{1,2}\/|^\.{1,2}$/.test(source.text)) noteArguments(module, block, source.text);
    else readSource(module, source, block);
  }
}

/** Terragrunt's `terraform { source = "git::…?ref=v1" }`. */
export function readTerragrunt(module: Module): void {
  for (const block of blocksIn(module.root, "terraform")) {
    const source = scalarAt(block.body, "source");
    if (source !== undefined && isGit(source.text)) addGitSource(module, source, block);
  }
}

/** What a call passes to a local module is what that module's variables come to. */
function noteArguments(module: Module, block: Block, source: string): void {
  const folder = resolveIn(module.folder, source);
  if (folder === undefined) return;
  for (const { key, value } of block.body.entries) {
    if (metaArguments.has(key.text)) continue;
    noteConstants(module, value, `var.${key.text}`, [...block.steps, key.text], folder);
  }
}

function readSource(module: Module, source: Scalar, block: Block): void {
  if (isGit(source.text)) addGitSource(module, source, block);
  else if (/^https?:\/\/|^s3::|^gcs::|\.(zip|tar\.gz|tgz)(\?|$)/.test(source.text)) addArchive(module, source, block);
  else {
    const name = source.text.replace(/\/\/.*$/, "");
    const steps = [...block.steps, "version"];
    const draft = { kind: "module", name, source: source.text, parent: block.body, steps } as const;
    addVersion(module, scalarAt(block.body, "version"), draft, stateOfConstraint);
  }
}

function isGit(source: string): boolean {
  return /^git::|^git@|^(?:https?:\/\/)?(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/|^ssh:\/\/git@|\.git(?:\/\/|\?|$)/.test(
    source,
  );
}

function addGitSource(module: Module, source: Scalar, block: Block): void {
  const found = /[?&]ref=([^&]+)/.exec(source.text);
  const url = source.text
    .replace(/^git::/, "")
    .replace(/\?.*$/s, "")
    .replace(/(?<!:)\/\/.*$/, "");
  const start = source.start + (found?.index ?? 0) + "?ref=".length;
  const ref = found?.[1];
  const exact = ref !== undefined && source.end - source.start === source.text.length;
  addDraft(module, {
    kind: "git",
    name: redactUrls(url),
    source: redactUrls(url),
    version: ref,
    state: stateOfGit(ref),
    place: exact ? [start, start + ref.length] : [source.start, source.end],
    path: formatPath([...block.steps, "source"]),
  });
}

function addArchive(module: Module, source: Scalar, block: Block): void {
  const found = /(?<=[/_-])v?\d+\.\d+(?:\.\d+)?(?:-[a-z]+\.?\d+)?(?=[/_.-]|$)/i.exec(source.text);
  const start = source.start + (found?.index ?? 0);
  module.out.pin({
    kind: "module",
    name: redactUrls(source.text.replace(/\?.*$/s, "")),
    source: redactUrls(source.text),
    version: found?.[0],
    state: source.templated ? "unknown" : found === null ? "missing" : "pinned",
    place: found === null ? [source.start, source.end] : [start, start + found[0].length],
    path: formatPath([...block.steps, "source"]),
  });
}

/** The arguments of a call that carry a version of the platform: `cluster_version` of the EKS module. */
export function readModuleArguments(module: Module): void {
  for (const { body, steps } of blocksIn(module.root, "module", 1)) {
    const source = scalarAt(body, "source")?.text ?? "";
    if (!/\b(eks|aks|gke|kubernetes-engine|kubernetes)\b/.test(source) || source.startsWith(".")) continue;
    for (const { key, value } of entriesAt(body)) {
      if (!/^(cluster_version|kubernetes_version)$/.test(key.text) || value.kind !== "scalar" || isOutput(value))
        continue;
      addVersion(
        module,
        value,
        { kind: "tool", name: "kubernetes", parent: body, steps: [...steps, key.text] },
        stateOfConstraint,
      );
    }
  }
}
