import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeEvent } from "../kernel/kube.ts";
import { configMap, configMaps, testCluster, userAgent } from "./kube.test-support.ts";
import { openKubeReader } from "./kube.ts";

const { admin, lab } = await testCluster();

/** Collects events until `enough` of them are there. */
async function events(
  enough: (seen: readonly KubeEvent[]) => boolean,
  during: () => Promise<unknown> | void,
): Promise<readonly KubeEvent[]> {
  const stop = new AbortController();
  const seen: KubeEvent[] = [];
  let started = false;
  for await (const event of admin.watch(configMaps, { namespace: "default" }, stop.signal)) {
    seen.push(event);
    if (!started) {
      started = true;
      await during();
    }
    if (enough(seen)) stop.abort();
  }
  return seen;
}

test("a watch tells what is there, then what happens, and bookmarks between", async () => {
  const seen = await events(
    (all) => all.some((event) => event.kind === "deleted") && all.at(-1)?.kind === "bookmark",
    async () => {
      await admin.create(configMaps, configMap("watched"), { fieldManager: "test" });
      const name = { ...configMaps, namespace: "default", name: "watched" };
      await admin.mergePatch(name, { data: { a: "2" } }, { fieldManager: "test" });
      await admin.delete(name);
    },
  );

  const changes = seen.map((event) => event.kind).filter((kind) => kind !== "bookmark");
  assert.deepEqual(changes, ["listed", "added", "modified", "deleted"]);
});

test("a watch whose history was compacted lists again", async () => {
  const seen = await events(
    (all) => all.filter((event) => event.kind === "listed").length === 2,
    () => {
      lab.faults.push({ matches: ({ path }) => path.endsWith("/configmaps"), kind: { cut: "before" }, times: 1 });
      lab.store.forget();
      lab.seed([configMap("after-compaction")]);
    },
  );

  const last = seen.at(-1);
  assert.ok(last?.kind === "listed");
  assert.ok(last.items.some(({ metadata }) => metadata.name === "after-compaction"));
});

test("a watch that was cut goes on where it was", async () => {
  const seen = await events(
    (all) => all.some((event) => event.kind === "added"),
    async () => {
      lab.faults.push({ matches: ({ path }) => path.endsWith("/configmaps"), kind: { cut: "before" }, times: 2 });
      lab.seed([configMap("during-the-cut")]);
    },
  );

  assert.equal(seen.filter((event) => event.kind === "listed").length, 1);
  assert.ok(seen.some((event) => event.kind === "added" && event.object.metadata.name === "during-the-cut"));
});

test("a watch without the right says so instead of staying silent", async () => {
  const looker = openKubeReader({ kubeconfig: lab.kubeconfig("default/looker"), userAgent });
  const iterate = async (): Promise<void> => {
    for await (const _ of looker.watch(configMaps, {}, new AbortController().signal)) assert.fail();
  };

  await assert.rejects(iterate(), /may not list configmaps in the whole cluster/);
});

test("many watches leave room for questions", async () => {
  const stop = new AbortController();
  const follow = async (): Promise<void> => {
    for await (const event of admin.watch(configMaps, {}, stop.signal)) if (event.kind === "bookmark") return;
  };
  const all = Array.from({ length: 24 }, follow);

  const listed = await admin.list(configMaps);
  await Promise.all(all);
  stop.abort();

  assert.equal(listed.kind, "known");
});
