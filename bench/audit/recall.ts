import type { Pin, PinKind } from "../../src/platform/pin.ts";
import type { Extracted } from "./renovate.ts";

/** What is compared: a version in a file, of something of one kind. */
export interface Claim {
  readonly file: string;
  readonly kind: PinKind;
  readonly name: string;
  /** The version, else the digest; empty where neither is written. */
  readonly version: string;
}

const kinds: Readonly<Record<string, PinKind>> = {
  docker: "image",
  helm: "chart",
  "git-tags": "git",
  "git-refs": "git",
  "github-tags": "git",
  "github-releases": "git",
  "gitlab-tags": "git",
  "gitlab-releases": "git",
  "terraform-module": "module",
  "terraform-provider": "provider",
};

/** Why something that Renovate lists is no claim; undefined for a claim. */
export function notCompared(found: Extracted): string | undefined {
  if (found.datasource === "kubernetes-api") return "apiVersion entries";
  if ((found.depName ?? "") === "") return "nameless entries";
  if (found.depType === "provider" && (found.currentValue ?? "") === "") return "provider blocks";
  if (found.datasource === "github-runners") return "labels of GitHub's runners";
  if (kindOf(found) === undefined) return "local paths and other sources without releases";
  return undefined;
}

function kindOf(found: Extracted): PinKind | undefined {
  if (found.manager === "github-actions" && found.depType === "action") return "action";
  return (found.manager === "terraform" ? terraformKind(found) : undefined) ?? kinds[found.datasource ?? ""];
}

function terraformKind({ depType, depName, datasource }: Extracted): PinKind | undefined {
  if (depType === "required_version" || depName === "hashicorp/terraform") return "tool";
  return depType === "module" && (datasource ?? "") !== "" ? "module" : undefined;
}

/** Kinds whose whole name Renovate keeps as the package's. */
const wholeNames: readonly PinKind[] = ["image", "git", "provider"];

export function claimOf(found: Extracted): Claim | undefined {
  const kind = kindOf(found);
  if (kind === undefined || notCompared(found) !== undefined) return undefined;
  const named = wholeNames.includes(kind) ? (found.packageName ?? found.depName) : found.depName;
  return { file: found.file, kind, name: named ?? "", version: found.currentValue ?? found.currentDigest ?? "" };
}

export function claimOfPin({ file, kind, name, version, digest }: Pin): Claim {
  return { file, kind, name, version: version ?? digest ?? "" };
}

/** The same thing is called differently: `nginx` and `docker.io/library/nginx`, a URL with and without `.git`. */
function keyOf({ file, kind, name, version }: Claim): string {
  const plain = name
    .toLowerCase()
    .replace(/^(?:git::)?(?:oci|https?|ssh|git):\/\/(?:[^@/]*@)?/, "")
    .replace(/^git@([^:]+):/, "$1/")
    .replace(/(?:\.git)?\/*$/, "")
    .replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, "")
    .replace(/^hashicorp\/(?=terraform$)/, "")
    .replace(/^(?:github\.com|gitlab\.com)\//, "");
  return JSON.stringify([file, kind, plain, version]);
}

/**
 * The claims of `wanted` that `found` does not make. One without a version is made by any of its file, kind and name: Renovate says
 * the same of a version that is missing and of one that a template fills in.
 */
export function missing(wanted: readonly Claim[], found: readonly Claim[]): readonly Claim[] {
  const keys = new Set([...found, ...found.map((claim) => ({ ...claim, version: "" }))].map(keyOf));
  return wanted.filter((claim) => !keys.has(keyOf(claim)));
}

export function distinct(claims: readonly Claim[]): readonly Claim[] {
  return [...new Map(claims.map((claim) => [keyOf(claim), claim])).values()];
}
