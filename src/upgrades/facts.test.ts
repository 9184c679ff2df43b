import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { InputError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { loadFacts } from "./facts.ts";
import { planUpgrade } from "./plan.ts";

const now = "2026-11-25T00:00:00.000Z" as Instant;
const shipped = loadFacts(upgradeFactsData);

test("facts older than the policy must be acknowledged by their date", () => {
  const later = "2027-02-01T00:00:00.000Z" as Instant;
  const request = { system: "gitlab", from: "17.1.8", to: "17.3.7" };

  assert.throws(() => planUpgrade(request, shipped, later), /73 days old.*--accept-facts-of 2026-11-20/);
  assert.throws(
    () => planUpgrade({ ...request, acceptFactsOf: "2026-11-21" }, shipped, later),
    /2026-11-21 names another date/,
  );
  assert.deepEqual(planUpgrade({ ...request, acceptFactsOf: "2026-11-20" }, shipped, later).facts, {
    researched: "2026-11-20",
    ageDays: 73,
    policyDays: 60,
    acknowledged: true,
  });
});

test("a facts file gives answers and releases, and its mistakes are named by field", () => {
  const content = {
    schema: "millwright/upgrade-facts/1",
    answers: { postgresqlVersion: "16.9" },
    releases: { gitlab: ["19.5.3"] },
  };
  const facts = loadFacts(upgradeFactsData, { name: "facts.json", content });

  assert.equal(planUpgrade({ system: "gitlab", from: "19.2.4", to: "latest" }, facts, now).to, "19.5.3");
  for (const [bad, field] of [
    [{ ...content, answers: { postgresqlVersion: 16 } }, /answers\.postgresqlVersion/],
    [{ ...content, answers: { users: 1 } }, /users/],
    [{ ...content, releases: { gitlab: ["latest"] } }, /releases\.gitlab\.0/],
    [{ ...content, replace: { paths: {} } }, /paths/],
    ["text", /the file/],
  ] as const) {
    assert.throws(
      () => loadFacts(upgradeFactsData, { name: "facts.json", content: bad }),
      (error) => error instanceof InputError && field.test(error.message),
      String(field),
    );
  }
});

test("replaced facts bring their own date", () => {
  const path = { ...upgradeFactsData.path, researched: "2026-01-01" };
  const facts = loadFacts(upgradeFactsData, {
    name: "f",
    content: { schema: "millwright/upgrade-facts/1", replace: { path } },
  });

  assert.throws(() => planUpgrade({ system: "gitlab", from: "17.1.8", to: "17.3.7" }, facts, now), /of 2026-01-01/);
});

/** What a fact says, without where it was found and how sure that is. */
function said(facts: unknown): unknown {
  const aside = new Set([
    "source",
    "note",
    "confidence",
    "newest_in_mirror",
    "rule",
    "pairs_newer_not_listed",
    "kubernetes_support_source",
  ]);
  const text = JSON.stringify(facts, (key, value: unknown) =>
    (aside.has(key) && typeof value === "string") || key === "seed_example" ? undefined : value,
  );
  return JSON.parse(text.replaceAll('"argo-cd"', '"argocd"'));
}

test("the shipped facts are the researched ones", {
  skip: !existsSync("../shared/facts") && "not run: shared facts",
}, () => {
  const researched = (name: string) => said(JSON.parse(readFileSync(`../shared/facts/${name}.json`, "utf8")));

  assert.deepEqual(said(upgradeFactsData.path), researched("gitlab-upgrade-path"));
  assert.deepEqual(said(upgradeFactsData.charts), researched("gitlab-chart-versions"));
  assert.deepEqual(said(upgradeFactsData.rules), researched("upgrade-rules"));
});

test("no source tells how it was looked up, and issues are addresses", () => {
  assert.doesNotMatch(
    JSON.stringify(upgradeFactsData),
    /stored table|index ids?\b|newest stored|not shown|secondary|\(issue \d/,
  );
});
