import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import { configMap, configMaps, deployments, testCluster, userAgent } from "./kube.test-support.ts";
import { openKubeReader, openKubeWriter } from "./kube.ts";

const { admin, lab } = await testCluster();

test("a patch lands only on the state it was made for", async () => {
  const name = { ...deployments, namespace: "default", name: "web" };
  const live = await admin.get(name);
  assert.ok(live.kind === "known");
  const { resourceVersion } = live.value.metadata;
  const patch = { metadata: { annotations: { run: "r1" } } };

  const first = await admin.mergePatch(name, patch, { fieldManager: "test", resourceVersion });
  const second = await admin.mergePatch(name, patch, { fieldManager: "test", resourceVersion });

  assert.equal(first.kind, "written");
  assert.equal(second.kind, "conflict");
});

test("apply takes its own fields, and not those of others unless forced", async () => {
  const object = { ...configMap("applied"), data: { a: "mine" } };
  await admin.apply(configMaps, object, { fieldManager: "one" });
  const other = { ...object, data: { a: "theirs" } };

  const conflict = await admin.apply(configMaps, other, { fieldManager: "two" });
  const forced = await admin.apply(configMaps, other, { fieldManager: "two", force: true });

  assert.ok(conflict.kind === "conflict" && /"one": \.data\.a/.test(conflict.why));
  assert.ok(forced.kind === "written");
  assert.deepEqual(
    forced.object.metadata.managedFields?.map(({ manager }) => manager),
    ["two"],
  );
});

test("scale, dry run, delete with preconditions and finalizers do what they say", async () => {
  const name = { ...deployments, namespace: "default", name: "web" };
  const scaled = await admin.scale(name, 5, { fieldManager: "test" });
  const invalid = await admin.scale(name, -1, { fieldManager: "test" });
  const draft = {
    ...configMap("kept"),
    metadata: { name: "kept", namespace: "default", finalizers: ["example.org/x"] },
  };
  const created = await admin.create(configMaps, draft, { fieldManager: "test" });
  const kept = { ...configMaps, namespace: "default", name: "kept" };

  const dry = await admin.delete(kept, { dryRun: true });
  const wrong = await admin.delete(kept, { uid: "another" });
  const held = await admin.delete(kept);
  const freed = await admin.mergePatch(kept, { metadata: { finalizers: [] } }, { fieldManager: "test" });

  assert.equal(scaled.kind, "written");
  assert.equal(invalid.kind, "refused");
  assert.equal(created.kind, "written");
  assert.equal(dry.kind, "written");
  assert.equal(wrong.kind, "conflict");
  assert.notEqual(held.kind === "written" && held.object.metadata.deletionTimestamp, undefined);
  assert.equal(freed.kind, "written");
  assert.equal((await admin.get(kept)).kind, "absent");
});

test("a write whose answer was cut is not known, and is not sent twice", async () => {
  lab.faults.push({ matches: ({ method }) => method === "POST", kind: { cut: "after" }, times: 1 });

  await assert.rejects(
    admin.create(configMaps, configMap("cut-off"), { fieldManager: "test" }),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "retry",
  );

  const posts = lab.mutations().filter(({ method, status }) => method === "POST" && status === 201);
  assert.equal(posts.filter(({ path }) => path.endsWith("/configmaps")).length >= 1, true);
  assert.equal((await admin.get({ ...configMaps, namespace: "default", name: "cut-off" })).kind, "known");
  assert.equal((await admin.create(configMaps, configMap("cut-off"), { fieldManager: "test" })).kind, "conflict");
});

test("logs come with their options, and a pod that is not there is absent", async () => {
  lab.logs.set("default/web-0", "one\ntwo\nthree\n");

  const tail = await admin.logs({ namespace: "default", name: "web-0" }, { tailLines: 1 });
  const none = await admin.logs({ namespace: "default", name: "web-9" });

  assert.equal(tail.kind === "known" && tail.value, "three\n");
  assert.equal(none.kind, "absent");
});

test("a program in a container gets its input and gives output and exit code", async () => {
  const pod = { namespace: "default", name: "web-0" };
  const text = "a".repeat(100_000);

  const cat = await admin.exec(pod, { command: ["cat"], stdin: text });
  const fails = await admin.exec(pod, { command: ["pg_dump", "--all"] });
  const none = await admin.exec({ namespace: "default", name: "web-9" }, { command: ["true"] });
  const looker = openKubeWriter({ kubeconfig: lab.kubeconfig("default/looker"), userAgent });
  const refused = await looker.exec(pod, { command: ["true"] });

  assert.ok(cat.kind === "known" && cat.value.stdout === text && cat.value.exitCode === 0);
  assert.deepEqual(fails.kind === "known" && fails.value, {
    exitCode: 3,
    stdout: "half",
    stderr: "pg_dump --all failed",
  });
  assert.equal(none.kind, "absent");
  assert.ok(refused.kind === "unknown" && /create pods\/exec in namespace default/.test(refused.why));
});

test("a reader has no way to write", () => {
  const reader = openKubeReader({ kubeconfig: lab.kubeconfig("admin"), userAgent });

  assert.deepEqual(Object.keys(reader).sort(), ["can", "discovery", "get", "label", "list", "logs", "pages", "watch"]);
});
