import type { SourceFile } from "../../platform/source.ts";
import type { Output, Reader } from "../reader.ts";
import { parseHcl } from "./hcl.ts";
import { readConstants, readVariableValues } from "./terraform-constants.ts";
import { readModuleArguments, readModules, readTerragrunt } from "./terraform-modules.ts";
import { readReleases } from "./terraform-releases.ts";
import { readResources } from "./terraform-resources.ts";
import { readLock, readSettings, readVersionFile } from "./terraform-settings.ts";
import { folderOf, type Module } from "./terraform-tree.ts";

const names =
  /\.(?:tf|tofu|tfvars)(?:\.json)?$|(?:^|\/)(?:\.terraform\.lock|terragrunt)\.hcl$|(?:^|\/)\.(?:terraform|opentofu)-version$/;

/** Copies of modules that `init` fetched: their own repository pins what is in them. */
const vendored = /(?:^|\/)(?:\.terraform|\.terragrunt-cache)\//;

/** Terraform and OpenTofu: versions of the tool, providers, modules, releases, images, clusters, and what names stand for. */
export const terraform: Reader = {
  id: "terraform",

  accepts(path) {
    return names.test(path) && !vendored.test(path);
  },

  read(file, out) {
    if (file.path.endsWith("-version")) {
      readVersionFile(file, out);
      return;
    }
    const module = moduleOf(file, out);
    if (module === undefined) return;
    if (/\.tfvars(\.json)?$/.test(file.path)) readVariableValues(module);
    else if (file.path.endsWith(".terraform.lock.hcl")) readLock(module);
    else if (file.path.endsWith("terragrunt.hcl")) readTerragrunt(module);
    else {
      readSettings(module);
      readModules(module);
      readModuleArguments(module);
      readReleases(module);
      readResources(module);
      readConstants(module);
    }
  },
};

function moduleOf(file: SourceFile, out: Output): Module | undefined {
  const folder = folderOf(file.path);
  if (file.path.endsWith(".json")) {
    const root = file.documents[0]?.root;
    return root?.kind === "mapping" ? { file, folder, root, out } : undefined;
  }
  const { root, problems } = parseHcl(file.text);
  for (const { offset, reason } of problems) out.problem(offset, reason);
  return { file, folder, root, out };
}
