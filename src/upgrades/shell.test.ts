import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { Instant } from "../kernel/instant.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { loadFacts } from "./facts.ts";
import { plannableSystems, planUpgrade } from "./plan.ts";
import { planAsList, planAsMarkdown, planAsTable } from "./plan-text.ts";
import type { Plan } from "./plan-types.ts";
import { gitlabAt, rehearse } from "./runbook.test-support.ts";
import { planAsShell } from "./shell.ts";

const facts = loadFacts(upgradeFactsData);
const now = "2026-11-25T00:00:00.000Z" as Instant;
const plan = (system: string, from: string, to: string): Plan => planUpgrade({ system, from, to }, facts, now);

function eachPlan(): Plan[] {
  return plannableSystems(facts).map((system) =>
    system === "gitlab"
      ? plan(system, "12.10.14", "19.6.0")
      : plan(system, "0.1.0", system.endsWith("sharinghub") ? "latest" : "0.3.0"),
  );
}

test("every runbook is a POSIX shell script", () => {
  for (const made of eachPlan()) {
    const run = spawnSync("sh", ["-n"], { input: planAsShell(made), encoding: "utf8" });
    assert.equal(run.status, 0, `${made.system}: ${run.stderr}`);
  }
});

const checker = "shellcheck";
const canCheck = spawnSync(checker, ["--version"]).status === 0;

test("shellcheck finds nothing in any runbook", { skip: canCheck ? false : `not run: ${checker}` }, () => {
  for (const made of eachPlan()) {
    const run = spawnSync(checker, ["--shell=sh", "-"], { input: planAsShell(made), encoding: "utf8" });
    assert.equal(run.status, 0, `${made.system}: ${run.stdout}`);
  }
});

const hop = planAsShell(plan("gitlab", "17.8.7", "17.11.7"));

test("an open background migration stops the runbook before anything is changed", () => {
  const run = rehearse(hop, { ...gitlabAt("17.8.7"), psql: "echo Job" }, "yes\n".repeat(50));

  assert.equal(run.status, 1);
  assert.match(run.err, /STOP: does not hold: Every batched background migration/);
  assert.doesNotMatch(run.calls, /argocd app|scale|backup-utility/);
});

test("a database that does not answer is no open gate", () => {
  assert.match(rehearse(hop, { ...gitlabAt("17.8.7"), psql: "exit 2" }, "yes\n".repeat(50)).err, /STOP: could not ask/);
});

test("nothing that changes the platform runs without a typed yes", () => {
  for (const answers of ["", "y\n", "no\n"]) {
    const run = rehearse(hop, gitlabAt("17.8.7"), answers);
    assert.equal(run.status, 1);
    assert.doesNotMatch(run.calls, /argocd app|scale|backup-utility/);
  }
});

test("a missing setting is asked for before anything else", () => {
  const run = rehearse(`unset GITLAB_URL\n${hop}`, {}, "");

  assert.match(run.err, /STOP: set GITLAB_URL/);
  assert.equal(run.calls, "");
});

test("tokens and passwords are read from files, never from an argument", () => {
  for (const made of eachPlan()) {
    const script = planAsShell(made)
      .split("\n")
      .filter((line) => !line.startsWith("#") && !line.includes("|| stop"));
    assert.doesNotMatch(script.join("\n"), /PGPASSWORD|--header|-H |PRIVATE-TOKEN|--password|--user /, made.system);
  }
});

test("text from a facts file cannot leave its quotes", () => {
  const made = plan("kubernetes", "1.29", "1.30");
  const [first] = made.hops;
  assert.ok(first);
  const evil = {
    id: "x\ntouch /tmp/owned",
    what: "it's `id` $(id)\nid",
    how: { kind: "ask" },
    source: "s\nid",
  } as const;
  const script = planAsShell({
    ...made,
    hops: [{ ...first, before: [evil], during: [], after: [], irreversible: [] }],
  });

  const run = rehearse(script, {}, "yes\n");

  assert.equal(run.status, 0, run.err);
  assert.match(run.err, /it's `id` \$\(id\) id/);
});

test("a retired system's runbook says why and fails", () => {
  const run = rehearse(planAsShell(plan("ingress-nginx", "1.9", "1.12")), {}, "");

  assert.equal(run.status, 1);
  assert.match(run.err, /retired in March 2026/);
});

test("the table has a row a hop and says what stands before it", () => {
  const made = plan("gitlab", "17.5.5", "17.11.7");
  const table = planAsTable(made);

  assert.equal(table.length, made.hops.length + 1);
  assert.ok(table.every((row) => row.length === table[0]?.length));
  assert.match(table[1]?.join(" ") ?? "", /8\.8\.7 .*encryption-keys.*checks of every hop/);
});

test("Markdown names every hop, check and way that is closed", () => {
  const made = plan("gitlab", "18.8.11", "19.6.0");
  const text = planAsMarkdown(made);

  for (const one of made.hops) assert.ok(text.includes(`## Hop ${one.number}: `));
  for (const check of made.hops.flatMap((one) => one.before)) assert.ok(text.includes(check.what));
  assert.match(text, /### No way back/);
});

test("the list names each hop once with what it is for", () => {
  const list = planAsList(plan("gitlab", "17.5.5", "17.11.7"));

  assert.match(list[0]?.title ?? "", /^1\. gitlab 17\.5\.5 → 17\.8\.7, chart 8\.8\.7$/);
  assert.deepEqual(
    list[0]?.lines.map(([name]) => name),
    ["why", "before it", "no way back"],
  );
});

test("one is one", () => {
  const made = plan("gitlab", "17.8.7", "17.11.7");

  assert.match(planAsMarkdown(made), /\(5 days old\)\. 1 hop\./);
  assert.match(planAsShell(made), /: 1 hop, from facts/);
});
