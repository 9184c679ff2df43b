import assert from "node:assert/strict";
import { test } from "node:test";
import { pinLines } from "../readers/pins.test-support.ts";
import { terraform } from "../readers/terraform.ts";

const lines = (files: Readonly<Record<string, string>>) => pinLines(files, [terraform]);

test("a version in a variable's default is pinned there, once for all that refer to it", async () => {
  const files = {
    "main.tf": `
resource "helm_release" "a" {
  name    = "a"
  chart   = "argo-cd"
  version = var.chart_version
}
resource "helm_release" "b" {
  name    = "b"
  chart   = "argo-cd"
  version = "\${local.version}"
}
resource "helm_release" "c" {
  name    = "c"
  chart   = "other"
  version = var.from_outside
}`,
    "variables.tf":
      'variable "chart_version" {\n  type    = string\n  default = "7.3.4"\n}\nvariable "from_outside" {}\nlocals {\n  version = var.chart_version\n}\n',
  };
  assert.deepEqual(await lines(files), [
    "variables.tf variable.chart_version.default chart argo-cd 7.3.4 pinned",
    "main.tf resource.helm_release.c.version chart other var.from_outside unknown",
  ]);
});

test("a composed version stays where it is written and says what it comes to", async () => {
  const text = `
variable "cuda" { default = "12.1" }
locals {
  registry = "registry.example.org"
  minor    = "2.1"
  whole    = "\${local.registry}/ml/train:\${local.minor}.0"
}
resource "kubernetes_deployment" "d" {
  spec {
    template {
      spec {
        container {
          image = "\${local.registry}/ml/serve:\${local.minor}.0-cuda\${var.cuda}"
        }
        init_container { image = local.whole }
      }
    }
  }
}`;
  assert.deepEqual(await lines({ "a.tf": text }), [
    "a.tf resource.kubernetes_deployment.d.spec.template.spec.container.image image registry.example.org/ml/serve ${local.minor}.0-cuda${var.cuda} pinned → 2.1.0-cuda12.1",
    "a.tf resource.kubernetes_deployment.d.spec.template.spec.init_container.image image registry.example.org/ml/train local.whole pinned → 2.1.0",
  ]);
});

test("values for each environment are as many pins, and win over the default", async () => {
  const files = {
    "tf/main.tf":
      'variable "v" { default = "1.0.0" }\nresource "helm_release" "a" {\n  chart = "app"\n  version = var.v\n}\n',
    "tf/envs/dev.tfvars": 'v = "1.2.0"\n',
    "tf/envs/prod.tfvars": 'v = "1.1.0"\n',
  };
  assert.deepEqual(await lines(files), [
    "tf/envs/dev.tfvars v chart app 1.2.0 pinned",
    "tf/envs/prod.tfvars v chart app 1.1.0 pinned",
  ]);
});

test("of the values that Terraform reads by itself the last one wins", async () => {
  const main =
    'variable "v" { default = "1.0.0" }\nresource "helm_release" "a" {\n  chart = "app"\n  version = var.v\n}\n';
  const values = { "terraform.tfvars": 'v = "1.1.0"', "b.auto.tfvars": 'v = "1.3.0"', "a.auto.tfvars": 'v = "1.2.0"' };
  assert.deepEqual(await lines({ "main.tf": main, ...values }), ["b.auto.tfvars v chart app 1.3.0 pinned"]);
});

test("what a caller passes to a local module wins over the module's default", async () => {
  const files = {
    "envs/prod/main.tf":
      'module "app" {\n  source        = "../../modules/app"\n  chart_version = "2.0.0"\n  images        = { web = "org/web:2.2.2" }\n}\n',
    "modules/app/main.tf":
      'variable "chart_version" { default = "1.0.0" }\nvariable "images" {}\nresource "helm_release" "a" {\n  chart = "app"\n  version = var.chart_version\n}\nresource "docker_container" "c" {\n  image = var.images.web\n}\n',
  };
  assert.deepEqual(await lines(files), [
    "envs/prod/main.tf module.app.images.web image org/web 2.2.2 pinned",
    "envs/prod/main.tf module.app.chart_version chart app 2.0.0 pinned",
  ]);
});

test("names that stand for each other in a circle come to nothing", async () => {
  const text =
    'locals {\n  a = local.b\n  b = "${local.a}"\n}\nresource "helm_release" "r" {\n  chart   = "x"\n  version = local.a\n}\n';
  assert.deepEqual(await lines({ "a.tf": text }), ["a.tf resource.helm_release.r.version chart x local.a unknown"]);
});

test("names that multiply by references stay bounded", async () => {
  const levels = Array.from({ length: 40 }, (_, level) => `  l${level + 1} = "${`\${local.l${level}}`.repeat(12)}"`);
  const text = `locals {\n  l0 = "1.0.0"\n${levels.join("\n")}\n}\nresource "helm_release" "r" {\n  chart   = "x"\n  version = local.l40\n}\n`;
  assert.deepEqual(await lines({ "a.tf": text }), ["a.tf resource.helm_release.r.version chart x local.l40 unknown"]);
});

test("an object that is passed on keeps its attributes, and an optional one its default", async () => {
  const files = {
    "envs/prod/main.tf":
      'locals {\n  database = { version = "15.4" }\n}\nmodule "p" {\n  source = "../../platform"\n  config = local.database\n}\n',
    "platform/main.tf": 'variable "config" {}\nmodule "d" {\n  source = "../database"\n  config = var.config\n}\n',
    "database/main.tf": `
variable "config" {
  type = object({ version = string, exporter = optional(string, "0.15.0"), other = optional(string) })
}
resource "docker_container" "d" { image = "postgres:\${var.config.version}" }
resource "docker_container" "e" { image = "org/exporter:\${var.config.exporter}" }
resource "docker_container" "f" { image = "org/other:\${var.config.other}" }
`,
  };
  assert.deepEqual(await lines(files), [
    "envs/prod/main.tf locals.database.version image postgres 15.4 moving",
    "database/main.tf variable.config.type.exporter image org/exporter 0.15.0 pinned",
    "database/main.tf resource.docker_container.f.image image org/other ${var.config.other} unknown",
  ]);
});

test("a default does not answer for what a caller passes from outside", async () => {
  const files = {
    "main.tf": 'module "a" {\n  source        = "./app"\n  chart_version = data.x.y.version\n}\n',
    "app/main.tf":
      'variable "chart_version" { default = "1.0.0" }\nresource "helm_release" "a" {\n  chart = "app"\n  version = var.chart_version\n}\n',
  };
  assert.deepEqual(await lines(files), [
    "app/main.tf resource.helm_release.a.version chart app var.chart_version unknown",
  ]);
});

test("callers that agree give a composed version one meaning", async () => {
  const call = (name: string) => `module "${name}" {\n  source = "./app"\n  v      = "1.2.3"\n}\n`;
  const files = {
    "main.tf": `${call("a")}${call("b")}`,
    "app/main.tf": 'variable "v" {}\nresource "helm_release" "a" {\n  chart = "app"\n  version = "v${var.v}"\n}\n',
  };
  assert.deepEqual(await lines(files), [
    "app/main.tf resource.helm_release.a.version chart app v${var.v} pinned → v1.2.3",
  ]);
});
