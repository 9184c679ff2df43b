import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Pin } from "../platform/pin.ts";
import { planFixes } from "./fix.ts";
import { fixFiles } from "./fix-files.ts";
import { readers } from "./readers/index.ts";
import { repositoryOf } from "./readers/pins.test-support.ts";
import type { NewVersion } from "./write-version.ts";

interface Fixed {
  readonly text: string;
  readonly pin: Pin | undefined;
  readonly unknown: readonly string[];
}

/** One file after its pin (the only one, or the one by this name) was fixed, and the pin as it is read again. */
async function fixed(path: string, text: string, to: NewVersion, name?: string): Promise<Fixed> {
  const { pins } = await repositoryOf({ [path]: text }, readers);
  const wanted = pins.filter((pin) => name === undefined || pin.name === name);
  const plan = planFixes(wanted, pins, { to });
  const { files, unknown } = fixFiles(plan.edits, new Map([[path, Buffer.from(text)]]));
  const after = files[0] === undefined ? text : Buffer.from(files[0].after).toString("utf8");
  const again = await repositoryOf({ [path]: after }, readers);
  return {
    text: after,
    pin: again.pins.find(({ id }) => id === wanted[0]?.id),
    unknown: [...plan.unknown, ...unknown].map(({ why }) => why),
  };
}

const deployment = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: c\n      ${image} # why\n`;

test("a tag is replaced where it stands and the comment stays", async () => {
  const { text, pin } = await fixed("a.yaml", deployment("image: nginx:1.26.0"), { version: "1.27.1" });
  assert.equal(text, deployment("image: nginx:1.27.1"));
  assert.equal(pin?.version, "1.27.1");
});

test("a missing tag is put behind the name, whatever the quotes", async () => {
  for (const quote of ["", '"', "'"]) {
    const { text, pin } = await fixed("a.yaml", deployment(`image: ${quote}nginx${quote}`), { version: "1.27.1" });
    assert.equal(text, deployment(`image: ${quote}nginx:1.27.1${quote}`));
    assert.equal(pin?.state, "pinned");
  }
});

test("a version that would be read as a number is quoted, one in quotes stays in its quotes", async () => {
  const values = (tag: string) => `image:\n  repository: org/app\n  tag: ${tag}\n`;
  assert.equal((await fixed("values.yaml", values("1.10"), { version: "1.20" })).text, values('"1.20"'));
  assert.equal((await fixed("values.yaml", values("1.10"), { version: "1.20.0" })).text, values("1.20.0"));
  assert.equal((await fixed("values.yaml", values("'1.10'"), { version: "1.20" })).text, values("'1.20'"));
  assert.equal((await fixed("values.yaml", values("v1"), { version: "2024-01-02" })).text, values('"2024-01-02"'));
  assert.equal((await fixed("values.yaml", values("v1"), { version: "1234e56" })).text, values('"1234e56"'));
});

test("an empty tag is filled in", async () => {
  const values = (tag: string) => `image:\n  repository: org/app\n  tag:${tag}\n  pullPolicy: Always\n`;
  assert.equal((await fixed("values.yaml", values(' ""'), { version: "1.2.0" })).text, values(' "1.2.0"'));
  assert.equal((await fixed("values.yaml", values(""), { version: "1.2.0" })).text, values(" 1.2.0"));
  assert.equal((await fixed("values.yaml", values(""), { version: "1.2" })).text, values(' "1.2"'));
});

const application = (source: string, newline = "\n") =>
  [
    "apiVersion: argoproj.io/v1alpha1",
    "kind: Application",
    "metadata:",
    "  name: a",
    "spec:",
    ...source.split("\n"),
    "  project: default",
    "",
  ].join(newline);

for (const [name, newline] of [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
] as const) {
  test(`a missing targetRevision gets a line after the key it belongs to (${name})`, async () => {
    const source = "  source:\n    repoURL: https://example.org/o/r.git # the repository\n    path: deploy";
    const { text, pin } = await fixed("a.yaml", application(source, newline), { version: "v1.2.0" });
    const expected = source.replace("repository\n", "repository\n    targetRevision: v1.2.0\n");
    assert.equal(text, application(expected, newline));
    assert.deepEqual([pin?.version, pin?.state], ["v1.2.0", "pinned"]);
  });
}

test("an item of a list gets its line below the dash", async () => {
  const source =
    "  sources:\n    - repoURL: https://example.org/charts\n      chart: app\n    - {repoURL: https://example.org/o/r.git, path: x}";
  const first = await fixed("a.yaml", application(source), { version: "1.2" }, "app");
  assert.match(first.text, /\n {4}- repoURL: .*\n {6}chart: app\n {6}targetRevision: "1\.2"\n/);
  const second = await fixed("a.yaml", application(source), { version: "v1.0.0" }, "https://example.org/o/r.git");
  assert.match(second.text, /\{repoURL: https:\/\/example\.org\/o\/r\.git, targetRevision: "v1\.0\.0", path: x\}/);
  assert.equal(second.pin?.version, "v1.0.0");
});

test("a JSON manifest stays JSON", async () => {
  const text = JSON.stringify(
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "a" },
      spec: { source: { repoURL: "https://example.org/charts", chart: "app" } },
    },
    null,
    2,
  );
  const { text: after, pin } = await fixed("a.json", text, { version: "1.20.0" });
  assert.equal(JSON.parse(after).spec.source.targetRevision, "1.20.0");
  assert.equal(pin?.version, "1.20.0");
});

test("a version inside a YAML text inside YAML is replaced there", async () => {
  const source =
    "  source:\n    repoURL: https://example.org/charts\n    chart: app\n    targetRevision: 1.0.0\n    helm:\n      values: |\n        image:\n          repository: org/app\n          tag: latest # é";
  const { text, pin } = await fixed("a.yaml", application(source), { version: "1.20" }, "org/app");
  assert.equal(text, application(source.replace("latest", '"1.20"')));
  assert.equal(pin?.version, "1.20");
});

test("an attribute of Terraform keeps its quotes, a number gets some", async () => {
  const chart = (version: string) =>
    `resource "helm_release" "a" {\n  chart   = "app"\n  version = ${version} # x\n}\n`;
  assert.equal((await fixed("a.tf", chart('"~> 1.0"'), { version: "1.2.0" })).text, chart('"1.2.0"'));
  assert.equal((await fixed("a.tf", chart("1.2"), { version: "1.3.0" })).text, chart('"1.3.0"'));
});

test("a missing version of Terraform gets a line, an entry of its object, or a query", async () => {
  const module = (line: string) =>
    `module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"${line}\n  name   = "x"\n}\n`;
  assert.equal((await fixed("a.tf", module(""), { version: "5.1.2" })).text, module('\n  version = "5.1.2"'));
  const provider = (entry: string) =>
    `terraform {\n  required_providers {\n    helm = { source = "hashicorp/helm"${entry} }\n  }\n}\n`;
  assert.equal((await fixed("a.tf", provider(""), { version: "2.12.1" })).text, provider(', version = "2.12.1"'));
  const long = (line: string) =>
    `terraform {\n  required_providers {\n    helm = {\n      source  = "hashicorp/helm"${line}\n    }\n  }\n}\n`;
  assert.equal((await fixed("a.tf", long(""), { version: "2.12.1" })).text, long('\n      version = "2.12.1"'));
  const git = (query: string) => `module "m" {\n  source = "git::https://example.org/o/r.git${query}"\n}\n`;
  assert.equal((await fixed("a.tf", git(""), { version: "v1.0.0" })).text, git("?ref=v1.0.0"));
  assert.equal((await fixed("a.tf", git("?depth=1"), { version: "v1.0.0" })).text, git("?depth=1&ref=v1.0.0"));
});

test("a block on one line has no room for a second attribute, so nothing is written", async () => {
  const text = 'module "vpc" { source = "terraform-aws-modules/vpc/aws" }\n';
  const outcome = await fixed("a.tf", text, { version: "5.1.2" });
  assert.equal(outcome.text, text);
  assert.match(outcome.unknown.join(), /cannot be told safely/);
});

const old = `sha256:${"a".repeat(64)}`;
const young = `sha256:${"b".repeat(64)}`;

test("a tag beside a digest is replaced only together with it", async () => {
  const text = deployment(`image: nginx:1.26.0@${old}`);
  const without = await fixed("a.yaml", text, { version: "1.27.1" });
  assert.equal(without.text, text);
  assert.match(without.unknown.join(), /a digest is needed/);
  const both = await fixed("a.yaml", text, { version: "1.27.1", digest: young });
  assert.equal(both.text, deployment(`image: nginx:1.27.1@${young}`));
});

test("a digest that stands apart from its tag is left alone, with the reason", async () => {
  const text = `image:\n  repository: org/app\n  tag: 1.0.0\n  digest: ${old}\n`;
  const outcome = await fixed("values.yaml", text, { version: "1.1.0", digest: young });
  assert.equal(outcome.text, text);
  assert.match(outcome.unknown.join(), /stands apart/);
});

test("a version that is no exact word is never written", async () => {
  const text = deployment("image: nginx:1.26.0");
  for (const version of ["", "1.0 # x", "a\nb", "x: y", '1"', "../..", "1.0+b", "${V}", "~1.0", "-rf"]) {
    const outcome = await fixed("a.yaml", text, { version });
    assert.equal(outcome.text, text);
    assert.match(outcome.unknown.join(), /no exact version/);
  }
});

test("an expression is not overwritten", async () => {
  const text = 'variable "v" { default = "1" }\nresource "docker_container" "c" { image = "org/a:${var.v}-slim" }\n';
  const outcome = await fixed("a.tf", text, { version: "2.0.0" }, "org/a");
  assert.equal(outcome.text, text);
  assert.match(outcome.unknown.join(), /the expression \$\{var\.v\}-slim, which comes to 1-slim/);
  const reference = 'resource "helm_release" "a" {\n  chart   = "a"\n  version = var.v\n}\n';
  const kept = await fixed("a.tf", reference, { version: "2.0.0" });
  assert.equal(kept.text, reference);
  assert.match(kept.unknown.join(), /the expression var\.v/);
});

const shapes: readonly (readonly [string, (version: string) => string])[] = [
  ["a.yaml", (version) => deployment(`image: "org/app:${version}"`)],
  ["a.yaml", (version) => deployment(`image: org/app:${version}`)],
  ["values.yaml", (version) => `# é 🚀\nimage: {repository: org/app, tag: "${version}"}\nother: [1, 2]\n`],
  ["values.yaml", (version) => `\u{feff}image:\r\n  repository: org/app\r\n  tag: '${version}'\r\n`],
  ["main.tf", (version) => `# é\nresource "helm_release" "a" {\n  chart = "app"\n  version = "${version}" // x\n}\n`],
  ["requirements.txt", (version) => `# é\r\nmlflow[extras]==${version} ; python_version > "3" # x\r\n-r more.txt\r\n`],
  [".github/workflows/a.yml", (version) => `jobs:\n  a:\n    steps: [{uses: o/a@${version}}]\n`],
  [".gitlab-ci.yml", (version) => `variables: {V: "${version}"}\njob:\n  image: org/ü-app:$V\n  script: [a]\n`],
];

test("any version in any shape: nothing else changes, and the new version is what is read again", async () => {
  const number = fc.nat(99);
  const version = fc
    .tuple(number, number, number, fc.constantFrom("", "-rc.1", "-alpine3.19", "-r2"))
    .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...shapes), version, version, async ([path, shape], from, to) => {
      const outcome = await fixed(path, shape(from), { version: to });
      assert.equal(outcome.text, shape(to));
      assert.equal(outcome.pin?.version, to);
      assert.deepEqual(outcome.unknown, []);
    }),
    { numRuns: 300 },
  );
});
