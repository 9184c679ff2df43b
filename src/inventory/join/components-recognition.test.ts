import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recognition, System } from "../../systems/contract.ts";
import { ParsedFile } from "../source-file.ts";
import { recogniseChart, recogniseImage, recogniseValues, wrappedChart } from "./components-recognition.ts";

function system(id: string, recognition: Recognition): System {
  return { id, title: id, recognition };
}

const systems = [
  system("hub", {
    charts: ["hub"],
    repositories: ["example/hub"],
    images: ["example/hub", "gitlab-org/build/cng/"],
    values: [["hub.url", "hub.appconfig"]],
  }),
  system("redis", { charts: ["redis"], images: ["redis"] }),
];

test("a chart is recognised by name, by the folder of charts it lies in, or by its repository", () => {
  const idOf = (traces: Parameters<typeof recogniseChart>[0]): string | undefined =>
    recogniseChart(traces, systems)?.id;

  assert.equal(idOf({ chart: "Redis" }), "redis");
  assert.equal(idOf({ repositoryPath: "deploy/helm/redis/" }), "redis");
  assert.equal(idOf({ repositoryPath: "apps/redis" }), undefined, "a folder called redis may hold anything");
  assert.equal(idOf({ repository: "https://Git.example.org/Example/Hub.git" }), "hub");
  assert.equal(idOf({ repository: "git@git.example.org:example/hub.git" }), "hub");
  assert.equal(idOf({ repository: "https://git.example.org/counterexample/hub" }), undefined);
  assert.equal(idOf({}), undefined);
});

test("an image is recognised whatever registry it comes from, and only as a whole name", () => {
  const idOf = (name: string): string | undefined => recogniseImage(name, systems)?.id;

  for (const name of ["redis", "docker.io/library/redis", "localhost:5000/redis"])
    assert.equal(idOf(name), "redis", name);
  assert.equal(idOf("registry.gitlab.com/gitlab-org/build/cng/kas"), "hub");
  for (const name of ["redis-exporter", "team/redis", "example/hub-worker"]) assert.equal(idOf(name), undefined, name);
});

test("values are recognised only when all telling keys are there, in any case", () => {
  const idOf = (text: string): string | undefined =>
    recogniseValues(new ParsedFile("v.yaml", text).documents[0]?.root, systems)?.id;

  assert.equal(idOf("hub: {url: x, appConfig: {}}\n"), "hub");
  assert.equal(idOf("hub: {url: x}\n"), undefined);
  assert.equal(idOf("hub: x\n"), undefined);
});

test("a chart wraps its only dependency or the one it is called after, and is no wrapper with others beside", () => {
  const of = (name: string, ...dependencies: readonly string[]): string | undefined =>
    wrappedChart(
      name,
      dependencies.map((dependency) => ({ name: dependency, repository: undefined })),
      systems,
    )?.dependency.name;

  assert.equal(of("cache", "redis"), "redis");
  assert.equal(of("redis", "common", "redis"), "redis");
  assert.equal(of("hub", "redis"), undefined);
  assert.equal(of("shop", "redis", "common"), undefined);
  assert.equal(of("shop"), undefined);
});
