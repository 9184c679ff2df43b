import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readFile } from "../reading.ts";
import { ParsedFile } from "../source-file.ts";
import { helmValues } from "./helm-values.ts";
import { pinLines } from "./pins.test-support.ts";

/** The images of a values file, without the file's name; its comment makes bytes and characters differ. */
async function linesOf(values: string, file = "any-name.yaml"): Promise<readonly string[]> {
  const lines = await pinLines({ [file]: `# dépôt\n${values}` }, [helmValues]);
  return lines.map((line) => line.replace(`${file} `, ""));
}

const digest = `sha256:${"0".repeat(64)}`;

test("the usual and unusual shapes of an image are all read", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["image: {repository: a/b, tag: 1.2.3}", "image.tag image a/b 1.2.3 pinned"],
    ["image: {registry: quay.io, repository: a/b, tag: v1.2.3}", "image.tag image quay.io/a/b v1.2.3 pinned"],
    [
      `image: {registry: quay.io, repository: a/b, digest: "${digest}"}`,
      "image.tag image quay.io/a/b - @sha256:00000 pinned",
    ],
    ["image: {repository: a/b, tag: 1.2.3@" + digest + "}", "image.tag image a/b 1.2.3 @sha256:00000 pinned"],
    [
      "image: {repository: a/b, tag: 1.2.3, sha: " + "0".repeat(64) + "}",
      "image.tag image a/b 1.2.3 @sha256:00000 pinned",
    ],
    ["image: {name: quay.io/hub/single, tag: 5.1.0}", "image.tag image quay.io/hub/single 5.1.0 pinned"],
    ["image: {name: hub}", "image.tag image hub - missing"],
    ["imageRepository: a/b\nimageTag: 1.2.3", "imageTag image a/b 1.2.3 pinned"],
    ["server: {image: a/b, imageTag: 1.2.3}", "server.imageTag image a/b 1.2.3 pinned"],
    ["backupImageRepository: a/b\nbackupImageTag: 1.2.3", "backupImageTag image a/b 1.2.3 pinned"],
    ["images: {server: {repository: a/b, tag: 1.2.3}}", "images.server.tag image a/b 1.2.3 pinned"],
    ["exporter: {repository: a/b, tag: 1.2.3}", "exporter.tag image a/b 1.2.3 pinned"],
    ["image: {repository: a/b}", "image.tag image a/b - missing"],
    ['image: {repository: a/b, tag: ""}', "image.tag image a/b - missing"],
    ["image: {repository: 'a/b:1.2.3'}", "image.repository image a/b 1.2.3 pinned"],
    ["pilot: {hub: docker.io/istio, image: pilot, tag: 1.20.1}", "pilot.tag image docker.io/istio/pilot 1.20.1 pinned"],
    ["global: {hub: docker.io/istio, tag: 1.20.1}", "global.tag image docker.io/istio 1.20.1 pinned"],
    ["imageName: ghcr.io/cnpg/postgresql:16.4.0", "imageName image ghcr.io/cnpg/postgresql 16.4.0 pinned"],
    ["image: quay.io/a/b:1.2.3", "image image quay.io/a/b 1.2.3 pinned"],
    ["image: busybox", "image image busybox - missing"],
    ["sidecarImage: busybox:1.36.1", "sidecarImage image busybox 1.36.1 pinned"],
    ["images: ['quay.io/a/b:1.2.3']", "images[0] image quay.io/a/b 1.2.3 pinned"],
    ["server: {image: {tag: 1.2.3}}", "server.image.tag image server 1.2.3 pinned"],
    ["image: {tag: 1.2.3}", "image.tag image any-name 1.2.3 pinned"],
    ["env: [{name: RUNNER_IMAGE, value: 'quay.io/a/b:1.2.3'}]", "env[0].value image quay.io/a/b 1.2.3 pinned"],
    ["extraArgs: ['--helper=quay.io/a/b:1.2.3']", "extraArgs[0] image quay.io/a/b 1.2.3 pinned"],
    ["image: {repository: a/b, tag: 1.10}", "image.tag image a/b 1.10 moving"],
    ["image:\n  repository: a/b\n  tag: '{{ .Tag }}'", "image.tag image a/b {{ .Tag }} unknown"],
    ["image:\n  repository: '{{ .Registry }}/b'\n  tag: 1.2.3", "image.tag image {{ .Registry }}/b 1.2.3 pinned"],
  ];
  for (const [values, expected] of cases) assert.deepEqual(await linesOf(`${values}\n`), [expected], values);
});

test("what only looks like an image is none", async () => {
  const values = [
    "repository: https://example.org/a.git\ntag: v1.2.3",
    "repository: git@example.org:a/b.git\ntag: v1.2.3",
    "backup: {repository: s3/backups, schedule: daily}",
    "dependencies: [{name: redis, repository: 'https://charts.example.org', version: 1.2.3}]",
    "input: {name: kube, tag: kube.*}",
    "logo: {image: logo.png}",
    "backgroundImage: https://example.org/a.png",
    "env: [{name: REDIS, value: 'redis:6379'}, {name: DB, value: 'db.example.org:5432/mlflow'}]",
    "env: [{name: ROLE, value: 'system:serviceaccount/x:y'}]",
    "image: true",
    "image: ''",
    "image:",
    "maintainers: [{name: x, tag: y}]",
    "tag: v1",
  ];
  for (const text of values) assert.deepEqual(await linesOf(`${text}\n`), [], text);
});

test("the files of other tools are not values", async () => {
  const others = {
    "manifest.yaml": "apiVersion: apps/v1\nkind: Deployment\nspec: {image: a/b:1.2.3}\n",
    "stack.yaml": "services:\n  web: {image: 'a/b:1.2.3'}\nvolumes: {}\n",
    "docker-compose.yaml": "x: {image: {repository: a/b, tag: 1.2.3}}\n",
    ".github/workflows/ci.yaml": "jobs: {a: {container: {image: 'a/b:1.2.3'}}}\n",
    "pipeline.yaml": "build:\n  image: a/b:1.2.3\n  script: [make]\n",
    "api.yaml": "openapi: 3.1.0\nimage: a/b:1.2.3\n",
    "package.json": '{"image": "a/b:1.2.3"}\n',
    "report.json": '{"image": {"repository": "a/b", "tag": "1.2.3"}}\n',
    "list.yaml": "- image: a/b:1.2.3\n",
  };

  assert.deepEqual(await pinLines(others, [helmValues]), []);
});

test("values are known by content: no name is needed, a section called services does not matter", async () => {
  const values = "services: {api: {image: {repository: nginx, tag: alpine}}}\ningress: {}\n";

  assert.deepEqual(await linesOf(values, "prod/hub"), []);
  assert.deepEqual(await linesOf(values, "prod/hub.yml"), ["services.api.image.tag image nginx alpine moving"]);
  assert.deepEqual(await linesOf('{"image": {"repository": "a", "tag": "1.2.3"}}', "values.json"), [
    "image.tag image a 1.2.3 pinned",
  ]);
});

test("a template around the values hides nothing that is constant", async () => {
  const values = `image:
  repository: {{ getenv "REGISTRY" }}/hub
  tag: 2.0.0-rc1
{{- if eq (getenv "MODE") "full" }}
worker:
  image: terradue/calrissian:0.14.0
{{- end }}
`;

  assert.deepEqual(await linesOf(values, "values-template.yaml"), [
    'image.tag image {{ getenv "REGISTRY" }}/hub 2.0.0-rc1 pinned',
    "worker.image image terradue/calrissian 0.14.0 pinned",
  ]);
});

test("values of an app of apps: revisions, also through anchors, once where they are written", async () => {
  const values = `apps:
  root:
    generators:
      - git: {repoURL: &repository https://example.org/ops.git, revision: &revision master}
    template:
      spec:
        source: {repoURL: *repository, path: '{{path}}', targetRevision: *revision}
children:
  hub: {chart: hub, targetRevision: 1.2.3}
spec: {source: {targetRevision: HEAD}}
`;

  assert.deepEqual(await linesOf(values), [
    "apps.root.generators[0].git.revision git https://example.org/ops.git master moving",
    "children.hub.targetRevision chart hub 1.2.3 pinned",
    "spec.source.targetRevision git targetRevision HEAD moving",
  ]);
});

test("CRLF and byte order do not move a place", async () => {
  assert.deepEqual(await linesOf("image:\r\n  repository: a/b # é\r\n  tag: '1.2.3'\r\n"), [
    "image.tag image a/b 1.2.3 pinned",
  ]);
});

test("any mapping of scalars is read without failing, and every place holds its version", () => {
  const key = fc.constantFrom(
    "image",
    "repository",
    "tag",
    "name",
    "registry",
    "hub",
    "digest",
    "imageTag",
    "env",
    "x",
  );
  const leaf = fc.oneof(
    fc.constantFrom("a/b:1", "1.10", "quay.io/a/b", "", "latest", "a@b", "{{ x }}", "https://e.org/a.git", "é/ü:1.2.3"),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.dictionary(key, tie("node")),
      fc.array(tie("node"), { maxLength: 3 }),
    ),
  })).node;
  fc.assert(
    fc.property(fc.dictionary(key, tree), (values) => {
      const text = JSON.stringify(values);
      const { pins, problems } = readFile(new ParsedFile("v.yaml", text), [helmValues]);
      assert.deepEqual(problems, []);
      for (const pin of pins) {
        if (pin === undefined || pin.version === null) continue;
        assert.equal(Buffer.from(text).toString("utf8", ...pin.range), pin.version);
      }
    }),
    { numRuns: 300 },
  );
});
