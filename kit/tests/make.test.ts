import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { copyOfKit, read } from "./kit.ts";

const environments = ["local", "dev", "staging", "prod"];

function gitIn(folder: string, ...args: readonly string[]): void {
  execFileSync("git", args, { cwd: folder, stdio: "pipe" });
}

test("the guide's nine targets and help exist under their names", () => {
  const targets = [...read("Makefile").matchAll(/^([a-z-]+): ##/gm)].map((match) => match[1]);

  assert.deepEqual(targets, [
    "help",
    "status",
    "validate",
    "format",
    "test",
    "deep-clean",
    "docker-clean",
    "docker-build",
    "docker-health",
    "docker-security-scan",
  ]);
});

test("make without a target changes nothing and says what there is", (context) => {
  const kit = copyOfKit(context);

  const { status, output } = kit.make("help");

  assert.equal(status, 0);
  assert.match(output, /deep-clean +List caches/);
});

test("status works with nothing but Git and says what it cannot know", (context) => {
  const { status, output } = copyOfKit(context).make("status");

  assert.equal(status, 0);
  for (const environment of environments)
    assert.match(output, new RegExp(`^${environment}  not initialised here, no lock file`, "m"));
  assert.match(output, /unknown: kubectl is missing/);
});

test("status asks the cluster of the context, and a refusal is a finding", (context) => {
  const kit = copyOfKit(context);
  kit.fake("kubectl", `case "$*" in "config current-context") echo mlops-dev;; "get pvc -A") exit 1;; esac`);

  const { status, output } = kit.make("status");

  assert.equal(status, 2);
  assert.match(output, /context {2}mlops-dev/);
  assert.match(output, /could not ask: kubectl get pvc -A/);
  assert.ok(kit.calls().some((call) => call.startsWith("kubectl get applications.argoproj.io -n argocd")));
});

test("validate visits all four environments and names the failing ones at the end", (context) => {
  const kit = copyOfKit(context);
  kit.fake("terraform", `case "$PWD $1" in */local\\ validate|*/staging\\ validate) exit 1;; esac`);
  kit.fake("kubectl");

  const { status, output } = kit.make("validate");

  assert.equal(status, 2);
  assert.match(output, /not valid: terraform\/local terraform\/staging\n/);
  for (const environment of environments) {
    assert.match(output, new RegExp(`== terraform/environments/${environment}\n`));
    assert.ok(kit.calls().includes(`kubectl kustomize environments/${environment}`));
  }
  assert.equal(kit.calls().filter((call) => call === "terraform validate -no-color").length, 4);
});

test("validate names the Terraform it needs instead of one error an environment", (context) => {
  const kit = copyOfKit(context);
  kit.fake("terraform", `case "$1" in version) echo "Terraform v1.9.8";; *) echo "Unsupported Terraform Core version"; exit 1;; esac`);
  kit.fake("kubectl");

  const { output } = kit.make("validate");

  assert.match(output, /not run: Terraform 1\.9\.8 is installed, and .*versions\.tf ask for 1\.\d+\.\d+\./);
  assert.match(output, /Error 3/);
  assert.doesNotMatch(output, /Unsupported|^== /m);
});

test("validate goes on with the Terraform that is asked for", (context) => {
  const kit = copyOfKit(context);
  const wanted = /required_version = "= ([\d.]+)"/.exec(read("terraform/environments/dev/versions.tf"))?.[1] ?? "";
  kit.fake("terraform", `[ "$1" != version ] || echo "Terraform v${wanted}"`);
  kit.fake("kubectl");

  assert.equal(kit.make("validate").status, 0);
});

test("status of a fresh repository says that there is no tag yet", (context) => {
  const kit = copyOfKit(context);
  gitIn(kit.folder, "init", "--quiet");
  assert.match(kit.make("status").output, /^release {2}no tag yet, nothing is committed$/m);
  gitIn(kit.folder, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "--allow-empty", "-m", "start");
  assert.match(kit.make("status").output, /^release {2}no tag yet, commit [0-9a-f]{7,}$/m);
});

test("validate touches no remote state", (context) => {
  const kit = copyOfKit(context);
  kit.fake("terraform");
  kit.fake("kubectl");

  const { status, output } = kit.make("validate");

  assert.equal(status, 0);
  assert.match(output, /still to be sealed[\s\S]*secrets\/gitlab\.yaml[\s\S]*\nvalid\n/);
  assert.ok(
    kit
      .calls()
      .filter((call) => call.startsWith("terraform init"))
      .every((call) => call.includes("-backend=false")),
  );
});

test("validate fails on an environment that does not render", (context) => {
  const kit = copyOfKit(context);
  kit.fake("terraform");
  kit.fake("kubectl", `[ "$2" != environments/dev ]`);

  const { status, output } = kit.make("validate");

  assert.equal(status, 2);
  assert.match(output, /not valid: environments\/dev\n/);
});

for (const [target, missing, hint] of [
  ["validate", "terraform", "developer.hashicorp.com"],
  ["format", "terraform", "developer.hashicorp.com"],
  ["docker-clean", "docker", "docs.docker.com"],
  ["docker-build", "docker", "docs.docker.com"],
  ["docker-security-scan", "trivy", "trivy.dev"],
] as const) {
  test(`${target} without ${missing} refuses, says what to install, and leaves with 3`, (context) => {
    const { status, output } = copyOfKit(context).make(target);

    assert.equal(status, 2);
    assert.match(output, new RegExp(`not run: ${missing} is missing\\.\n.*${hint.replaceAll(".", "\\.")}`));
    assert.match(output, /Error 3/);
  });
}

test("docker targets refuse when the daemon does not answer", (context) => {
  const kit = copyOfKit(context);
  kit.fake("docker", `[ "$1" != info ]`);

  for (const target of ["docker-clean", "docker-build"]) {
    const { status, output } = kit.make(target);
    assert.equal(status, 2);
    assert.match(output, /not run: the Docker daemon does not answer/);
  }
  assert.deepEqual(new Set(kit.calls()), new Set(["docker info"]));
});

test("format rewrites Terraform only; with CHECK it only looks", (context) => {
  const kit = copyOfKit(context);
  kit.fake("terraform");

  kit.make("format");
  kit.make("format", { CHECK: "1" });

  assert.deepEqual(kit.calls(), [
    "terraform fmt -recursive terraform",
    "terraform fmt -recursive -check -diff terraform",
  ]);
});

test("make test runs what is there, counts what is not, and under CI a missing tool fails", (context) => {
  const kit = copyOfKit(context);
  kit.fake("promtool");
  kit.fake("shellcheck", "exit 1");

  const here = kit.make("test");
  kit.fake("shellcheck");
  const inCi = kit.make("test", { CI: "true" });

  assert.equal(here.status, 2);
  assert.match(here.output, /failed: scripts\n/);
  assert.match(here.output, /not run: alertmanager \(amtool is missing\)/);
  assert.equal(inCi.status, 2);
  assert.match(inCi.output, /passed, apart from what was not run: amtool millwright[\s\S]*Error 3/);
});

test("docker-build tags the version of docker/VERSION and refuses latest", (context) => {
  const kit = copyOfKit(context);
  kit.fake("docker");

  const built = kit.make("docker-build");
  kit.write("docker/VERSION", "latest\n");
  const refused = kit.make("docker-build");

  assert.equal(built.status, 0);
  assert.ok(kit.calls().some((call) => call.endsWith("--tag mlops-platform/infra-tools:1.0.0 docker")));
  assert.equal(refused.status, 2);
  assert.equal(kit.calls().filter((call) => call.startsWith("docker build")).length, 1);
});

test("docker-health names each missing tool and says that the platform is unknown without a context", (context) => {
  const kit = copyOfKit(context);
  kit.fake("kubectl", "exit 1");

  const { status, output } = kit.make("docker-health");

  assert.equal(status, 2);
  assert.match(output, /unknown: no kubectl context is set/);
  assert.match(output, /not healthy: docker terraform promtool amtool shellcheck trivy\n/);
});

test("docker-health checks the platform too where a context is set", (context) => {
  const kit = copyOfKit(context);
  for (const tool of ["docker", "terraform", "promtool", "amtool", "shellcheck", "trivy"]) kit.fake(tool);
  kit.fake("kubectl", `case "$*" in "config current-context") echo mlops-prod;; *mlflow-postgresql*) exit 1;; esac`);

  const { status, output } = kit.make("docker-health");

  assert.equal(status, 2);
  assert.match(output, /gitlab statefulset\/gitlab-gitaly {2}ready/);
  assert.match(output, /not healthy: statefulset\/mlflow-postgresql\n/);
});

test("docker-security-scan scans every written image and the infrastructure code, and tells the verdict last", (context) => {
  const kit = copyOfKit(context);
  kit.fake("trivy", `case "$*" in *postgres:17*) exit 1;; esac`);

  const { status, output } = kit.make("docker-security-scan");

  const images = kit
    .calls()
    .filter((call) => call.startsWith("trivy image"))
    .map((call) => call.split(" ").at(-1));
  assert.equal(status, 2);
  assert.match(output, /found HIGH,CRITICAL in: docker\.io\/library\/postgres:17\.10 \(reports/);
  assert.ok(
    images.includes("docker.io/eoepca/mlflow-sharinghub:0.2.0") && images.includes("docker.io/eoepca/sharinghub:0.4.2"),
  );
  assert.ok(
    images.includes("docker.io/library/debian:trixie-20260918-slim") &&
      images.includes("docker.io/restic/restic:0.19.1"),
  );
  assert.equal(kit.calls().at(-1), "trivy config --quiet --severity HIGH,CRITICAL --exit-code 1 .");
  assert.match(output, /not run: checkov is missing/);
});
