import assert from "node:assert/strict";
import { test } from "node:test";
import { known } from "../kernel/fact.ts";
import type { Pin } from "../platform/pin.ts";
import { planFixes } from "./fix.ts";
import { diffOf, fixFiles, unifiedDiff } from "./fix-files.ts";
import { readers } from "./readers/index.ts";
import { repositoryOf } from "./readers/pins.test-support.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const application = (revision: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: a\nspec:\n  source:\n    repoURL: https://example.org/charts\n    chart: app\n    targetRevision: ${revision}\n`;

async function pinsOf(files: Readonly<Record<string, string>>): Promise<readonly Pin[]> {
  return (await repositoryOf(files, readers)).pins;
}

test("what is pinned stays unless a version is asked for", async () => {
  const pins = await pinsOf({ "a.yaml": application("1.0.0") });
  assert.deepEqual(planFixes(pins, pins, {}), { edits: [], unknown: [] });
  const [edit] = planFixes(pins, pins, { to: { version: "1.1.0" } }).edits;
  assert.deepEqual([edit?.from, edit?.to, edit?.because], ["1.0.0", { version: "1.1.0" }, "as asked with --to"]);
  assert.deepEqual(planFixes(pins, pins, { to: { version: "1.0.0" } }).edits, []);
});

test("a lock file's version comes before the newest release, and that before another environment's", async () => {
  const files = {
    "main.tf":
      'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "~> 5.0" }\n  }\n}\n',
    ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n',
    "envs/dev/a.yaml": application('"*"'),
    "envs/prod/a.yaml": application("1.4.0"),
  };
  const pins = await pinsOf(files);
  const newest = planFixes(pins, pins, { newestAllowed: () => ({ version: "9.9.9", because: "the newest release" }) });
  assert.deepEqual(
    newest.edits.map(({ to, because }) => [to.version, because]),
    [
      ["9.9.9", "the newest release"],
      ["5.31.0", "what it comes to by .terraform.lock.hcl:2"],
    ],
  );
  const offline = planFixes(pins, pins, {});
  assert.deepEqual(
    offline.edits.map(({ to, because }) => [to.version, because]),
    [
      ["1.4.0", "as in production (envs/prod/a.yaml:9)"],
      ["5.31.0", "what it comes to by .terraform.lock.hcl:2"],
    ],
  );
});

test("environments that disagree tell nothing, nor does an environment about itself", async () => {
  const files = {
    "envs/dev/a.yaml": application('"*"'),
    "envs/dev/b.yaml": application("1.0.0"),
    "envs/prod/a.yaml": application("1.4.0"),
    "envs/staging/a.yaml": application("1.5.0"),
  };
  const pins = await pinsOf(files);
  const plan = planFixes(pins, pins, {});
  assert.deepEqual(plan.edits, []);
  assert.match(plan.unknown[0]?.why ?? "", /disagree on app: production 1\.4\.0, staging 1\.5\.0/);
  const alone = pins.filter(({ environment }) => environment === "development");
  assert.match(planFixes(alone, alone, {}).unknown[0]?.why ?? "", /no version of chart app is known here/);
});

test("what an expression comes to is never guessed", async () => {
  const pins = await pinsOf({ "a.tf": 'resource "helm_release" "a" {\n  chart   = "app"\n  version = var.x\n}\n' });
  const plan = planFixes(pins, pins, { newestAllowed: () => ({ version: "1.0.0", because: "" }) });
  assert.deepEqual(plan.edits, []);
  assert.match(plan.unknown[0]?.why ?? "", /an expression/);
});

test("a digest that is known is taken along", async () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const pins = await pinsOf({ "compose.yaml": `services:\n  a:\n    image: org/a:1.0.0@sha256:${"0".repeat(64)}\n` });
  const plan = planFixes(pins, pins, { to: { version: "1.1.0" }, digestOf: () => digest });
  assert.deepEqual(plan.edits[0]?.to, { version: "1.1.0", digest });
});

test("two things at one place that shall have different versions are both refused", async () => {
  const text =
    'variable "v" {\n  default = "1.0"\n}\nresource "helm_release" "a" {\n  chart   = "a"\n  version = var.v\n}\nresource "helm_release" "b" {\n  chart   = "b"\n  version = var.v\n}\n';
  const pins = await pinsOf({ "a.tf": text });
  assert.equal(pins.length, 2);
  const differing = planFixes(pins, pins, {
    newestAllowed: ({ name }) => ({ version: name === "a" ? "1.1.0" : "1.2.0", because: "" }),
  });
  const refused = fixFiles(differing.edits, new Map([["a.tf", bytes(text)]]));
  assert.deepEqual([refused.files, refused.unknown.length], [[], 2]);
  const agreeing = planFixes(pins, pins, { to: { version: "1.1.0" } });
  const { files } = fixFiles(agreeing.edits, new Map([["a.tf", bytes(text)]]));
  assert.equal(Buffer.from(files[0]?.after ?? []).toString(), text.replace('"1.0"', '"1.1.0"'));
});

test("a second plan after the first was written is empty", async () => {
  const files: Record<string, string> = {
    "envs/dev/a.yaml": application("main"),
    "envs/prod/a.yaml": application("1.4.0"),
  };
  const pins = await pinsOf(files);
  const fixed = fixFiles(
    planFixes(pins, pins, {}).edits,
    new Map(Object.entries(files).map(([file, text]) => [file, bytes(text)])),
  );
  for (const { file, after } of fixed.files) files[file] = Buffer.from(after).toString();
  const again = await pinsOf(files);
  assert.deepEqual(planFixes(again, again, {}), { edits: [], unknown: [] });
});

test("a file that is not given or is no text is refused, not guessed", async () => {
  const pins = await pinsOf({ "a.yaml": application("1.0.0") });
  const { edits } = planFixes(pins, pins, { to: { version: "1.1.0" } });
  assert.match(fixFiles(edits, new Map()).unknown[0]?.why ?? "", /not read/);
  assert.match(fixFiles(edits, new Map([["a.yaml", Uint8Array.of(0, 1)]])).unknown[0]?.why ?? "", /binary/);
});

test("an override's version is taken with its source", async () => {
  const [pin] = await pinsOf({ "compose.yaml": "services:\n  a:\n    image: org/a\n" });
  assert.ok(pin);
  const effective = { ...pin, effective: known("1.2.3", "kustomization.yaml:4") };
  assert.equal(planFixes([effective], [], {}).edits[0]?.because, "what it comes to by kustomization.yaml:4");
});

test("a diff shows three lines around, keeps CRLF and says when the last line has no end", () => {
  const before = "a: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\ntag: 1.0";
  const diff = unifiedDiff("x/a.yaml", bytes(before), bytes(before.replace("1.0", "1.1")));
  assert.equal(
    diff,
    "--- a/x/a.yaml\n+++ b/x/a.yaml\n@@ -2,4 +2,4 @@\n b: 2\r\n c: 3\r\n d: 4\r\n-tag: 1.0\n\\ No newline at end of file\n+tag: 1.1\n\\ No newline at end of file\n",
  );
  assert.equal(unifiedDiff("a", bytes("x"), bytes("x")), "");
});

test("a hostile file name cannot forge lines of a diff", () => {
  const diff = unifiedDiff('a\n+++ b/"evil', bytes("1\n"), bytes("2\n"));
  assert.equal(diff.split("\n").length, 6);
  assert.match(diff, /^--- "a\/a\\n\+\+\+ b\/\\"evil"\n/);
});

test("above a diff each edit names where its version comes from, on one line", async () => {
  const files = { "envs/dev/a.yaml": application("main"), "envs/prod/a.yaml": application("1.4.0") };
  const pins = await pinsOf(files);
  const { edits } = planFixes(pins, pins, {});
  const { files: fixed } = fixFiles(edits, new Map([["envs/dev/a.yaml", bytes(files["envs/dev/a.yaml"])]]));
  assert.match(
    fixed.map(diffOf).join(""),
    /^# envs\/dev\/a\.yaml:9 chart app: main -> 1\.4\.0 \(as in production \(envs\/prod\/a\.yaml:9\)\)\n--- a\/envs\/dev\/a\.yaml\n/,
  );
});
