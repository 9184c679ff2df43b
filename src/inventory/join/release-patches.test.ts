import assert from "node:assert/strict";
import { test } from "node:test";
import { flux } from "../readers/flux.ts";
import { readFile } from "../reading.ts";
import { ParsedFile } from "../source-file.ts";
import { Joining } from "./join.ts";
import { followReleasePatches } from "./release-patches.ts";

const base = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: shop, namespace: shop }
spec:
  chart:
    spec: { chart: web, sourceRef: { kind: HelmRepository, name: charts } }
`;
const patch = (name: string, version: string): string =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: ${name} }\nspec: { chart: { spec: { version: ${version} } } }\n`;

function stateOfBase(files: Readonly<Record<string, string>>): readonly unknown[] {
  const readings = Object.entries({ "base/release.yaml": base, ...files }).map(
    ([path, text]) => [path, readFile(new ParsedFile(path, text), [flux])] as const,
  );
  const joining = new Joining(new Map(readings), []);
  followReleasePatches(joining);
  const pin = [...joining.pins()].find((placed) => placed.pin.file === "base/release.yaml")?.pin;
  return [pin?.state, pin?.version, pin?.effective?.kind === "known" ? pin.effective.value : undefined];
}

test("an overlay that writes the version pins the base", () => {
  assert.deepEqual(stateOfBase({ "prod/shop.yaml": patch("shop", "1.4.2") }), ["pinned", null, "1.4.2"]);
});

test("a base is as firm as its weakest overlay", () => {
  const files = { "dev/shop.yaml": patch("shop", '">=1"'), "prod/shop.yaml": patch("shop", "1.4.2") };
  assert.deepEqual(stateOfBase(files), ["range", null, ">=1, 1.4.2"]);
});

test("a patch of another release says nothing", () => {
  assert.deepEqual(stateOfBase({ "prod/blog.yaml": patch("blog", "1.4.2") }), ["missing", null, undefined]);
});
