import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultConfig } from "../../platform/config.ts";
import type { Application } from "../../platform/configuration.ts";
import { ParsedFile } from "../source-file.ts";
import { applicationsIn } from "./applications.ts";
import { manifestsIn } from "./manifests.ts";

function applicationsOf(text: string, path = "prod/apps.yaml"): readonly Application[] {
  return applicationsIn(manifestsIn(new ParsedFile(path, text), defaultConfig));
}

const header = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: hub}\n";

test("an Application says where it deploys what from", () => {
  const [application] = applicationsOf(`${header}spec:
  project: ops
  destination: {namespace: hub}
  sources:
    - {repoURL: https://charts.example.org, chart: hub, targetRevision: 1.10}
    - {repoURL: https://example.org/values.git, ref: values}
  source: {repoURL: ignored}
`);

  assert.ok(application);
  const { kind, name, environment, namespace, project, sources } = application;
  assert.deepEqual(
    { kind, name, environment, namespace, project },
    { kind: "Application", name: "hub", environment: "production", namespace: "hub", project: "ops" },
  );
  assert.deepEqual(
    sources.map(({ root: _root, ...source }) => source),
    [
      { repoURL: "https://charts.example.org", chart: "hub", path: undefined, targetRevision: "1.10", ref: undefined },
      {
        repoURL: "https://example.org/values.git",
        chart: undefined,
        path: undefined,
        targetRevision: undefined,
        ref: "values",
      },
    ],
  );
});

test("the dry source of a hydrator is a source, and an ApplicationSet is one Application", () => {
  const hydrated = `${header}spec: {sourceHydrator: {drySource: {repoURL: u, path: p, targetRevision: main}}}\n`;
  const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set}
spec:
  generators: [{list: {elements: [{v: 1.0.0, n: a}, {v: 2.0.0, n: a}]}}]
  template: {spec: {destination: {namespace: '{{n}}'}, source: {chart: c, repoURL: u, targetRevision: '{{v}}'}}}
`;

  const [first, second] = applicationsOf(`${hydrated}---\n${set}`);

  assert.equal(first?.sources[0]?.targetRevision, "main");
  assert.deepEqual([second?.kind, second?.name, second?.namespace], ["ApplicationSet", "set", "a"]);
  assert.equal(second?.sources[0]?.targetRevision, "{{v}}", "they differ, so it stays as it is written");
});

test("an Application without a spec has no sources, and other groups' Applications are none of Argo CD's", () => {
  const [empty] = applicationsOf(header);

  assert.deepEqual(empty?.sources, []);
  assert.deepEqual(empty?.spec.entries, []);
  assert.deepEqual(applicationsOf("apiVersion: app.k8s.io/v1beta1\nkind: Application\nmetadata: {name: x}\n"), []);
  assert.deepEqual(applicationsOf(`${header}spec: {sources: [a, 1], source: text}\n`)[0]?.sources, []);
});
