import assert from "node:assert/strict";
import { test } from "node:test";
import { compose } from "./compose.ts";
import { pinsOf, readingOf } from "./kubernetes.test-support.ts";

test("services are read through anchors and merge keys; built ones only for their base images", () => {
  const text = `x-base: &base
  image: "ghcr.io/o/app:1.0.0"
services:
  a:
    <<: *base
  b: {image: busybox}
  c: {image: "local:dev", build: {context: ., additional_contexts: {base: "docker-image://python:3.11.4"}}}
`;
  assert.deepEqual(pinsOf(compose, "compose.yaml", text), [
    "image ghcr.io/o/app 1.0.0 pinned",
    "image busybox - missing",
    "image python 3.11.4 pinned",
  ]);
});

test("the default of a variable is the version, a variable without one is unknown", () => {
  const text = [
    "services:",
    "  a: {image: 'postgres:${PG:-16.2.1}'}",
    "  b: {image: '${IMAGE:-redis:7.2.4}'}",
    "  c: {image: '${REG:-quay.io}/o/c:${TAG-1.2.3}-slim'}",
    "  d: {image: 'o/d:${TAG:?say which}'}",
    "",
  ].join("\r\n");
  const { pins } = readingOf(compose, "docker-compose.prod.yml", text);
  assert.deepEqual(
    pins.map((pin) => [pin?.name, pin?.version, pin?.state, pin?.effective]),
    [
      ["postgres", "16.2.1", "pinned", undefined],
      ["redis", "7.2.4", "pinned", undefined],
      [
        "quay.io/o/c",
        "${TAG-1.2.3}-slim",
        "pinned",
        { kind: "known", value: "1.2.3-slim", source: "the constants of the same file" },
      ],
      ["o/d", "${TAG:?say which}", "unknown", undefined],
    ],
  );
});

test("another file with services is not taken for a compose file", () => {
  assert.deepEqual(pinsOf(compose, "values.yaml", "services:\n  a: {image: o/a:1.0.0}\nreplicas: 2\n"), []);
  assert.deepEqual(pinsOf(compose, ".gitlab-ci.yml", "services:\n  - docker:dind\nimage: x:1\n"), []);
});
