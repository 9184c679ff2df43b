import assert from "node:assert/strict";
import { test } from "node:test";
import { pinLines, repositoryOf } from "./pins.test-support.ts";
import { terraform } from "./terraform.ts";

const lines = (files: Readonly<Record<string, string>>) => pinLines(files, [terraform]);

test("the required version and providers are pins, a provider block is none unless it has a version", async () => {
  const text = `
terraform {
  required_version = "~> 1.9"
  required_providers {
    aws        = { source = "hashicorp/aws", version = "5.31.0" }
    helm       = { source = "registry.terraform.io/hashicorp/helm" }
    kubernetes = ">= 2.0"
  }
}
provider "aws" { region = "eu-west-3" }
provider "random" { version = "2.3.0" }
`;
  assert.deepEqual(await lines({ "versions.tf": text }), [
    "versions.tf terraform.required_version tool terraform ~> 1.9 range",
    "versions.tf terraform.required_providers.aws.version provider hashicorp/aws 5.31.0 pinned",
    "versions.tf terraform.required_providers.helm.version provider hashicorp/helm - missing",
    "versions.tf terraform.required_providers.kubernetes provider hashicorp/kubernetes >= 2.0 range",
    "versions.tf provider.random.version provider hashicorp/random 2.3.0 pinned",
  ]);
});

test("the lock file beside it says what a constraint comes to", async () => {
  const files = {
    "a/main.tf":
      'terraform {\n required_providers {\n  aws = { source = "hashicorp/aws", version = "~> 5.0" }\n  helm = { source = "hashicorp/helm" }\n }\n}',
    "a/.terraform.lock.hcl":
      'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.31.0"\n  constraints = "~> 5.0"\n  hashes = [\n    "h1:x=",\n  ]\n}\nprovider "registry.opentofu.org/hashicorp/helm" {\n  version = "2.12.1"\n}\n',
    "b/main.tf": 'terraform {\n required_providers {\n  aws = { source = "hashicorp/aws", version = "~> 5.0" }\n }\n}',
  };
  assert.deepEqual(await lines(files), [
    "a/main.tf terraform.required_providers.aws.version provider hashicorp/aws ~> 5.0 range → 5.31.0",
    "a/main.tf terraform.required_providers.helm.version provider hashicorp/helm - missing → 2.12.1",
    "b/main.tf terraform.required_providers.aws.version provider hashicorp/aws ~> 5.0 range",
  ]);
});

test("a module is pinned by its version, its ref or its archive's name; a local one is no pin", async () => {
  const text = `
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.1.2"
}
module "open" { source = "terraform-aws-modules/iam/aws//modules/role" }
module "git"  { source = "git::https://user:secret@example.org/o/r.git//sub?depth=1&ref=v1.2.3" }
module "hub"  { source = "github.com/o/r?ref=main" }
module "head" { source = "git@github.com:o/r.git" }
module "zip"  { source = "https://example.org/modules/net-2.3.4.zip" }
module "here" { source = "./modules/here" }
`;
  assert.deepEqual(await lines({ "main.tf": text }), [
    "main.tf module.vpc.version module terraform-aws-modules/vpc/aws 5.1.2 pinned",
    "main.tf module.open.version module terraform-aws-modules/iam/aws - missing",
    "main.tf module.git.source git https://***@example.org/o/r.git v1.2.3 pinned",
    "main.tf module.hub.source git github.com/o/r main moving",
    "main.tf module.head.source git git@github.com:o/r.git - missing",
    "main.tf module.zip.source module https://example.org/modules/net-2.3.4.zip 2.3.4 pinned",
  ]);
});

test("a helm_release pins its chart and the images in its values, whichever way they are given", async () => {
  const text = `
resource "helm_release" "mlflow" {
  name       = "mlflow"
  namespace  = "ml"
  repository = "https://charts.example.org"
  chart      = "mlflow"
  version    = "1.2.3"
  values = [
    file("\${path.module}/values/mlflow.yaml"),
    yamlencode({ sidecar = { image = { repository = "org/sidecar", tag = "0.1.0" } } }),
    <<-EOT
      image:
        repository: org/mlflow
        tag: "2.14.1"
    EOT
  ]
  set {
    name  = "proxy.image.repository"
    value = "org/proxy"
  }
  set {
    name  = "proxy.image.tag"
    value = "1.0.0"
  }
}
resource "helm_release" "v3" {
  name  = "v3"
  chart = "oci://registry.example.org/charts/v3"
  set   = [{ name = "image.tag", value = "4.5.6" }]
}
resource "helm_release" "own" {
  name  = "own"
  chart = "\${path.module}/charts/own"
}
`;
  assert.deepEqual(await lines({ "tf/main.tf": text }), [
    "tf/main.tf resource.helm_release.mlflow.version chart mlflow 1.2.3 pinned",
    "tf/main.tf resource.helm_release.mlflow.values[1].sidecar.image.tag image org/sidecar 0.1.0 pinned",
    "tf/main.tf resource.helm_release.mlflow.values[2].image.tag image org/mlflow 2.14.1 pinned",
    "tf/main.tf resource.helm_release.mlflow.set[1].value image org/proxy 1.0.0 pinned",
    "tf/main.tf resource.helm_release.v3.version chart v3 - missing",
    "tf/main.tf resource.helm_release.v3.set[0].value image v3 4.5.6 pinned",
  ]);
});

test("an image held whole by a variable, a local or an optional attribute is pinned there", async () => {
  const text = `
variable "image" { default = "org/app:1.0.0" }
variable "server" {
  type = object({ image = optional(string, "org/server:24.01"), port = number })
}
locals {
  k3s      = "rancher/k3s:v1.24.4-k3s1"
  database = "db:5432"
  action   = "s3:GetObject"
  host     = "example/path:8080"
}
resource "kubernetes_pod" "p" {
  spec {
    container { image = var.image }
  }
}
resource "k3d_cluster" "k" { image = local.k3s }
resource "aws_instance" "vm" { image = data.aws_ami.x.id }
`;
  assert.deepEqual(await lines({ "a.tf": text }), [
    "a.tf variable.image.default image org/app 1.0.0 pinned",
    "a.tf variable.server.type.image image org/server 24.01 moving",
    "a.tf locals.k3s image rancher/k3s v1.24.4-k3s1 pinned",
  ]);
});

test("clusters, their add-ons and managed databases are tools with a version", async () => {
  const text = `
resource "aws_eks_cluster" "c" { version = "1.28" }
resource "aws_eks_addon" "a" {
  addon_name    = "vpc-cni"
  addon_version = "v1.16.0-eksbuild.1"
}
module "eks" {
  source          = "terraform-aws-modules/eks/aws"
  version         = "20.1.0"
  cluster_version = var.k8s
}
variable "k8s" { default = 1.31 }
resource "aws_db_instance" "d" {
  engine         = "postgres"
  engine_version = "15.4"
}`;
  assert.deepEqual(await lines({ "a.tf": text }), [
    "a.tf module.eks.version module terraform-aws-modules/eks/aws 20.1.0 pinned",
    "a.tf variable.k8s.default tool kubernetes 1.31 pinned",
    "a.tf resource.aws_eks_cluster.c.version tool kubernetes 1.28 pinned",
    "a.tf resource.aws_eks_addon.a.addon_version tool vpc-cni v1.16.0-eksbuild.1 pinned",
    "a.tf resource.aws_db_instance.d.engine_version tool postgres 15.4 pinned",
  ]);
});

test("an Application in a kubernetes_manifest or a kubectl_manifest has its revision and values read", async () => {
  const text = `
resource "kubernetes_manifest" "app" {
  manifest = {
    apiVersion = "argoproj.io/v1alpha1"
    kind       = "Application"
    metadata   = { name = "gitlab" }
    spec = {
      source = {
        repoURL        = "https://charts.gitlab.io"
        chart          = "gitlab"
        targetRevision = "8.1.8"
        helm           = { valuesObject = { image = { repository = "org/x", tag = "1.0.0" } } }
      }
      destination = { namespace = "gitlab" }
    }
  }
}
resource "kubectl_manifest" "app" {
  yaml_body = <<YAML
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: repo
spec:
  sources:
    - repoURL: https://example.org/o/r.git
      path: deploy
YAML
}`;
  const { pins } = await repositoryOf({ "a.tf": text }, [terraform]);
  assert.deepEqual(
    pins.map(({ kind, name, version, state }) => [kind, name, version, state]),
    [
      ["chart", "gitlab", "8.1.8", "pinned"],
      ["image", "org/x", "1.0.0", "pinned"],
      ["git", "https://example.org/o/r.git", null, "missing"],
    ],
  );
});

test("the JSON syntax says the same as HCL", async () => {
  const json = JSON.stringify({
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "~> 5.0" } } },
    variable: { v: { default: "1.2.3" } },
    resource: [{ helm_release: { a: { chart: "app", version: "${var.v}" } } }],
  });
  assert.deepEqual(await lines({ "main.tf.json": json }), [
    "main.tf.json terraform.required_providers.aws.version provider hashicorp/aws ~> 5.0 range",
    "main.tf.json variable.v.default chart app 1.2.3 pinned",
  ]);
});

test("a terragrunt file pins its source, an OpenTofu file is read like Terraform", async () => {
  const files = {
    "live/terragrunt.hcl": 'terraform {\n  source = "git::git@github.com:o/modules.git//app?ref=v0.8.0"\n}\n',
    "main.tofu": 'terraform {\n  required_version = "1.9.0"\n}\n',
  };
  assert.deepEqual(await lines(files), [
    "live/terragrunt.hcl terraform.source git git@github.com:o/modules.git v0.8.0 pinned",
    "main.tofu terraform.required_version tool terraform 1.9.0 pinned",
  ]);
});

test("a broken line is a problem with its position and the rest of the file is read", async () => {
  const { pins, problems } = await repositoryOf({ "a.tf": 'terraform {\n  ???\n  required_version = "1.5.7"\n}\n' }, [
    terraform,
  ]);
  assert.deepEqual(
    pins.map(({ version }) => version),
    ["1.5.7"],
  );
  assert.deepEqual(
    problems.map(({ file, line, column }) => [file, line, column]),
    [["a.tf", 2, 3]],
  );
});

test("the Argo CD provider's application and a rendered chart are pins", async () => {
  const text = `
resource "argocd_application" "a" {
  spec {
    source {
      repo_url        = "https://charts.example.org"
      chart           = "app"
      target_revision = "1.2.3"
    }
    source { repo_url = "https://example.org/o/values.git" }
  }
}
data "helm_template" "t" {
  name  = "t"
  chart = "other"
}`;
  assert.deepEqual(await lines({ "a.tf": text }), [
    "a.tf data.helm_template.t.version chart other - missing",
    "a.tf resource.argocd_application.a.spec.source[0].target_revision chart app 1.2.3 pinned",
    "a.tf resource.argocd_application.a.spec.source[1].target_revision git https://example.org/o/values.git - missing",
  ]);
});

test("copies of modules that init fetched are not read, the lock file is", () => {
  assert.ok(!terraform.accepts("tf/.terraform/modules/vpc/main.tf", ""));
  assert.ok(terraform.accepts("tf/.terraform.lock.hcl", ""));
});

test("a version manager's file pins the tool", async () => {
  const files = {
    "a/.terraform-version": "1.6.6\n",
    "b/.terraform-version": "latest:^1.9\n",
    "c/.opentofu-version": "1.8.0",
    "d/.terraform-version": "",
  };
  assert.deepEqual(await lines(files), [
    "a/.terraform-version version tool terraform 1.6.6 pinned",
    "b/.terraform-version version tool terraform latest:^1.9 moving",
    "c/.opentofu-version version tool opentofu 1.8.0 pinned",
  ]);
});
