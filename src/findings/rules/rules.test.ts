import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeMoveBy } from "../../cli/judge-move.ts";
import { credentialRules } from "../../security/rules.ts";
import { systems } from "../../systems/index.ts";
import { upgradeFactsData } from "../../systems/upgrade-facts.ts";
import { brokenExamples } from "../examples.ts";
import { tagNotTheCharts } from "./chart-tag.ts";
import { generalRules } from "./index.ts";
import { namesNothing } from "./names-nothing.ts";

const names = namesNothing(new Set(generalRules.map(({ id }) => id)));
const knowledge = { systems, judgeMove: judgeMoveBy(upgradeFactsData) };

for (const rule of [...generalRules, tagNotTheCharts(systems), ...credentialRules, names]) {
  test(`${rule.id} does on its examples what its page says`, async () => {
    assert.deepEqual(await brokenExamples(rule, knowledge), []);
  });
}
