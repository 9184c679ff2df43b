import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { openReadingStore } from "./reading-cache.ts";

let dir = "";
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "readings-")), "cache");
});
afterEach(() => rmSync(join(dir, ".."), { recursive: true, force: true }));

const key = { folder: "/srv/platform", edition: "1.0.0 abc" };

function onlyFile(): string {
  const [name = "none"] = readdirSync(dir);
  return join(dir, name);
}

test("a text comes back to the same folder and edition, and to no other", () => {
  openReadingStore(dir, key).save("pins\nand more");

  assert.equal(openReadingStore(dir, key).load(), "pins\nand more");
  assert.equal(openReadingStore(dir, { ...key, edition: "1.0.0 def" }).load(), undefined);
  assert.equal(openReadingStore(dir, { ...key, folder: "/srv/other" }).load(), undefined);
});

test("a new edition takes the place of the old one", () => {
  openReadingStore(dir, key).save("old");
  openReadingStore(dir, { ...key, edition: "2.0.0 abc" }).save("new");

  assert.equal(readdirSync(dir).length, 1);
});

test("a damaged, a shortened and an emptied text are misses", () => {
  const store = openReadingStore(dir, key);
  store.save("pins and more");
  const whole = readFileSync(onlyFile(), "utf8");
  for (const damaged of [whole.replace("pins", "pans"), whole.slice(0, -1), "", whole.slice(5), "no line break"]) {
    writeFileSync(onlyFile(), damaged);
    assert.equal(store.load(), undefined, JSON.stringify(damaged));
  }
});

test("another folder's text put in this one's place is a miss", () => {
  openReadingStore(dir, { ...key, folder: "/srv/other" }).save("others");
  const others = readFileSync(onlyFile());
  rmSync(onlyFile());
  const store = openReadingStore(dir, key);
  store.save("ours");
  writeFileSync(onlyFile(), others);

  assert.equal(store.load(), undefined);
});

test("the file is its owner's alone, and nothing half-written stays beside it", () => {
  openReadingStore(dir, key).save("pins");

  assert.equal(statSync(onlyFile()).mode & 0o777, 0o600);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  assert.equal(readdirSync(dir).length, 1);
});

test("where nothing can be written, saving is silent and loading is a miss", () => {
  writeFileSync(join(dir, "..", "file"), "");
  const store = openReadingStore(join(dir, "..", "file"), key);

  store.save("pins");
  assert.equal(store.load(), undefined);
});

test("a text above the limit is not kept, and a file above it not loaded", () => {
  openReadingStore(dir, key).save("0123456789");
  const small = openReadingStore(dir, { ...key, folder: "/srv/other" }, { maxBytes: 5 });
  small.save("0123456789");

  assert.equal(small.load(), undefined);
  assert.equal(readdirSync(dir).length, 1);
});

test("of many folders those that were read longest ago are forgotten, with what a dead process left", () => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "x.readings.y.part"), "half");
  utimesSync(join(dir, "x.readings.y.part"), 1, 1);
  for (const [number, name] of ["a", "b", "c"].entries()) {
    openReadingStore(dir, { ...key, folder: name }, { maxFolders: 2 }).save(name);
    for (const file of readdirSync(dir)) {
      const path = join(dir, file);
      if (statSync(path).mtimeMs > 1e9) utimesSync(path, 10 + number, 10 + number);
    }
  }
  const kept = ["a", "b", "c"].map((folder) => openReadingStore(dir, { ...key, folder }).load());

  assert.deepEqual(kept, [undefined, "b", "c"]);
  assert.equal(readdirSync(dir).length, 2);
});
