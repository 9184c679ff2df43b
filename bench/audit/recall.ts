import type { Pin, PinKind } from "../../src/platform/pin.ts";
import type { Extracted } from "./renovate.ts";

/** What is compared: a version in a file, of something of one kind. */
export interface Claim {
  readonly file: string;
  readonly kind: PinKind;
  readonly name: string;
  /** The version, else the digest; empty where neither is written. */
  readonly version: string;
  /** The commit or digest behind a version that stands in a comment only. */
  readonly digest?: string | undefined;
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
  if ((found.depName ?? "") === "") return "nameless entries";
  if (found.depType === "provider" && (found.currentValue ?? "") === "") return "provider blocks";
  const other = otherKinds.find(([holds]) => holds(found))?.[1];
  return other ?? (kindOf(found) === undefined ? local : undefined);
}

const local = "local paths and other sources without releases";

/** What an inventory does not list, and why. */
const otherKinds: readonly (readonly [(found: Extracted) => boolean, string])[] = [
  [({ datasource }) => datasource === "kubernetes-api", "apiVersion entries"],
  [({ datasource }) => datasource === "github-runners", "labels of GitHub's runners"],
  [({ depType }) => depType === "uses-with", "tools that actions are told to install"],
  [({ depName }) => /^(?:\.|file:|\$\{path\.)/.test(depName ?? ""), local],
];

function kindOf(found: Extracted): PinKind | undefined {
  if (found.manager === "github-actions" && found.depType === "action") return "action";
  if (deliverers.includes(found.manager) && found.datasource === "docker" && isChart(found)) return "chart";
  return (found.manager === "terraform" ? terraformKind(found) : undefined) ?? kinds[found.datasource ?? ""];
}

const deliverers: readonly string[] = ["argocd", "flux", "helmv3", "terraform"];

/** A chart in a registry has the datasource of images: here only what Kustomize overrides is an image. */
function isChart({ manager, depType }: Extracted): boolean {
  return manager === "terraform" ? depType === "helm_release" : depType !== "kustomize-image";
}

function terraformKind({ depType, depName, datasource }: Extracted): PinKind | undefined {
  if (depType === "required_version" || depName === "hashicorp/terraform") return "tool";
  if (depType !== "module" || (datasource ?? "") === "") return undefined;
  return datasource === "terraform-module" ? "module" : "git";
}

/** Kinds whose whole name Renovate keeps as the package's. */
const wholeNames: readonly PinKind[] = ["image", "git", "provider"];

export function claimOf(found: Extracted): Claim | undefined {
  const kind = kindOf(found);
  if (kind === undefined || notCompared(found) !== undefined) return undefined;
  const named = wholeNames.includes(kind) ? (found.packageName ?? found.depName) : found.depName;
  const version = found.currentValue ?? found.currentDigest ?? "";
  // An expression is what our inventory follows to the constant, which stands elsewhere.
  const written = version.includes("${") ? "" : version;
  return { file: found.file, kind, name: named ?? "", version: written, digest: found.currentDigest ?? undefined };
}

export function claimOfPin({ file, kind, name, version, digest }: Pin): Claim {
  return { file, kind, name, version: version ?? digest ?? "" };
}

/** The same thing is called differently: `nginx` and `docker.io/library/nginx`, a URL with and without `.git`. */
function keyOf({ file, kind, name, version }: Claim): string {
  const plain = shortName(kind, name)
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
  return wanted.filter(
    (claim) => !keys.has(keyOf(claim)) && !(claim.digest && keys.has(keyOf({ ...claim, version: claim.digest }))),
  );
}

/** Renovate names an action by its repository, and a chart of a registry by its whole path. */
function shortName(kind: PinKind, name: string): string {
  if (kind === "action") return name.split("/").slice(0, 2).join("/");
  return kind === "chart" ? (name.split("/").at(-1) ?? name) : name;
}

export function distinct(claims: readonly Claim[]): readonly Claim[] {
  return [...new Map(claims.map((claim) => [keyOf(claim), claim])).values()];
}
