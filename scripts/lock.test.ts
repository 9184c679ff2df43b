import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
  readonly link?: boolean;
}

const root = join(import.meta.dirname, "..");
const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(join(root, "package-lock.json"), "utf8"),
);

test("the lock file holds the optional packages of every platform, so that npm ci works on each", () => {
  const wanted = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  const names = new Set(
    Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)),
  );

  assert.deepEqual(
    wanted.filter((name) => !names.has(name)),
    [],
  );
});

test("the lock file names no registry, so that each machine uses its own", () => {
  const addresses = Object.values(lock.packages).flatMap(({ link, resolved }) =>
    link === true || resolved === undefined ? [] : [resolved],
  );

  assert.deepEqual(addresses, []);
});

test("every version that package.json asks for is exact", () => {
  const manifest: { readonly devDependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const loose = Object.entries(manifest.devDependencies).filter(
    ([, version]) => !/^(\d+\.\d+\.\d+(-[\w.]+)?|file:.*)$/.test(version),
  );

  assert.deepEqual(loose, []);
});
