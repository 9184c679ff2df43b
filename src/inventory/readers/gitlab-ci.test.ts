import assert from "node:assert/strict";
import { test } from "node:test";
import { gitlabCi } from "./gitlab-ci.ts";
import { pinLines, repositoryOf } from "./pins.test-support.ts";

const file = ".gitlab-ci.yml";
const lines = async (text: string, path = file) =>
  (await pinLines({ [path]: text }, [gitlabCi])).map((line) => line.slice(path.length + 1));

test("images and services of the pipeline, its defaults and its jobs are pins", async () => {
  const text = `
image: node:22.1.0
default:
  image: { name: alpine:3.20.1, entrypoint: [""] }
  services:
    - postgres:16
test:
  image: python
  services:
    - name: registry.example.org:5000/redis:7.2.4@sha256:${"a".repeat(64)}
      alias: cache
  script: [make]
`;
  assert.deepEqual(await lines(text), [
    "image image node 22.1.0 pinned",
    "default.image.name image alpine 3.20.1 pinned",
    "default.services[0] image postgres 16 moving",
    "test.image image python - missing",
    `test.services[0].name image registry.example.org:5000/redis 7.2.4 @sha256:aaaaa pinned`,
  ]);
});

test("an image that a variable holds whole is pinned in the variable, once for all who use it", async () => {
  const text = `
variables:
  IMG: org/build:1.2.3
  ALIAS: $IMG
a:
  image: $IMG
b:
  image: "\${ALIAS}"
`;
  assert.deepEqual(await lines(text), ["variables.IMG image org/build 1.2.3 pinned"]);
});

test("a tag that a variable holds whole is pinned there, the nearest definition counts", async () => {
  const text = `
variables:
  TAG: 1.0.0
.base:
  variables:
    TAG: { value: "2.0.0", description: which }
child:
  extends: .base
  image: org/app:$TAG
plain:
  image: org/app:\${TAG}
`;
  assert.deepEqual(await lines(text), [
    ".base.variables.TAG.value image org/app 2.0.0 pinned".replace(".base", '[".base"]'),
    "variables.TAG image org/app 1.0.0 pinned",
  ]);
});

test("a composed tag stays where it is written and says what it comes to", async () => {
  const text = `
variables:
  HUB: hub.example.org
  PY: "3.12.1"
job:
  image: $HUB/python:\${PY}-slim
`;
  assert.deepEqual(await lines(text), ["job.image image hub.example.org/python ${PY}-slim pinned → 3.12.1-slim"]);
});

test("what only the runner knows stays unknown", async () => {
  const text =
    "a:\n  image: $CI_REGISTRY_IMAGE/build:$CI_COMMIT_SHA\nb:\n  image: $OUTSIDE\nc:\n  image: $CI_REGISTRY_IMAGE:latest\n";
  assert.deepEqual(await lines(text), [
    "a.image image $CI_REGISTRY_IMAGE/build $CI_COMMIT_SHA unknown",
    "b.image image $OUTSIDE $OUTSIDE unknown",
    "c.image image $CI_REGISTRY_IMAGE latest moving",
  ]);
});

test("variables that stand for each other, or multiply, neither hang nor resolve", async () => {
  const many = Array.from({ length: 30 }, (_, index) => `  V${index}: "${`$V${index + 1}`.repeat(40)}"`).join("\n");
  const text = `variables:\n  A: $B\n  B: $A\n${many}\n  V30: ""\na:\n  image: x:$A\nb:\n  image: x:$V0\n`;
  assert.deepEqual(await lines(text), ["a.image image x $A unknown", "b.image image x $V0 unknown"]);
});

test("an include from elsewhere is a pin, a local file is none", async () => {
  const text = `
variables: { REF: v2.0.0 }
include:
  - local: /ci/build.yml
  - /ci/test.yml
  - project: group/templates
    ref: v1.4.0
    file: /a.yml
  - project: group/templates
    file: /b.yml
  - project: group/other
    ref: $REF
    file: /c.yml
  - remote: https://gitlab.example.org/g/p/-/raw/main/ci.yml
  - remote: https://example.org/ci/1.2.3/ci.yml
  - remote: https://example.org/ci.yml
  - component: $CI_SERVER_FQDN/components/sast/sast@2.1.0
  - component: $CI_SERVER_FQDN/components/lint/lint@~latest
  - template: Jobs/SAST.gitlab-ci.yml
  - template: Jobs/Deploy.latest.gitlab-ci.yml
`;
  assert.deepEqual(await lines(text), [
    "include[2].ref git group/templates v1.4.0 pinned",
    "include[3].ref git group/templates - missing",
    "variables.REF git group/other v2.0.0 pinned",
    "include[5].remote git https://gitlab.example.org/g/p main moving",
    "include[6].remote package https://example.org/ci/1.2.3/ci.yml 1.2.3 pinned",
    "include[7].remote package https://example.org/ci.yml - missing",
    "include[8].component git $CI_SERVER_FQDN/components/sast/sast 2.1.0 pinned",
    "include[9].component git $CI_SERVER_FQDN/components/lint/lint ~latest moving",
    "include[10].template tool Jobs/SAST.gitlab-ci.yml - unknown",
    "include[11].template tool Jobs/Deploy.latest.gitlab-ci.yml - moving",
  ]);
});

test("an image that a script runs or pulls counts where it is complete", async () => {
  const text = `
job:
  before_script:
    - docker pull org/scanner:1.2.3 && docker tag org/scanner:1.2.3 org/x:local
  script:
    - |
      # é
      docker run --rm -v "$PWD":/w -p 8080:80 --network=host \\
        -e A=b org/tool:4.5.6 make all
      docker run -it $IMG
    - docker build -t org/out:9.9.9 .
`;
  assert.deepEqual(await lines(text), [
    "job.before_script[0] image org/scanner 1.2.3 pinned",
    "job.script[0] image org/tool 4.5.6 pinned",
  ]);
});

test("a variable with a clear image is a pin even when an included template uses it", async () => {
  const text = "variables:\n  SCANNER_IMAGE: scanner:0.50.1\n  ADDRESS: redis:6379\n  PERMISSION: s3:GetObject\n";
  assert.deepEqual(await lines(text), ["variables.SCANNER_IMAGE image scanner 0.50.1 pinned"]);
});

test("tags of GitLab's own and a second document are read over", async () => {
  const text =
    "spec:\n  inputs:\n    stage:\n---\n.a:\n  script: [x]\njob:\n  script:\n    - !reference [.a, script]\n  image: node:22.1.0\n";
  const { pins, problems } = await repositoryOf({ [file]: text }, [gitlabCi]);
  assert.deepEqual([pins.map(({ path, version }) => [path, version]), problems], [[["#2.job.image", "22.1.0"]], []]);
});

test("files are chosen by name or by what is in them", () => {
  const job = "stages: [a]\njob:\n  script: [x]\n";
  assert.ok(gitlabCi.accepts("ci/x.gitlab-ci.yml", "image: a"));
  assert.ok(gitlabCi.accepts("templates/build.yml", job));
  assert.ok(!gitlabCi.accepts("azure.yml", "stages:\n- stage: a\n  jobs:\n  - script: x\n"));
  assert.ok(!gitlabCi.accepts("values.yaml", "image: a"));
});

test("a file of another shape says nothing and does not fail", async () => {
  for (const text of [
    "",
    "- a",
    "image: [a]",
    "include: 1",
    "job: {services: {a: b}, extends: [[x]]}",
    "a: &a\n  extends: a\n  image: $X\n",
  ]) {
    const { problems } = await repositoryOf({ [file]: text }, [gitlabCi]);
    assert.deepEqual(problems, []);
  }
});
