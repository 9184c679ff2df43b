import assert from "node:assert/strict";
import { test } from "node:test";
import { Dice } from "../../bench/tree/dice.ts";
import { seededTree } from "../../bench/tree.ts";
import { idOf } from "../kernel/digest.ts";
import type { Tree } from "../kernel/ports.ts";
import { defaultConfig } from "../platform/config.ts";
import { systems } from "../systems/index.ts";
import { openReadings, type ReadingStore } from "./cache.ts";
import { readers } from "./readers/index.ts";
import { type Repository, readRepository } from "./repository.ts";

/** Files in memory whose version is the digest of their content; `asked` holds the paths that were read. */
function treeOf(files: ReadonlyMap<string, string>): Tree & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    label: "memory",
    asked,
    list: async () => ({
      files: [...files]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, text]) => ({ path, size: text.length, version: idOf([text]) })),
      skipped: [],
    }),
    read: async (entries) =>
      entries.map(({ path }) => {
        asked.push(path);
        return Buffer.from(files.get(path) ?? "");
      }),
  };
}

function memory(): ReadingStore & { text: string | undefined; saved: number } {
  return {
    text: undefined,
    saved: 0,
    load() {
      return this.text;
    },
    save(text) {
      this.text = text;
      this.saved += 1;
    },
  };
}

function read(tree: Tree, store?: ReadingStore): Promise<Repository> {
  const options = { config: defaultConfig, readers, systems };
  return readRepository(tree, store === undefined ? options : { ...options, cache: openReadings(store) });
}

test("with a cache an inventory says the same as without, whatever happens to the files in between", async () => {
  const dice = new Dice(7);
  const files = new Map(seededTree("small").files);
  const others = [...seededTree("small", 2).files.values()] as [string, ...string[]];
  const store = memory();
  for (let step = 0; step < 25; step += 1) {
    const path = dice.pick([...files.keys()] as [string, ...string[]]);
    const text = files.get(path) ?? "";
    const happenings: readonly [() => void, ...(() => void)[]] = [
      () => files.set(path, text.replace(/\d+\.\d+\.\d+/, dice.release())),
      () => files.set(path, dice.pick(others)),
      () => files.set(path, "\0binary"),
      () => files.set(path, `${text}\n---\nbroken: [\n`),
      () => files.delete(path),
      () => files.set(`copies/${step}/${path}`, text),
      () => {
        files.delete(path);
        files.set(`moved/${step}/${path}`, text);
      },
    ];
    dice.pick(happenings)();

    const tree = treeOf(files);
    assert.deepEqual(await read(tree, store), await read(treeOf(files)), `step ${step}, ${path}`);
    assert.ok(step === 0 || tree.asked.length <= 1, `step ${step} reads ${tree.asked.join(", ")}`);
  }
});

test("only a changed file is read again, and a run without changes writes nothing", async () => {
  const files = new Map([
    ["a.yaml", "image: nginx:1.0.0\nother: {}\n"],
    ["b.yaml", "image: nginx:1.0.1\nother: {}\n"],
    ["c.yml", "\0"],
  ]);
  const store = memory();
  await read(treeOf(files), store);
  const unchanged = treeOf(files);
  await read(unchanged, store);
  assert.deepEqual(unchanged.asked, []);
  assert.equal(store.saved, 1);

  files.set("b.yaml", "image: nginx:1.0.2\nother: {}\n");
  const changed = treeOf(files);
  const { pins, skipped } = await read(changed, store);

  assert.deepEqual(changed.asked, ["b.yaml"]);
  assert.deepEqual(
    pins.map(({ file, version }) => [file, version]),
    [
      ["a.yaml", "1.0.0"],
      ["b.yaml", "1.0.2"],
    ],
  );
  assert.deepEqual(skipped, [{ file: "c.yml", reason: "the file is binary (it has a NUL byte)" }]);
});

test("a file that went away is forgotten", async () => {
  const files = new Map([
    ["a.yaml", "image: nginx:1.0.0\n"],
    ["secret-name.yaml", "image: nginx:1.0.1\n"],
  ]);
  const store = memory();
  await read(treeOf(files), store);
  files.delete("secret-name.yaml");
  await read(treeOf(files), store);

  assert.equal(store.text?.includes("secret-name"), false);
});

test("paths with line breaks and quotes are kept apart", async () => {
  const files = new Map([
    ['a\n"b.yaml', "image: nginx:1.0.0\n"],
    ["a\n", "image: nginx:1.0.1\n"],
    ["__proto__.yaml", "image: nginx:1.0.2\n"],
  ]);
  const store = memory();
  await read(treeOf(files), store);
  const again = treeOf(files);

  assert.deepEqual(await read(again, store), await read(treeOf(files)));
  assert.deepEqual(again.asked, []);
});

test("where texts are looked at, every file is read although the cache knows it", async () => {
  const files = new Map([["a.yaml", "image: nginx:1.0.0\n"]]);
  const store = memory();
  await read(treeOf(files), store);
  const tree = treeOf(files);
  const seen: string[] = [];
  const onFile = ({ path }: { readonly path: string }): void => void seen.push(path);
  await readRepository(tree, { config: defaultConfig, readers, systems, cache: openReadings(store), onFile });

  assert.deepEqual(tree.asked, ["a.yaml"]);
  assert.deepEqual(seen, ["a.yaml"]);
});
