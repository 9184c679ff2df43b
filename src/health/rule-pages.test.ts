import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "js-yaml";
import type { Instant } from "../kernel/instant.ts";
import type { Standing } from "../observations/store-read.ts";
import { alertRules, healthFacts } from "./alert-rules.ts";
import { healthPages } from "./rule-pages.ts";
import type { SignatureVerdict } from "./signatures.ts";

const now = "2026-11-20T09:00:00.000Z" as Instant;

for (const { id, examples } of healthPages) {
  const verdictsOf = (files: Readonly<Record<string, string>>) => {
    const read = (file: string): readonly unknown[] => (files[file] === undefined ? [] : [load(files[file])]);
    const standings = read("observation.yaml").map(
      (one) => ({ since: now, at: now, staleAt: now, ...(one as object) }) as Standing,
    );
    const facts = healthFacts(standings, () => new Map(), read("signature.yaml") as SignatureVerdict[], now);
    return alertRules
      .find((rule) => rule.id === id)
      ?.check(facts)
      .map(({ kind }) => kind);
  };
  for (const { name, files } of examples.failing)
    test(`${id} finds: ${name}`, () => assert.deepEqual(verdictsOf(files), ["finding"]));
  for (const { name, files } of examples.passing)
    test(`${id} does not find: ${name}`, () => assert.deepEqual(verdictsOf(files), []));
  for (const { name, files } of examples.unknown ?? [])
    test(`${id} does not know: ${name}`, () => assert.deepEqual(verdictsOf(files), ["unknown"]));
}

test("every rule about health has a page of its own", () => {
  assert.deepEqual(
    healthPages.map(({ id }) => id),
    alertRules.map(({ id }) => id),
  );
});
