import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import type { SecretRef } from "../../platform/secret-ref.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { type Binding, eyesOf, Reach } from "./reach.ts";

function reachOf(file: object, environments: readonly string[]) {
  const world = { file, mode: "act" as "observe" | "shadow" | "act", environments, opened: [] as string[] };
  const logged: string[] = [];
  const parts = {
    config: () => ServerConfig.parse(world.file),
    mode: () => world.mode,
    useSecret: async (ref: SecretRef) => {
      if (ref.kind === "env" && ref.name === "GONE") throw new InputError("There is no variable GONE.");
      return "secret";
    },
    log: ({ message }: { readonly message: string }) => void logged.push(message),
  };
  const ports = {
    notify: async () => undefined,
    openCluster: (from: { file: string } | { name: string; text: string } | undefined) => {
      world.opened.push(from === undefined ? "pod" : "file" in from ? from.file : `${from.name}: ${from.text}`);
      return { list: async () => ({ kind: "known", value: { items: [], resourceVersion: "1" }, source: "" }) };
    },
  };
  // The cluster is opened and not asked.
  const binding = { parts, ports } as unknown as Binding;
  const here = () => world.environments;
  return { world, logged, reach: new Reach(binding, here), eyes: () => eyesOf(binding, here) };
}

const alertmanager = { url: "http://127.0.0.1:9093" };
const staging = { environment: "staging", kubeconfig: "file:/k/observer", write: "file:/k/changer" };

test("an environment that was declared after the start is worked with", async () => {
  const { world, reach } = reachOf({ alertmanager }, []);
  await reach.refresh();
  assert.deepEqual([...reach.registry("staging").keys()], ["notice/send", "health/measured", "health/compare"]);
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
  assert.deepEqual([...reach.registry("staging").keys()], ["notice/send", "health/measured", "health/compare"]);
  assert.equal(world.opened.length, 2);
});

test("an environment that cannot be reached is said once, and keeps no other from work", async () => {
  const broken = { environment: "production", kubeconfig: "env:GONE", write: "env:GONE" };
  const { logged, reach } = reachOf({ clusters: [broken], alertmanager }, ["production", "staging"]);
  await reach.refresh();
  await reach.refresh();
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? "", /production cannot be reached.*GONE/);
  assert.ok(reach.registry("staging").has("silence/start"));
  assert.deepEqual([...reach.registry("production").keys()], ["notice/send", "health/measured", "health/compare"]);
});

test("a kubeconfig may be kept in a variable, a Secret or our own database", async () => {
  const { world, reach } = reachOf({ clusters: [{ ...staging, write: "store:changer" }] }, ["staging"]);
  await reach.refresh();
  assert.deepEqual(world.opened, ["store:changer: secret"]);
  assert.ok(reach.registry("staging").has("workload/restart"));
});

test("after a restore in mode observe the targets are asked with the observer's credential, and with nothing else", async () => {
  const { world, eyes } = reachOf({ clusters: [staging], alertmanager }, ["staging"]);
  world.mode = "observe";
  const looking = eyes();
  await looking.refresh();
  assert.deepEqual(world.opened, ["/k/observer"]);
  assert.deepEqual(await looking.traces("staging"), []);
  assert.ok(looking.registry("staging").has("workload/restart"));
  assert.ok(!looking.registry("staging").has("silence/start"));
});
