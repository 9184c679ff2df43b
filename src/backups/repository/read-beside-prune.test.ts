// oxlint-disable no-restricted-imports -- tests make the folders that they write to
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scratchFolders } from "../../edge/scratch.ts";
import { folder } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { placePart } from "../parts.ts";
import { restServer } from "./rest-server.test-support.ts";
import { Repository } from "./restic.ts";

const { signal } = new AbortController();
/** Much more than restic reads ahead. */
const bytes = randomBytes(24_000_000);

/** A snapshot whose bytes lie in packs with those of one that goes: whoever prunes has to write them anew. */
async function shared() {
  const own = await TestRepository.make();
  const store = async (content: Uint8Array): Promise<string> => {
    const stream = (async function* () {
      yield content;
    })();
    return (await own.open().store("some", ["some"], stream, signal)).snapshot;
  };
  const goes = await store(Buffer.concat([bytes, randomBytes(6_000_000)]));
  const stays = await store(bytes);
  const rest = await restServer(own.folder);
  const prune = async (): Promise<void> => {
    await own.open().forget([goes]);
    assert.ok(((await own.open().prune()).bytes ?? 0) > 5_000_000);
  };
  const open = new Repository({ repository: rest.repository, password: own.password, environment: {} }, testPorts);
  return { own, open, rest, stays, prune };
}

test("what a prune puts away under a reader is read where it wrote it anew, each byte once", async () => {
  const { open, rest, stays, prune } = await shared();

  const chunks: Uint8Array[] = [];
  for await (const chunk of open.dump(stays, "some")) {
    if (chunks.length === 0) rest.beforePack = prune;
    chunks.push(chunk);
  }

  assert.equal(rest.beforePack, undefined, "it was pruned");
  assert.ok(Buffer.concat(chunks).equals(bytes));
});

test("so is what goes into a file without passing through us", async () => {
  const { open, rest, stays, prune } = await shared();
  const { scratch } = await scratchFolders.make(folder(), undefined);

  const { id: snapshot, tree } = await open.snapshot(stays);
  const part = { snapshot, tree, file: "some", bytes: bytes.length, added: 0 };
  rest.beforePack = prune;
  await placePart(open, part, scratch, signal);

  assert.equal(rest.beforePack, undefined, "it was pruned");
  assert.ok(readFileSync(join(scratch.folder, "some")).equals(bytes));
});

test("a check finds nothing missing that a prune put away meanwhile; what is missing it finds", async () => {
  const { own, open, rest, stays, prune } = await shared();

  rest.beforePack = prune;
  assert.deepEqual(await open.check(true), []);

  assert.equal(rest.beforePack, undefined, "it was pruned");
  rmSync(join(own.folder, "data"), { recursive: true });
  assert.notDeepEqual(await open.check(false), []);
  await assert.rejects(open.text(stays, "some"), { name: "InputError" });
});
