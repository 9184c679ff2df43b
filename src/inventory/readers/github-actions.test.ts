import assert from "node:assert/strict";
import { test } from "node:test";
import { githubActions } from "./github-actions.ts";
import { pinLines, repositoryOf } from "./pins.test-support.ts";

const path = ".github/workflows/ci.yml";
const lines = async (text: string, file = path) =>
  (await pinLines({ [file]: text }, [githubActions])).map((line) => line.slice(file.length + 1));

test("an action is pinned by a commit or a whole release; a major tag or a branch moves", async () => {
  const commit = "a5ac7e51b41094c92402da3b24376905380afc29";
  const text = `
on: push
jobs:
  build:
    steps:
      - uses: actions/checkout@${commit} # v4.1.6
      - uses: actions/cache@v4
      - {uses: "azure/login@v2.1.0"}
      - uses: github/codeql-action/init@main
      - uses: owner/action
      - uses: ./.github/actions/own
      - uses: ../shared
      - run: "echo uses: x/y@v1"
`;
  assert.deepEqual(await lines(text), [
    `jobs.build.steps[0].uses action actions/checkout ${commit} pinned`,
    "jobs.build.steps[1].uses action actions/cache v4 moving",
    "jobs.build.steps[2].uses action azure/login v2.1.0 pinned",
    "jobs.build.steps[3].uses action github/codeql-action/init main moving",
    "jobs.build.steps[4].uses action owner/action - missing",
  ]);
});

test("a reusable workflow is a pin of its job", async () => {
  const text =
    "jobs:\n  call:\n    uses: o/r/.github/workflows/ci.yml@v1.2.3\n  own:\n    uses: ./.github/workflows/x.yml\n";
  assert.deepEqual(await lines(text), ["jobs.call.uses action o/r/.github/workflows/ci.yml v1.2.3 pinned"]);
});

test("images of jobs, services and container actions are pins", async () => {
  const text = `
jobs:
  a:
    container: node:22.1.0
    services:
      db: { image: postgres:16 }
      cache:
        image: redis@sha256:${"b".repeat(64)}
    steps:
      - uses: docker://alpine:3.20.1
  b:
    container:
      image: \${{ matrix.image }}
  c:
    container: ""
`;
  assert.deepEqual(await lines(text), [
    "jobs.a.container image node 22.1.0 pinned",
    "jobs.a.services.db.image image postgres 16 moving",
    "jobs.a.services.cache.image image redis - @sha256:bbbbb pinned",
    "jobs.a.steps[0].uses image alpine 3.20.1 pinned",
    "jobs.b.container.image image ${{ matrix.image }} - unknown",
  ]);
});

test("an action's own steps and image are read, its Dockerfile is another file", async () => {
  const steps = "runs:\n  using: composite\n  steps:\n    - uses: actions/cache@v4.0.2\n      shell: bash\n";
  assert.deepEqual(await lines(steps, "tools/x/action.yml"), ["runs.steps[0].uses action actions/cache v4.0.2 pinned"]);
  const image = "runs:\n  using: docker\n  image: docker://org/tool:1.2.3\n";
  assert.deepEqual(await lines(image, "action.yaml"), ["runs.image image org/tool 1.2.3 pinned"]);
  assert.deepEqual(await lines("runs:\n  image: Dockerfile\n", "action.yaml"), []);
});

test("a hosted runner names the release of its system, a label of one's own names nothing", async () => {
  const text =
    'jobs:\n  a: {runs-on: ubuntu-24.04}\n  b: {runs-on: [self-hosted, linux]}\n  c: {runs-on: windows-latest}\n  d: {runs-on: "${{ matrix.os }}"}\n  e: {runs-on: {group: g}}\n';
  assert.deepEqual(await lines(text), [
    "jobs.a.runs-on tool ubuntu 24.04 pinned",
    "jobs.c.runs-on tool windows latest moving",
  ]);
});

test("what a set-up action installs is a tool, an input of another action is none", async () => {
  const text = `
jobs:
  a:
    steps:
      - uses: actions/setup-python@v5.1.0
        with: { python-version: 3.10, cache: pip }
      - uses: azure/setup-helm@v4.2.0
        with:
          version: v3.15.2
      - uses: hashicorp/setup-terraform@v3.1.1
        with: { terraform_version: latest }
      - uses: actions/setup-node@v4.0.2
        with: { node-version: "\${{ matrix.node }}" }
      - uses: org/deploy@v1.0.0
        with: { version: 2.3.4 }
`;
  const found = (await lines(text)).filter((line) => line.includes(" tool "));
  assert.deepEqual(found, [
    "jobs.a.steps[0].with.python-version tool python 3.10 range",
    "jobs.a.steps[1].with.version tool helm v3.15.2 pinned",
    "jobs.a.steps[2].with.terraform_version tool terraform latest moving",
    "jobs.a.steps[3].with.node-version tool node ${{ matrix.node }} unknown",
  ]);
});

test("only workflows and actions are read", () => {
  assert.ok(githubActions.accepts("x/.forgejo/workflows/a.yaml", "uses: a"));
  assert.ok(!githubActions.accepts("docs/workflows/a.yaml", "uses: a"));
  assert.ok(!githubActions.accepts(path, "on: push"));
});

test("a workflow of another shape says nothing and does not fail", async () => {
  const texts = [
    "",
    "- a",
    "jobs: [a]",
    "jobs: {a: {steps: {uses: x}, container: [], services: [x], runs-on: }}",
    "jobs:\n  a: &a\n    steps: [*a]\n    uses:\n",
  ];
  for (const text of texts) {
    const { pins, problems } = await repositoryOf({ [path]: text }, [githubActions]);
    assert.deepEqual([pins, problems], [[], []]);
  }
});
