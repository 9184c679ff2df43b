import assert from "node:assert/strict";
import { test } from "node:test";
import type { LiveWorkload } from "./facts.ts";
import { isSameVersion, runningOf, type Sought } from "./running.ts";

function workload(name: string, images: readonly string[], given: Partial<LiveWorkload> = {}): LiveWorkload {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return { namespace: "apps", kind: "Deployment", name, application: null, wanted: 1, ready: 1, containers, ...given };
}

function sought(name: string, given: Partial<Sought> = {}): Sought {
  return { name, system: null, environment: "production", namespace: null, images: new Set(), ...given };
}

test("a component runs what the images that its pins fix are tagged with, whatever the workload is called", () => {
  const live = [
    workload("tracking", ["docker.io/library/mlflow:v2.9.1", "proxy:1"]),
    workload("other", ["example.org/other:7.0.0"]),
  ];

  assert.deepEqual(runningOf(sought("experiments", { images: new Set(["mlflow"]) }), live), {
    kind: "runs",
    version: "2.9.1",
  });
});

test("without an image of its own, the Application or its own name tells which workloads are its", () => {
  const live = [
    workload("gitlab-webservice", ["registry.example.org/cng/gitlab-webservice-ee:v17.7.0", "busybox:1.36"], {
      application: "gitlab-production",
    }),
    workload("gitlab-sidekiq", ["registry.example.org/cng/gitlab-sidekiq-ee:v17.7.0"], {
      application: "gitlab-production",
    }),
    workload("hub", ["example.org/team/portal:3.1.0"]),
  ];

  assert.deepEqual(runningOf(sought("gitlab", { system: "gitlab" }), live), { kind: "runs", version: "17.7.0" });
  assert.deepEqual(runningOf(sought("hub"), live), { kind: "runs", version: "3.1.0" });
});

test("of two that run the same image, each has its own: by namespace, or by name", () => {
  const images = new Set(["postgres"]);
  const live = [
    workload("db-a", ["postgres:15.4"], { namespace: "a" }),
    workload("db-b", ["postgres:16.1"], { namespace: "b" }),
  ];

  assert.deepEqual(runningOf(sought("x", { images, namespace: "b" }), live), { kind: "runs", version: "16.1" });
  assert.deepEqual(runningOf(sought("db-a", { images }), live), { kind: "runs", version: "15.4" });
  assert.deepEqual(runningOf(sought("x", { images }), live), {
    kind: "unknown",
    why: "several versions run: 15.4, 16.1",
  });
});

test("nothing of it is absent; something whose version nobody can tell is unknown", () => {
  const live = [
    workload("latest", ["example.org/a:latest"]),
    workload("digest", [`example.org/b@sha256:${"0".repeat(64)}`]),
    workload("two", ["example.org/c:1.0.0", "example.org/d:2.0.0"]),
  ];

  assert.deepEqual(runningOf(sought("gone", { images: new Set(["example.org/z"]) }), live), { kind: "absent" });
  assert.deepEqual(runningOf(sought("late"), live), { kind: "absent" }, "a part of a name is no name");
  const there = new Set(["issuers-production", "gone"]);
  assert.equal(runningOf(sought("issuers"), live, there).kind, "unknown", "of an Application without workloads");
  assert.equal(runningOf(sought("late"), live, "unseen").kind, "unknown", "nobody sees Applications");
  const pinned = sought("gone", { images: new Set(["example.org/z"]) });
  for (const seen of [there, "unseen"] as const)
    assert.deepEqual(runningOf(pinned, live, seen), { kind: "absent" }, "its image would have to run");
  for (const name of ["latest", "digest", "two"]) assert.equal(runningOf(sought(name), live).kind, "unknown", name);
});

test("a v in front and a flavour that only one side names make no other version", () => {
  assert.ok(isSameVersion("v17.7.1-ee", "17.7.1"));
  assert.ok(!isSameVersion("17.7.1-ee", "17.7.1-ce"));
  assert.ok(!isSameVersion("17.7.1-rc.1", "17.7.1"));
  assert.ok(!isSameVersion("1.10", "1.1"));
  assert.ok(isSameVersion("main", "main"));
});
