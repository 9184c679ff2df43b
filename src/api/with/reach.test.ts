import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerConfig } from "../../platform/server-config.ts";
import { type Binding, Reach } from "./reach.ts";

function reachOf(file: object, environments: readonly string[]) {
  const world = { file, mode: "act" as "observe" | "shadow" | "act", environments, opened: [] as string[] };
  const logged: string[] = [];
  const parts = {
    config: () => ServerConfig.parse(world.file),
    mode: () => world.mode,
    useSecret: async () => "secret",
    log: ({ message }: { readonly message: string }) => void logged.push(message),
  };
  const ports = {
    notify: async () => undefined,
    openCluster: (path: string | undefined) => void world.opened.push(path ?? "pod"),
  };
  // The cluster is opened and not asked.
  const binding = { parts, ports } as unknown as Binding;
  return { world, logged, reach: new Reach(binding, () => world.environments) };
}

const alertmanager = { url: "http://127.0.0.1:9093" };
const staging = { environment: "staging", kubeconfig: "file:/k/observer", write: "file:/k/changer" };

test("an environment that was declared after the start is worked with", async () => {
  const { world, reach } = reachOf({ alertmanager }, []);
  await reach.refresh();
  assert.deepEqual([...reach.registry("staging").keys()], ["notice/send"]);
  world.environments = ["staging"];
  await reach.refresh();
  assert.ok(reach.registry("staging").has("silence/start"));
});

test("the changer's credential is opened in mode act alone, and once", async () => {
  const { world, reach } = reachOf({ clusters: [staging] }, ["staging"]);
  world.mode = "shadow";
  await reach.refresh();
  await reach.refresh();
  assert.deepEqual(world.opened, ["/k/observer"]);
  world.mode = "act";
  await reach.refresh();
  assert.deepEqual(world.opened, ["/k/observer", "/k/changer"]);
  world.mode = "observe";
  await reach.refresh();
  assert.deepEqual([...reach.registry("staging").keys()], ["notice/send"]);
  assert.equal(world.opened.length, 2);
});

test("an environment that cannot be reached is said once, and keeps no other from work", async () => {
  const broken = { environment: "production", kubeconfig: "env:K", write: "env:K" };
  const { logged, reach } = reachOf({ clusters: [broken], alertmanager }, ["production", "staging"]);
  await reach.refresh();
  await reach.refresh();
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? "", /production cannot be reached.*file/);
  assert.ok(reach.registry("staging").has("silence/start"));
  assert.deepEqual([...reach.registry("production").keys()], ["notice/send"]);
});
