import { type Node, scalarAt } from "../../kernel/tree.ts";
import { stateOfConstraint } from "../../kernel/version.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { Output } from "../reader.ts";
import { addVersion, type Block, blocksIn, type Module } from "./terraform-tree.ts";

/** Begins the name of a lock file's constant, before the provider's. */
export const lockPrefix = "lock ";

/** `terraform { required_version, required_providers }` and the `version` that provider blocks had before Terraform 0.13. */
export function readSettings(module: Module): void {
  for (const block of blocksIn(module.root, "terraform")) {
    const required = scalarAt(block.body, "required_version");
    if (required !== undefined) {
      const draft = {
        kind: "tool",
        name: "terraform",
        parent: block.body,
        steps: [...block.steps, "required_version"],
      } as const;
      addVersion(module, required, draft, stateOfConstraint);
    }
    for (const providers of blocksIn(block.body, "required_providers", 0, block.steps)) readRequired(module, providers);
  }
  for (const block of blocksIn(module.root, "provider", 1)) {
    const version = scalarAt(block.body, "version");
    if (version === undefined) continue;
    const name = `hashicorp/${block.labels[0] ?? ""}`;
    addVersion(
      module,
      version,
      { kind: "provider", name, parent: block.body, steps: [...block.steps, "version"] },
      stateOfConstraint,
    );
  }
}

function readRequired(module: Module, block: Block): void {
  for (const { key, value } of block.body.entries) {
    // Before Terraform 0.13 a required provider was a version alone.
    const short = value.kind === "scalar" ? value : undefined;
    const source = scalarAt(value, "source")?.text ?? `hashicorp/${key.text}`;
    const steps = [...block.steps, key.text, ...(short === undefined ? ["version"] : [])];
    const version = short ?? scalarAt(value, "version");
    addVersion(
      module,
      version,
      { kind: "provider", name: providerName(source), source, parent: parentOf(value, block), steps },
      stateOfConstraint,
    );
  }
}

function parentOf(value: Node, block: Block): Node {
  return value.kind === "mapping" ? value : block.body;
}

/** `registry.terraform.io/hashicorp/aws` and `hashicorp/aws` are one provider; another registry stays in the name. */
function providerName(source: string): string {
  return source.toLowerCase().replace(/^registry\.(?:terraform\.io|opentofu\.org)\//, "");
}

/** `.terraform-version` and `.opentofu-version`: the version a version manager installs, alone in the file. */
export function readVersionFile(file: SourceFile, out: Output): void {
  const found = /^\u{feff}?\s*([^\s#]+)/u.exec(file.text);
  const version = found?.[1];
  if (found === null || version === undefined) return;
  const end = found[0].length;
  out.pin({
    kind: "tool",
    name: file.path.endsWith(".opentofu-version") ? "opentofu" : "terraform",
    version,
    state: /^(?:latest|min-required)/.test(version) ? "moving" : stateOfConstraint(version),
    place: [end - version.length, end],
    path: "version",
  });
}

/** `.terraform.lock.hcl`: what `init` installs, whatever the constraint would allow. */
export function readLock(module: Module): void {
  for (const block of blocksIn(module.root, "provider", 1)) {
    const version = scalarAt(block.body, "version");
    if (version === undefined || version.templated) continue;
    module.out.note({
      kind: "constant",
      folder: module.folder,
      name: `${lockPrefix}${providerName(block.labels[0] ?? "")}`,
      value: version.text,
      place: module.out.locate([version.start, version.end]),
      path: `provider["${block.labels[0] ?? ""}"].version`,
    });
  }
}
