import { recordInventory } from "../../src/findings/store-inventory.ts";
import { gitlabChart as pin } from "../../src/platform/pin.test-support.ts";
import type { Component } from "../../src/platform/pin.ts";
import type { Store } from "../../src/store/store.ts";

function component(name: string, environment: string, system: string | null, version: string | null): Component {
  return { name, environment, system, version, namespace: null, pins: name === "gitlab" ? ["p1"] : [] };
}

/** GitLab, its hub and their stores in two environments that differ, one of them looked at live, and so many tools of nobody's. */
export async function seedComponents(store: Store, tools: number): Promise<void> {
  await recordInventory(store, "repository:platform", {
    pins: [pin],
    components: [
      component("gitlab", "production", "gitlab", "17.7.1"),
      component("gitlab", "staging", "gitlab", "17.8.0"),
      component("sharinghub", "production", "sharinghub", "0.4.0"),
      component("redis", "production", "redis", "7.2.4"),
      ...Array.from({ length: tools }, (_, index) => component(`tool-${index}`, "staging", null, "1.0.0")),
    ],
  });
  await recordInventory(store, "cluster:production", {
    pins: [],
    components: [component("gitlab", "production", "gitlab", "17.7.0")],
  });
}
