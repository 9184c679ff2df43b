import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Copy, copyOfKit } from "./kit.ts";

/** A docker whose daemon answers and which knows one stopped container and one dangling image of ours. */
const docker = `case "$1 $2" in
  "container ls") echo c1;;
  "image ls") echo i1;;
  "container inspect") echo "c1 /old exited";;
esac
exit 0`;

function state(kit: Copy): readonly string[] {
  const files = [
    "terraform/environments/local/terraform.tfstate",
    "terraform/environments/local/terraform.tfstate.backup",
    "terraform/environments/local/.terraform.lock.hcl",
    "terraform/environments/local/.terraform/terraform.tfstate",
    "terraform/environments/local/kubeconfig-local",
    "tmp/mlops-kubeconfig",
    "tmp/registry-backup.tar.gz",
    "tmp/old/terraform.tfstate",
    "tmp/values.bak",
  ];
  for (const file of files) kit.write(file, "precious");
  return files;
}

test("deep-clean lists first and deletes nothing", (context) => {
  const kit = copyOfKit(context);
  kit.write("terraform/environments/dev/.terraform/providers/p", "cache");
  kit.write("tmp/scan/report.json", "{}");

  const { status, output } = kit.make("deep-clean");

  assert.equal(status, 0);
  assert.match(
    output,
    /To be deleted:[\s\S]*terraform\/environments\/dev\/\.terraform\/providers[\s\S]*tmp\/scan[\s\S]*Nothing was deleted.*CONFIRM=yes/,
  );
  assert.ok(kit.has("terraform/environments/dev/.terraform/providers/p") && kit.has("tmp/scan/report.json"));
});

test("deep-clean with CONFIRM=yes deletes caches and spares state, locks, kubeconfigs and backups", (context) => {
  const kit = copyOfKit(context);
  const precious = state(kit);
  const cache = [
    "terraform/environments/local/.terraform/providers/p",
    "terraform/environments/prod/.terraform/modules/m",
    "terraform/environments/dev/dev.tfplan",
    "tmp/scan/r.json",
    ".cache/x",
  ];
  for (const file of cache) kit.write(file, "cache");

  const { status } = kit.make("deep-clean", { CONFIRM: "yes" });

  assert.equal(status, 0);
  for (const file of cache) assert.ok(!kit.has(file), `${file} is gone`);
  for (const file of precious) assert.ok(kit.has(file), `${file} is spared`);
});

test("deep-clean takes no other word than yes", (context) => {
  const kit = copyOfKit(context);
  kit.write(".cache/x", "cache");

  for (const word of ["y", "YES", "true", "1", ""]) kit.make("deep-clean", { CONFIRM: word });

  assert.ok(kit.has(".cache/x"));
});

test("deep-clean leaves an environment alone in which Terraform holds the lock", (context) => {
  const kit = copyOfKit(context);
  kit.write("terraform/environments/dev/.terraform.tfstate.lock.info", "{}");
  kit.write("terraform/environments/dev/.terraform/providers/p", "cache");

  const { output } = kit.make("deep-clean", { CONFIRM: "yes" });

  assert.match(output, /left alone: terraform\/environments\/dev \(Terraform holds its lock\)/);
  assert.ok(kit.has("terraform/environments/dev/.terraform/providers/p"));
});

test("deep-clean leaves alone what a process has open and what Git tracks", (context) => {
  const kit = copyOfKit(context);
  kit.fake("fuser", `case "$*" in *open.log*) exit 0;; esac; exit 1`);
  kit.fake("git", `case "$*" in *tracked*) echo tmp/tracked;; esac`);
  kit.write("tmp/open.log", "1");
  kit.write("tmp/tracked", "1");
  kit.write("tmp/free", "1");

  kit.make("deep-clean", { CONFIRM: "yes" });

  assert.ok(kit.has("tmp/open.log") && kit.has("tmp/tracked"));
  assert.ok(!kit.has("tmp/free"));
});

test("deep-clean follows no link and is not fooled by a name with a line break", (context) => {
  const kit = copyOfKit(context);
  kit.write("outside/data", "precious");
  mkdirSync(join(kit.folder, "tmp"), { recursive: true });
  symlinkSync(join(kit.folder, "outside"), join(kit.folder, "tmp/link"));
  writeFileSync(join(kit.folder, "tmp/a\nterraform"), "x");

  const { status } = kit.make("deep-clean", { CONFIRM: "yes" });

  assert.equal(status, 0);
  assert.ok(kit.has("outside/data"));
  assert.ok(kit.has("terraform/environments/prod/main.tf"));
});

test("docker-clean lists first, then removes by id, forces nothing and never touches a volume", (context) => {
  const kit = copyOfKit(context);
  kit.fake("docker", docker);

  const listed = kit.make("docker-clean");
  const callsBefore = kit.calls().length;
  const confirmed = kit.make("docker-clean", { CONFIRM: "yes" });

  assert.equal(listed.status, 0);
  assert.match(listed.output, /container c1 \/old exited\n {2}image i1\nNothing was deleted/);
  assert.ok(
    kit
      .calls()
      .slice(0, callsBefore)
      .every((call) => !/ rm /.test(call)),
  );
  assert.equal(confirmed.status, 0);
  assert.deepEqual(
    kit.calls().filter((call) => / rm /.test(call)),
    ["docker container rm c1", "docker image rm i1"],
  );
  assert.ok(kit.calls().every((call) => !/prune|volume|--force| -f | -v /.test(call)));
  assert.ok(
    kit
      .calls()
      .filter((call) => / ls /.test(call))
      .every((call) => call.includes("label=org.opencontainers.image.title=mlops-platform/infra-tools")),
  );
});
