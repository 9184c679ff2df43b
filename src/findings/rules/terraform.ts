import { defineRule, type Pin, type Rule, type SourceFile, type Verdict } from "../../systems/contract.ts";
import { parentOf, type RootModule, rootModules } from "../root-modules.ts";

const source =
  "gigifokchiman/implement-ml-p @2cee541: the S3 backend is commented out in every environment, so state is local (facts, platform §6)";
const required = (version: string): string =>
  `terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"${version}\n    }\n  }\n}\n`;
const lock = `provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.94.1"\n  constraints = "~> 5.0"\n  hashes = [\n    "h1:0000000000000000000000000000000000000000000=",\n  ]\n}\n`;

function finding(pin: Pin, message: string, fix: string): Verdict {
  return {
    kind: "finding",
    subject: `${pin.kind}/${pin.name}`,
    key: folderOf(pin.file),
    environment: pin.environment,
    at: pin,
    message,
    fix,
  };
}

function lastOf(folder: string): string {
  return folder === "." ? "the root" : (folder.split("/").at(-1) ?? folder);
}

/** Loose providers by the folder whose lock file would hold them. */
function unlockedIn(
  pins: readonly Pin[],
  rootsOf: (folder: string) => readonly RootModule[],
): ReadonlyMap<string, readonly Pin[]> {
  const unlocked = new Map<string, Pin[]>();
  for (const pin of pins.filter(isLooseProvider)) {
    for (const { folder, isLocked } of rootsOf(parentOf(pin.file))) {
      if (!isLocked) unlocked.set(folder, [...(unlocked.get(folder) ?? []), pin]);
    }
  }
  return unlocked;
}

function isLooseProvider(pin: Pin): boolean {
  const loose = pin.state === "range" || pin.state === "missing" || pin.state === "moving";
  return pin.kind === "provider" && loose && pin.effective?.kind !== "known";
}

/** One finding for a lock file that is not there, with every provider it would hold as a place. */
function unlockedProviders(folder: string, open: readonly Pin[]): readonly Verdict[] {
  const names = [...new Set(open.map(({ name }) => name))].sort();
  return open.map((pin) => ({
    kind: "finding",
    subject: `terraform/${lastOf(folder)}`,
    environment: pin.environment,
    at: pin,
    message: `No lock file holds the providers of ${lastOf(folder)}: ${names.join(", ")}.`,
    fix: "Commit .terraform.lock.hcl there, or write exact versions.",
  }));
}

/** The last folder's name only: a tree that moves as a whole keeps its findings. */
function folderOf(file: string): string {
  return file.split("/").at(-2) ?? "";
}

export const providerNotPinned: Rule = defineRule({
  id: "terraform-provider-not-locked",
  title: "A Terraform provider is neither pinned nor locked",
  group: "terraform",
  severity: "medium",
  why: "`terraform init` takes the newest provider that fits. Two people, or two pipelines, then plan with different providers, and a plan that was reviewed is not the plan that is applied.",
  sources: ["https://developer.hashicorp.com/terraform/language/files/dependency-lock"],
  fix: "Commit `.terraform.lock.hcl` (terraform providers lock -platform=linux_amd64), or write the exact version.",
  needs: ["pins", "files"],
  *check({ pins, files }) {
    for (const [folder, open] of unlockedIn(pins, rootModules(files))) yield* unlockedProviders(folder, open);
  },
  examples: {
    failing: [
      { name: "a range without a lock file", files: { "infra/main.tf": required('\n      version = "~> 5.0"') } },
      { name: "no version at all", files: { "infra/main.tf": required("") } },
    ],
    passing: [
      {
        name: "a range that the lock file holds",
        files: { "infra/main.tf": required('\n      version = "~> 5.0"'), "infra/.terraform.lock.hcl": lock },
      },
      { name: "an exact version", files: { "infra/main.tf": required('\n      version = "5.94.1"') } },
      {
        name: "a shared module states a range, and its user locks",
        files: {
          "modules/dns/main.tf": required('\n      version = ">= 5.0"'),
          "infra/main.tf": 'module "dns" {\n  source = "../modules/dns"\n}\n',
          "infra/.terraform.lock.hcl": lock,
        },
      },
    ],
  },
});

export const moduleNotPinned: Rule = defineRule({
  id: "terraform-module-not-pinned",
  title: "A Terraform module is taken by a range, a branch, or without a version",
  group: "terraform",
  severity: "medium",
  why: "The lock file holds providers, not modules: a module without an exact version changes under a plan that nobody touched.",
  sources: [
    "https://developer.hashicorp.com/terraform/language/modules/configuration#version",
    "https://developer.hashicorp.com/terraform/language/files/dependency-lock (modules are not locked)",
  ],
  fix: "Write the exact version, or `?ref=` with a tag or commit for a module from Git.",
  needs: ["pins"],
  *check({ pins }) {
    for (const pin of pins) {
      if (pin.kind !== "module" || pin.state === "pinned" || pin.state === "unknown" || pin.effective?.kind === "known")
        continue;
      const how = pin.version === null ? "without a version" : `as "${pin.version}"`;
      yield finding(pin, `Module ${pin.name} is taken ${how}.`, `Write the exact version of module ${pin.name}.`);
    }
  },
  examples: {
    failing: [
      {
        name: "a module of the registry without a version",
        files: { "main.tf": 'module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n}\n' },
      },
    ],
    passing: [
      {
        name: "an exact version",
        files: { "main.tf": 'module "eks" {\n  source  = "terraform-aws-modules/eks/aws"\n  version = "20.8.5"\n}\n' },
      },
      { name: "a module of this repository", files: { "main.tf": 'module "network" {\n  source = "./network"\n}\n' } },
    ],
  },
});

const commentedBackend = /^[ \t]*(?:#|\/\/)[ \t]*backend[ \t]+"(\w+)"[ \t]*\{/m;
const backend = /^[ \t]*(?:backend[ \t]+"\w+"|cloud)[ \t]*\{/m;

export const backendCommentedOut: Rule = defineRule({
  id: "terraform-local-state",
  title: "The remote state of Terraform is commented out, so state lies on somebody's disk",
  group: "terraform",
  severity: "high",
  why: "State that only one disk holds cannot be shared or locked, and any cleaning of that disk takes the ability to manage the infrastructure with it.",
  sources: [source, "https://developer.hashicorp.com/terraform/language/backend"],
  fix: "Configure the backend, then `terraform init -migrate-state`.",
  needs: ["files"],
  *check({ files }) {
    for (const [folder, members] of byFolder(files)) {
      if (members.some((file) => backend.test(file.text))) continue;
      for (const file of members) {
        const match = commentedBackend.exec(file.text);
        if (match === null) continue;
        yield {
          kind: "finding",
          subject: `terraform/${folder}`,
          at: file.locate(match.index),
          message: `The ${match[1]} backend of ${folder} is commented out: its state is a local file.`,
          fix: "Uncomment and fill in the backend, then run terraform init -migrate-state.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "an S3 backend behind comment signs",
        files: {
          "prod/main.tf": 'terraform {\n  required_version = "1.9.8"\n}\n# backend "s3" {\n#   bucket = "state"\n# }\n',
        },
      },
    ],
    passing: [
      {
        name: "an S3 backend",
        files: { "prod/main.tf": 'terraform {\n  backend "s3" {\n    bucket = "state"\n    key    = "prod"\n  }\n}\n' },
      },
    ],
  },
});

function byFolder(files: readonly SourceFile[]): ReadonlyMap<string, readonly SourceFile[]> {
  const folders = new Map<string, SourceFile[]>();
  for (const file of files) {
    if (!/\.(tf|tofu)$/.test(file.path)) continue;
    const path = file.path.slice(0, Math.max(0, file.path.lastIndexOf("/"))) || ".";
    const members = folders.get(path) ?? [];
    members.push(file);
    folders.set(path, members);
  }
  return new Map([...folders].map(([path, members]) => [path.split("/").at(-1) ?? path, members]));
}
