import type { Instant } from "../src/kernel/instant.ts";
import { upgradeFactsData } from "../src/systems/upgrade-facts.ts";
import { loadFacts } from "../src/upgrades/facts.ts";
import { planUpgrade } from "../src/upgrades/plan.ts";
import { planAsShell } from "../src/upgrades/shell.ts";

/** The longest plan there is, facts checked and runbook written each time: what one command does after it has started. */
function once(): number {
  const start = performance.now();
  const facts = loadFacts(upgradeFactsData);
  const now = `${facts.path.researched}T00:00:00.000Z` as Instant;
  const plan = planUpgrade({ system: "gitlab", from: "8.0.0", to: "latest" }, facts, now);
  planAsShell(plan);
  return performance.now() - start;
}

const first = once();
const others = Array.from({ length: 51 }, once).sort((a, b) => a - b);
console.log(
  `longest plan: first ${first.toFixed(1)} ms, median of 51 ${(others[25] ?? 0).toFixed(1)} ms (goal: under 100 ms)`,
);
