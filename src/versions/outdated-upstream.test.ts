import assert from "node:assert/strict";
import { test } from "node:test";
import type { PinKind } from "../platform/pin.ts";
import { type UpstreamConfig, upstreamOf } from "./outdated-upstream.ts";

function upstream(kind: PinKind, name: string, source: string | null = null, config: UpstreamConfig = {}): unknown {
  const found = upstreamOf({ kind, name, source, version: null }, config);
  return found.kind === "unknown" ? found.why : found;
}

test("image names are completed as Docker does", () => {
  const hub = "https://registry-1.docker.io";

  assert.deepEqual(upstream("image", "postgres"), {
    kind: "registry",
    base: hub,
    repository: "library/postgres",
    holds: "image",
  });
  assert.deepEqual(upstream("image", "docker.io/nginx"), {
    kind: "registry",
    base: hub,
    repository: "library/nginx",
    holds: "image",
  });
  assert.deepEqual(upstream("image", "bitnami/redis"), {
    kind: "registry",
    base: hub,
    repository: "bitnami/redis",
    holds: "image",
  });
  assert.deepEqual(upstream("image", "Quay.io/a/b/c"), {
    kind: "registry",
    base: "https://quay.io",
    repository: "a/b/c",
    holds: "image",
  });
  assert.deepEqual(upstream("image", "localhost:5000/a"), {
    kind: "registry",
    base: "http://localhost:5000",
    repository: "a",
    holds: "image",
  });
  assert.deepEqual(upstream("image", "localhost/a"), {
    kind: "registry",
    base: "http://localhost",
    repository: "a",
    holds: "image",
  });
});

test("only registries that are named speak http, besides this machine's", () => {
  const config = { plainHttpRegistries: ["registry.lan:5000"] };

  assert.match(JSON.stringify(upstream("image", "registry.lan:5000/a", null, config)), /"http:\/\/registry.lan:5000"/);
  assert.match(JSON.stringify(upstream("image", "other.lan:5000/a", null, config)), /"https:\/\/other.lan:5000"/);
});

test("names no registry knows are not asked for", () => {
  for (const name of [
    "UPPER/case",
    "a b",
    "",
    "../x",
    "quay.io/../../v2/secret",
    "quay.io/a?x=1",
    "quay.io/a#b",
    "a@b.example/x",
    "quay.io:99999/x",
  ]) {
    assert.match(String(upstream("image", name)), /is no name that a registry knows/);
  }
});

test("charts come from an index, a registry, this repository, or an alias nobody here can resolve", () => {
  const oci = { kind: "registry", base: "https://ghcr.io", repository: "org/charts/app", holds: "chart" };

  assert.deepEqual(upstream("chart", "app", "https://charts.example.org/"), {
    kind: "helm",
    url: "https://charts.example.org",
    chart: "app",
  });
  assert.deepEqual(upstream("chart", "app", "oci://ghcr.io/org/charts"), oci);
  assert.deepEqual(upstream("chart", "app", "oci://ghcr.io/org/charts/app"), oci);
  assert.deepEqual(upstream("chart", "app", "ghcr.io/org/charts"), oci);
  assert.match(String(upstream("chart", "app", "file://../app")), /this repository itself/);
  assert.match(String(upstream("chart", "app", "@stable")), /by an alias/);
  assert.match(String(upstream("chart", "app")), /does not say which repository/);
});

test("Git addresses are read in all their spellings", () => {
  const address = (url: string): unknown => upstream("git", url);

  assert.deepEqual(address("https://github.com/o/r.git"), { kind: "git", url: "https://github.com/o/r.git" });
  assert.deepEqual(address("git@github.com:o/r.git"), { kind: "git", url: "git@github.com:o/r.git" });
  assert.deepEqual(address("github.com/o/r//config/default?ref=v1"), { kind: "git", url: "https://github.com/o/r" });
  assert.deepEqual(address("git::https://example.org/o/r.git//modules/x?ref=v1"), {
    kind: "git",
    url: "https://example.org/o/r.git",
  });
  assert.deepEqual(address("ssh://git@example.org:2222/o/r"), { kind: "git", url: "ssh://git@example.org:2222/o/r" });
  assert.match(String(address("ext::sh -c x")), /is no address/);
  assert.match(String(address("--upload-pack=x")), /is no address/);
  assert.equal(String(address("x://bob:pw@h/")).includes("pw"), false);
});

test("a forge that is configured is asked by its API", () => {
  const config: UpstreamConfig = {
    forges: {
      "gitlab.example.org": { kind: "gitlab", api: "https://gitlab.example.org/api/v4" },
      "github.com": { kind: "github", api: "https://api.github.com" },
    },
  };

  assert.deepEqual(upstream("git", "git@gitlab.example.org:team/sub/app.git", null, config), {
    kind: "gitlab",
    api: "https://gitlab.example.org/api/v4",
    project: "team/sub/app",
  });
  assert.deepEqual(upstream("action", "actions/cache/restore", null, config), {
    kind: "github",
    api: "https://api.github.com",
    repository: "actions/cache",
  });
});

test("actions are repositories of github.com, images, or here", () => {
  assert.deepEqual(upstream("action", "actions/checkout"), { kind: "git", url: "https://github.com/actions/checkout" });
  assert.match(JSON.stringify(upstream("action", "docker://alpine")), /library\/alpine/);
  assert.match(String(upstream("action", "./.github/actions/x")), /this repository itself/);
});

test("Terraform's addresses are completed as Terraform does", () => {
  const registry = "https://registry.terraform.io";

  assert.deepEqual(upstream("provider", "aws"), {
    kind: "terraform-provider",
    base: registry,
    address: "hashicorp/aws",
  });
  assert.deepEqual(upstream("provider", "x", "registry.opentofu.org/a/b"), {
    kind: "terraform-provider",
    base: "https://registry.opentofu.org",
    address: "a/b",
  });
  assert.deepEqual(upstream("module", "vpc", "terraform-aws-modules/vpc/aws//modules/x"), {
    kind: "terraform-module",
    base: registry,
    address: "terraform-aws-modules/vpc/aws",
  });
  assert.deepEqual(upstream("module", "app.terraform.io/o/n/aws"), {
    kind: "terraform-module",
    base: "https://app.terraform.io",
    address: "o/n/aws",
  });
  assert.deepEqual(upstream("module", "m", "github.com/o/r"), { kind: "git", url: "https://github.com/o/r" });
  assert.match(String(upstream("module", "m", "./modules/x")), /a folder of this repository/);
});

test("tools and packages need a known repository and a configured index", () => {
  const config = {
    pythonIndex: "https://pypi.example.org/simple",
    toolRepositories: { jq: "https://github.com/jqlang/jq" },
  };

  assert.deepEqual(upstream("tool", "Terraform"), { kind: "git", url: "https://github.com/hashicorp/terraform" });
  assert.deepEqual(upstream("tool", "jq", null, config), { kind: "git", url: "https://github.com/jqlang/jq" });
  assert.match(String(upstream("tool", "constructor")), /do not know where constructor/);
  assert.deepEqual(upstream("package", "mlflow[extras]", null, config), {
    kind: "python",
    index: "https://pypi.example.org/simple",
    project: "mlflow",
  });
  assert.match(String(upstream("package", "mlflow")), /no Python index is configured/);
  assert.deepEqual(upstream("tool", "o/r", "https://github.com/o/r"), { kind: "git", url: "https://github.com/o/r" });
});

test("a distribution's package is not looked for in a Python index", () => {
  const config = { pythonIndex: "https://pypi.example.org/simple" };

  for (const version of ["8.5.0-2", "1:2.3", "3.19-r0", "1.0~rc1", "1.0+deb12u1"]) {
    assert.equal(upstreamOf({ kind: "package", name: "curl", source: null, version }, config).kind, "unknown");
  }
  for (const version of ["2.9.2", "~=2.9", ">=2,<3", "1.0.post1", null]) {
    assert.equal(upstreamOf({ kind: "package", name: "curl", source: null, version }, config).kind, "python");
  }
  assert.equal(
    upstreamOf({ kind: "package", name: "x", source: "https://example.org/x.yml", version: "1.0.0" }, config).kind,
    "unknown",
  );
});

test("a name filled in by a template is nobody's", () => {
  assert.match(String(upstream("image", "{{ .Values.registry }}/app")), /by a template/);
  assert.match(String(upstream("chart", "app", "https://${HOST}/charts")), /by a template/);
});
