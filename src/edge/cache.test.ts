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
import { InputError } from "../kernel/errors.ts";
import { cacheFolder, openCache } from "./cache.ts";
import { openMirror } from "./mirror.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "cache-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function only(folder: string): string {
  const [name = ""] = readdirSync(folder);
  return join(folder, name);
}

test("what was written is read, by its owner alone", async () => {
  const folder = join(dir, "new", "deep");
  await openCache(folder).write("key/../with: odd\nthings", "text\nof lines");

  assert.equal(await openCache(folder).read("key/../with: odd\nthings"), "text\nof lines");
  assert.equal(await openCache(folder).read("another"), undefined);
  assert.equal(statSync(only(folder)).mode & 0o777, 0o600);
});

test("a text that was damaged, cut or emptied is a miss", async () => {
  const cache = openCache(dir);
  await cache.write("key", "a text that matters");
  const whole = readFileSync(only(dir), "utf8");

  for (const damaged of [whole.replace("matters", "matterz"), whole.slice(0, -1), "", "\n", "no line end"]) {
    writeFileSync(only(dir), damaged);
    assert.equal(await cache.read("key"), undefined);
  }
});

test("a folder that cannot be written costs the cache, not the run", async () => {
  const file = join(dir, "file");
  writeFileSync(file, "");
  const cache = openCache(join(file, "below"));

  await cache.write("key", "text");

  assert.equal(await cache.read("key"), undefined);
});

test("above its limit the cache forgets what was written longest ago", async () => {
  const cache = openCache(dir, { maxTotalBytes: 4000 });
  await cache.write("old", "o".repeat(1500));
  utimesSync(only(dir), 1, 1);
  await cache.write("middle", "m".repeat(1500));
  await cache.write("new", "n".repeat(1500));

  assert.equal(await cache.read("old"), undefined);
  assert.equal((await cache.read("new"))?.length, 1500);
  assert.ok(readdirSync(dir).length < 3);
});

test("the folder is XDG's, unless that is relative", () => {
  assert.equal(cacheFolder({ XDG_CACHE_HOME: "/var/x" }), "/var/x/millwright");
  assert.match(cacheFolder({ XDG_CACHE_HOME: "x" }), /\.cache\/millwright$/);
  assert.match(cacheFolder({}), /\.cache\/millwright$/);
});

test("a mirror answers by host and path, with the age of its file", async () => {
  mkdirSync(join(dir, "charts.example.org_8443/stable"), { recursive: true });
  writeFileSync(join(dir, "charts.example.org_8443/stable/index.yaml"), "entries: {}");
  utimesSync(join(dir, "charts.example.org_8443/stable/index.yaml"), 1_700_000_000, 1_700_000_000);
  mkdirSync(join(dir, "pypi.example.org/simple/mlflow"), { recursive: true });
  writeFileSync(join(dir, "pypi.example.org/simple/mlflow/index.html"), "<html>");
  const mirror = await openMirror(dir);

  assert.deepEqual(await mirror.find("https://charts.example.org:8443/stable/index.yaml?x=1"), {
    body: "entries: {}",
    at: "2023-11-14T22:13:20.000Z",
  });
  assert.equal((await mirror.find("https://pypi.example.org/simple/mlflow/"))?.body, "<html>");
  assert.equal(await mirror.find("https://charts.example.org/stable/index.yaml"), undefined);
});

test("no address leads out of a mirror", async () => {
  writeFileSync(join(dir, "secret"), "s");
  mkdirSync(join(dir, "mirror/host"), { recursive: true });
  const mirror = await openMirror(join(dir, "mirror"));

  for (const url of [
    "https://host/../../secret",
    "https://host/%2e%2e/%2e%2e/secret",
    "https://host/..%2f..%2fsecret",
    "https://../secret",
  ]) {
    assert.equal(await mirror.find(url).catch(() => undefined), undefined);
  }
  await assert.rejects(openMirror(join(dir, "secret")), InputError);
});
