import assert from "node:assert/strict";
import { test } from "node:test";
import { tarEnd, tarHeader } from "../objects/tar-writer.ts";
import { type Listed, lineOf, listing } from "./list.ts";
import { ListStream } from "./list-stream.ts";

const count = 5000;

test("an archive goes no further than its list is taken, and none of it is held", async () => {
  let given = 0;
  async function* archive(): AsyncGenerator<Uint8Array> {
    for (; given < count; given += 1) yield tarHeader(`data/${given}`, 0, 1);
    yield tarEnd;
  }
  const list = new ListStream();
  const { stream, listed } = listing(archive(), (entry) => list.take(entry));
  const passed = (async () => {
    for await (const _ of stream);
    await list.end();
  })();

  let lines = 0;
  for await (const piece of list.pieces()) {
    assert.ok(given - lines <= 1500, `${given} were read when ${lines} of the list were stored`);
    lines += String(piece).trim().split("\n").length;
  }
  await passed;
  assert.equal(lines, count);
  assert.deepEqual(await listed, { files: count, bytes: 0, entries: count });
});

test("a list whose archive breaks off breaks off with it, and one that nobody stores keeps no archive waiting", async () => {
  const entry: Listed = { path: "a", kind: "folder", size: 0, changedAt: 1 };
  const broken = new ListStream();
  await broken.take(entry);
  await broken.end(new Error("the pod is gone"));
  await assert.rejects(async () => {
    for await (const _ of broken.pieces());
  }, /the pod is gone/);

  const left = new ListStream();
  left.stop();
  for (let index = 0; index < 2000; index += 1) await left.take(entry);
  await left.end();
  assert.equal(JSON.parse(lineOf(entry)).path, "a");
});
