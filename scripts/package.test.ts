import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { readKitFolder } from "../src/edge/kit.ts";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "millwright-package-"));
const prefix = join(folder, "prefix");
let tarball = "";

/** A plain user, where the tests run as root. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
) {
  return spawnSync(command, args, {
    cwd: options.cwd ?? folder,
    encoding: "utf8",
    env: { PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, HOME: folder, ...options.env },
    ...user,
  });
}

before(() => {
  const packed = spawnSync("npm", ["pack", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH: process.env["PATH"] },
  });
  assert.equal(packed.status, 0, packed.stderr);
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  chmodSync(folder, 0o777);
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the package is under 5 MB and has no dependencies", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

  assert.ok(statSync(tarball).size < 5_000_000, `${statSync(tarball).size} bytes`);
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts.install ?? manifest.scripts.postinstall ?? manifest.scripts.preinstall, undefined);
});

test("installed from its file by a plain user without scripts or network, it audits", () => {
  const installed = run("npm", [
    "install",
    "--global",
    "--prefix",
    prefix,
    "--ignore-scripts",
    "--offline",
    "--no-fund",
    "--no-audit",
    "--cache",
    join(folder, "cache"),
    tarball,
  ]);
  assert.equal(installed.status, 0, installed.stderr);

  const audited = run(join(prefix, "bin", "millwright"), ["audit", "examples/mlops-platform", "-o", "json"]);

  assert.equal(audited.status, 2, audited.stderr);
  assert.ok(JSON.parse(audited.stdout).findings.length > 10);
  assert.equal(audited.stderr, "");
});

test("the package carries the whole kit, so that scaffold works without a checkout", () => {
  const scaffolded = run(join(prefix, "bin", "millwright"), ["scaffold", "new-platform"]);

  assert.equal(scaffolded.status, 0, scaffolded.stderr);
  assert.deepEqual(readKitFolder(join(folder, "new-platform")), readKitFolder(join(root, "kit")));
});

test("what the package keeps in its cache changes no inventory, and can be switched off", () => {
  const inventory = (env: Record<string, string>): string => {
    const args = ["inventory", "examples/mlops-platform", "-o", "json"];
    const { status, stdout, stderr } = run(join(prefix, "bin", "millwright"), args, { env });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const application = join(folder, "examples/mlops-platform/argocd-apps", "gitlab-application.yaml");
  const before = readFileSync(application, "utf8");
  for (const text of [before, before, before.replace(/targetRevision: .*/, "targetRevision: 1.2.3")]) {
    writeFileSync(application, text);
    assert.equal(inventory({ XDG_CACHE_HOME: join(folder, "kept") }), inventory({ MILLWRIGHT_CACHE: "off" }));
  }
  writeFileSync(application, before);
  inventory({ XDG_CACHE_HOME: join(folder, "unused"), MILLWRIGHT_CACHE: "off" });

  assert.equal(readdirSync(join(folder, "kept/millwright/readings")).length, 1);
  assert.equal(existsSync(join(folder, "unused")), false);
});

test("the GitHub Action's audit step runs as it is written", () => {
  const [action] = parseAllDocuments(readFileSync(join(root, "action.yml"), "utf8")).map((document) => document.toJS());
  const step = action.runs.steps[1].run as string;
  const env = {
    GITHUB_ACTION_PATH: root,
    DIRECTORY: "examples/mlops-platform",
    FAIL_ON: "critical",
    SINCE: "",
    SARIF: join(folder, "out.sarif"),
    COMMENT: "false",
  };

  const result = run("sh", ["-e", "-c", step], { env });

  assert.equal(result.status, 2, result.stderr);
  assert.match(result.stdout, /^::error file=/m);
  assert.equal(JSON.parse(readFileSync(join(folder, "out.sarif"), "utf8")).version, "2.1.0");
});

test("the GitLab component's script runs as it is written", () => {
  const [spec, jobs] = parseAllDocuments(readFileSync(join(root, "templates", "audit.yml"), "utf8")).map((document) =>
    document.toJS(),
  );
  const inputs: Record<string, string> = Object.fromEntries(
    Object.entries(spec.spec.inputs as Record<string, { default: unknown }>).map(([name, input]) => [
      name,
      String(input.default),
    ]),
  );
  const values = { ...inputs, directory: "examples/mlops-platform", package: tarball, "fail-on": "critical" } as Record<
    string,
    string
  >;
  const script = (jobs["millwright-audit"].script as string[])
    .join("\n")
    .replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => values[name] ?? "");

  const result = run("sh", ["-e", "-c", script], {
    env: {
      npm_config_prefix: prefix,
      npm_config_cache: join(folder, "cache"),
      npm_config_offline: "true",
      PATH: `${join(prefix, "bin")}:${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    },
  });

  assert.equal(result.status, 2, result.stderr);
  assert.ok(JSON.parse(readFileSync(join(folder, "gl-code-quality-report.json"), "utf8")).length > 10);
});
