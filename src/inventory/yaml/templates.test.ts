import assert from "node:assert/strict";
import test from "node:test";
import { entriesAt, type Node, scalarAt, textAt } from "../../kernel/tree.ts";
import { parseYaml } from "./parse.ts";

function read(text: string): Node | undefined {
  const { documents, problems } = parseYaml(text);
  assert.deepEqual(problems, []);
  return documents[0]?.root;
}

function templatedAt(
  text: string,
  ...path: readonly string[]
): readonly [string | undefined, boolean | undefined, string] {
  const scalar = scalarAt(read(text), ...path);
  return [scalar?.text, scalar?.templated, text.slice(scalar?.start, scalar?.end)];
}

const CHART_TEMPLATE = `{{- define "name" }}
not: [yaml
{{- end }}
{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "name" . }}
  labels:
    {{- include "labels" . | nindent 4 }}
    app: web
  annotations:
    {{- with .Values.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  {{- /* a comment
  over lines */}}
  template:
    spec:
      containers:
        - name: main
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default "latest" }}"
          {{- if .Values.pull }}
          imagePullPolicy: {{ .Values.pull }}
          {{- else }}
          imagePullPolicy: Always
          {{- end }}
        - name: sidecar
          image: registry.example.org/sidecar:1.2.3
      topologySpreadConstraints:
      {{- range .Values.spread }}
      - {{ toYaml . | nindent 8 | trim }}
        labelSelector: {}
      {{- end }}
{{- end }}
`;

test("a chart's template is read around its statements, at the places of the file", () => {
  const { documents, problems, templated } = parseYaml(CHART_TEMPLATE);
  const root = documents[0]?.root;
  const image = scalarAt(root, "spec", "template", "spec", "containers", 0, "image");
  const sidecar = scalarAt(root, "spec", "template", "spec", "containers", 1, "image");

  assert.deepEqual([problems, templated], [[], true]);
  assert.equal(image?.text, '{{ .Values.image.repository }}:{{ .Values.image.tag | default "latest" }}');
  assert.deepEqual([image.templated, image.value], [true, image.text]);
  assert.equal(CHART_TEMPLATE.slice(image.start, image.end), image.text);
  assert.deepEqual([sidecar?.templated, sidecar?.text], [false, "registry.example.org/sidecar:1.2.3"]);
  assert.equal(CHART_TEMPLATE.slice(sidecar?.start, sidecar?.end), sidecar?.text);
});

test("branches may give a key twice without a problem, and both are kept", () => {
  const { documents } = parseYaml(CHART_TEMPLATE);
  const main = entriesAt(documents[0]?.root, "spec", "template", "spec", "containers", 0);

  assert.deepEqual(
    main.map(({ key }) => key.text),
    ["name", "image", "imagePullPolicy", "imagePullPolicy"],
  );
});

test("a value that a template writes on the next line is not known, an empty one before a branch's end is empty", () => {
  assert.deepEqual(templatedAt("a:\n  {{- toYaml .x | nindent 2 }}\nb: 1\n", "a").slice(0, 2), [
    "{{- toYaml .x | nindent 2 }}",
    true,
  ]);
  assert.deepEqual(templatedAt("{{ if .y }}\na:\n{{ end }}\n{{ .x }}\n", "a").slice(0, 2), ["", false]);
});

test("an expression may be the value, a part of it, the key, or stand in brackets", () => {
  assert.deepEqual(templatedAt("a: {{ .x }}\n", "a"), ["{{ .x }}", true, "{{ .x }}"]);
  assert.deepEqual(templatedAt("a: v{{ .x }}-{{ .y }}\n", "a"), ["v{{ .x }}-{{ .y }}", true, "v{{ .x }}-{{ .y }}"]);
  assert.deepEqual(templatedAt("a: {b: [{{ .x }}], c: {{ .y | quote }}}\n", "a", "c"), [
    "{{ .y | quote }}",
    true,
    "{{ .y | quote }}",
  ]);
  assert.deepEqual(entriesAt(read("{{ .k }}: 1\n"))[0]?.key, {
    kind: "scalar",
    value: "{{ .k }}",
    text: "{{ .k }}",
    style: "plain",
    start: 0,
    end: 8,
    templated: true,
  });
});

test("a block keeps its statements as text and is not known", () => {
  const [text, templated] = templatedAt(
    "a: |\n  x: 1\n  {{- if .y }}\n  z: {{ .z }}\n  {{- end }}\n  w: 2\nb: 1\n",
    "a",
  );

  assert.equal(text, "x: 1\n{{- if .y }}\nz: {{ .z }}\n{{- end }}\nw: 2");
  assert.equal(templated, true);
  assert.equal(
    templatedAt("a: 'x\n  {{- if .y }}\n  y\n  {{- end }}'\n", "a")[0],
    "x\n  {{- if .y }}\n  y\n  {{- end }}",
  );
  assert.equal(templatedAt('a: |\n{{ .Files.Get "x" | indent 2 }}\nb: 1\n', "a")[1], true);
  assert.equal(templatedAt("a: |{{ .x | nindent 2 }}\nb: 1\n", "a")[1], true);
  assert.equal(templatedAt("a: |\n  x\n{{- if .y }}\nb: 1\n{{- end }}\n", "a")[1], false);
});

test("a closing pair inside a string or a comment of the template does not close it", () => {
  assert.equal(templatedAt('a: {{ default "}}" .x }}\n', "a")[0], '{{ default "}}" .x }}');
  assert.equal(templatedAt("a: {{ `{{ x }}` }}\n", "a")[0], "{{ `{{ x }}` }}");
  assert.equal(textAt(read("{{/* a }} b\nc: [ */}}\nd: 1\n"), "d"), "1");
});

test("other delimiters are read too", () => {
  assert.deepEqual(templatedAt("{{<- if .x >}}\na: {{< .y >}}\n{{<- end >}}\n", "a")[0], "{{< .y >}}");
  assert.deepEqual(templatedAt("{% if x %}\na: {{ y }}\n{% endif %}\n", "a")[0], "{{ y }}");
  assert.deepEqual(templatedAt("<% if x %>\na: <%= y %>\n<% end %>\n", "a")[0], "<%= y %>");
  assert.deepEqual(templatedAt("a: [[ .y ]]\n", "a")[0], "[[ .y ]]");
});

test("in ordinary YAML a scalar with an expression is marked too", () => {
  const marked = [
    '"{{ x }}"',
    "${TAG}",
    "app:${TAG:-1}",
    "$CI_REGISTRY/app",
    "app:$tag",
    "$(IMAGE)",
    "<< parameters.x >>",
    "'${{ github.ref }}'",
  ];
  const unmarked = ["$values/app.yaml", "^v1$", "1.2.3", "a << b", "'[[1]]'", "cost: 5$".replace(": ", " ")];

  for (const value of marked) assert.equal(templatedAt(`a: ${value}\n`, "a")[1], true, value);
  for (const value of unmarked) assert.equal(templatedAt(`a: ${value}\n`, "a")[1], false, value);
});

test("${x} where YAML reads braces is read when nothing else helps", () => {
  assert.deepEqual(templatedAt("a: [${x}, b]\nc: {d: ${y}:1}\n", "c", "d"), ["${y}:1", true, "${y}:1"]);
});

test("what only looks like a template is read as the YAML it is", () => {
  const text = '{"a": {"b": "{{ open"}}\n';

  assert.equal(textAt(read(text), "a", "b"), "{{ open");
  assert.equal(textAt(read("a: [[1, 2], [3]]\n"), "a", 0, 1), "2");
});

test("a template that cannot be read says so and the other documents are read", () => {
  const { documents, problems } = parseYaml("a: {{ .x }}\n  b: [\n---\nc: {{ .y }}\n");

  assert.match(problems[0]?.message ?? "", /template/);
  assert.equal(textAt(documents[0]?.root, "c"), "{{ .y }}");
});

test("characters that stand for expressions never collide with the text's own", () => {
  assert.deepEqual(templatedAt("a: {{ .x }}\ub000\ue000\ue001\n", "a")[0], "{{ .x }}\ub000\ue000\ue001");
});
