import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { rules } from "../../src/cli/rules.ts";
import { openFolder } from "../../src/edge/folder-tree.ts";
import { type Audit, audit } from "../../src/findings/audit.ts";
import { parseConfig } from "../../src/findings/platform-file.ts";
import type { Instant } from "../../src/kernel/instant.ts";
import { systems } from "../../src/systems/index.ts";
import { kitFiles, kitFolder } from "./kit.ts";

/** The kit is judged by the day its versions were chosen; later it grows old, as every repository does. */
const chosen = "2026-11-20T00:00:00.000Z" as Instant;

async function auditOf(folder: string): Promise<Audit> {
  const config = parseConfig(readFileSync(join(folder, "millwright.yaml"), "utf8"), "millwright.yaml");
  return audit({ tree: openFolder(folder), config, systems, rules: rules(systems), now: chosen });
}

/** What scaffold writes, in a temporary folder, apart from what `leaveOut` names. */
function copyOf(context: TestContext, leaveOut: (path: string) => boolean = () => false): string {
  const folder = mkdtempSync(join(tmpdir(), "kit-audit-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const file of kitFiles()) if (!leaveOut(file)) cpSync(join(kitFolder, file), join(folder, file));
  return folder;
}

function put(folder: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(folder, path), "utf8");
  assert.ok(text.includes(from), `${path} has ${from}`);
  writeFileSync(join(folder, path), text.replace(from, to));
}

test("the audit finds the kit clean, read whole", async () => {
  const { findings, problems, files, pins } = await auditOf(kitFolder);

  assert.deepEqual(
    findings.map(({ rule, message }) => `${rule}: ${message}`),
    [],
  );
  assert.deepEqual([problems, files.skipped], [[], []]);
  assert.ok(pins > 50);
});

test("what is suppressed in the kit has a reason, and is no more than one rule", async () => {
  const { suppressed } = await auditOf(kitFolder);

  assert.deepEqual([...new Set(suppressed.map(({ finding }) => finding.rule))], ["mlflow-core-frozen-upstream"]);
});

for (const [name, path, from, to] of [
  ["a branch instead of a tag", "argocd-apps/sharinghub-application.yaml", '"0.4.2"', "main"],
  ["the tag latest", "argocd-apps/values/mlflow-values.yaml", '"0.2.0"', "latest"],
  [
    "MLflow unbound from its PostgreSQL",
    "argocd-apps/values/mlflow-values.yaml",
    "UriSecret: true",
    "UriSecret: false",
  ],
  ["a Terraform range", "terraform/environments/prod/versions.tf", '"= 2.38.0"', '"~> 2.38"'],
  ["an action by its tag", ".github/workflows/maintenance.yml", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7"],
] as const) {
  test(`the audit is not blind to ${name}`, async (context) => {
    const folder = copyOf(context);
    put(folder, path, from, to);

    const { findings } = await auditOf(folder);

    assert.ok(findings.some((finding) => finding.places.some(({ file }) => file === path)));
  });
}

test("the audit is not blind to datastores without a backup", async (context) => {
  const folder = copyOf(context, (path) => path.startsWith("backups/"));

  const { findings } = await auditOf(folder);

  assert.ok(findings.some(({ rule }) => /backup/.test(rule)));
});
