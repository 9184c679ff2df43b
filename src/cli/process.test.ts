import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { folderWith } from "./shell.test-support.ts";
import { deployment, smallPlatform } from "./trees.test-support.ts";

const root = join(import.meta.dirname, "..", "..");
const launcher = join(root, "millwright");

function spawned(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(launcher, args, {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, MILLWRIGHT_CACHE: "off", ...env },
  });
}

test("the launcher runs from any folder, and its exit status is the command's", (context) => {
  const dir = folderWith(context, { "web.yaml": deployment("web", "nginx:latest") });
  const found = spawned(dir, ["audit"]);
  assert.equal(found.status, 2, found.stderr);
  assert.equal(found.stderr, "");
  assert.match(found.stdout, /^The worst one, do this first:\n/);
  assert.equal(spawned(dir, ["audit", "--fail-on", "never"]).status, 0);
  const mistake = spawned(dir, ["audit", "nowhere"]);
  assert.equal(mistake.status, 1);
  assert.match(mistake.stderr, /^millwright: There is no folder .*nowhere\.\n$/);
});

test("a pipe gets no colour and no cut line; FORCE_COLOR colours it, NO_COLOR wins", (context) => {
  const dir = folderWith(context, smallPlatform);
  const escape = "\u001b[";
  assert.ok(!spawned(dir, ["audit"]).stdout.includes(escape));
  assert.ok(spawned(dir, ["audit"], { FORCE_COLOR: "1" }).stdout.includes(escape));
  assert.ok(!spawned(dir, ["audit"], { FORCE_COLOR: "0" }).stdout.includes(escape));
  assert.ok(!spawned(dir, ["audit"], { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout.includes(escape));
  for (const format of ["json", "markdown", "html", "github"])
    assert.ok(!spawned(dir, ["audit", "-o", format], { FORCE_COLOR: "1" }).stdout.includes(escape), format);
});

test("a reader that goes away is no error", (context) => {
  const files = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [
      `app-${index}.yaml`,
      deployment(`app-${index}`, `org/app-${index}:latest`),
    ]),
  );
  const dir = folderWith(context, files);
  for (const format of ["table", "json"]) {
    const line = `'${launcher}' audit --fail-on never -o ${format} 2>err | head -n 1; cat err`;
    const out = execFileSync("bash", ["-c", `set -o pipefail; ${line}`], { cwd: dir, encoding: "utf8" });
    assert.match(out, format === "json" ? /^\{\n$/ : /^The worst .*\n$/);
  }
});

test("a long result reaches a slow pipe whole", (context) => {
  const files = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [
      `app-${index}.yaml`,
      deployment(`app-${index}`, `org/app-${index}:latest`),
    ]),
  );
  const dir = folderWith(context, files);
  const out = execFileSync("bash", ["-c", `'${launcher}' inventory -o json | (sleep 0.3; cat)`], {
    cwd: dir,
    encoding: "utf8",
    maxBuffer: 50_000_000,
  });
  assert.equal((JSON.parse(out) as { readonly pins: readonly unknown[] }).pins.length, 600);
});

test("a folder without permission is told, not crashed on", (context) => {
  const dir = folderWith(context, { "open.yaml": deployment("web", "nginx:1.27.1"), "closed/a.yaml": "x: 1\n" });
  execFileSync("chmod", ["000", join(dir, "closed")]);
  const said = spawned(dir, ["inventory", "-o", "json"]);
  execFileSync("chmod", ["755", join(dir, "closed")]);
  assert.equal(said.status, 0, said.stderr);
  const { files, pins } = JSON.parse(said.stdout) as {
    readonly files: { readonly skipped: readonly { readonly file: string }[] };
    readonly pins: readonly unknown[];
  };
  assert.equal(pins.length, 1);
  // For root nothing is closed.
  if (process.getuid?.() !== 0)
    assert.deepEqual(
      files.skipped.map(({ file }) => file),
      ["closed"],
    );
});

test("--version prints the package's version", (context) => {
  const said = spawned(folderWith(context, {}), ["--version"]);
  assert.match(said.stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(said.status, 0);
});
