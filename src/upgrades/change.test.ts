import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { judgeMove, type MoveContext, type MoveVerdict } from "./change.ts";
import { loadFacts } from "./facts.ts";
import { byNumbers } from "./gitlab-facts.ts";
import { gitlabPath } from "./path.ts";

const facts = loadFacts(upgradeFactsData);
const judge = (system: string, from: string, to: string, context: MoveContext = {}): MoveVerdict =>
  judgeMove(system, from, to, facts, context);

/** `legal`, `unknown`, or the rule that is broken. */
function short(verdict: MoveVerdict): string {
  return verdict.kind === "illegal" ? verdict.rule : verdict.kind;
}

test("a move is legal, breaks a named rule, or cannot be judged", () => {
  const cases: readonly (readonly [string, string, string, string, MoveContext?])[] = [
    ["gitlab", "17.3.7", "17.5.5", "legal"],
    ["gitlab", "17.1.8", "17.5.5", "stop-rule"],
    ["gitlab", "8.1.8", "8.3.7", "legal", { isChart: true }],
    ["gitlab", "8.1.8", "9.1.4", "stop-rule", { isChart: true }],
    ["gitlab", "8.3.3", "8.1.3", "downgrade", { isChart: true }],
    ["gitlab", "2.1.0", "2.2.0", "unknown", { isChart: true }],
    ["gitlab", "16.11.10", "17.3.7", "unknown"],
    ["gitlab", "16.11.10", "17.3.7", "legal", { answers: { ciPipelineMessagesRows: 3 } }],
    ["gitlab", "16.11.10", "17.3.7", "stop-rule", { answers: { ciPipelineMessagesRows: 2_000_000 } }],
    ["gitlab", "16.11.10", "17.1.0", "broken-release"],
    ["gitlab", "17.3.7-ce.0", "v17.5.5-ce.0", "legal"],
    ["gitlab", "17.3.7", "latest", "unknown"],
    ["postgresql", "14", "17", "postgresql-by-major", { gitlab: "17.11.7" }],
    ["postgresql", "14.8", "16.9", "unknown", { gitlab: "17.11.7" }],
    ["postgresql", "16.4", "16.9", "legal", { gitlab: "18.2.8" }],
    ["postgresql", "16.4", "16.6", "postgresql-by-major", { gitlab: "18.2.8" }],
    ["postgresql", "15-alpine", "16-alpine", "unknown"],
    ["postgresql", "16.9", "16.4", "legal"],
    ["postgresql", "16.9", "15.4", "downgrade"],
    ["postgresql", "17", "18", "unknown", { gitlab: "19.2.4" }],
    ["redis", "6.2", "7.2", "legal", { gitlab: "18.11.11" }],
    ["redis", "7.2", "6.2", "downgrade"],
    ["redis", "6.0", "6.2", "redis-by-major", { gitlab: "19.2.4" }],
    ["kubernetes", "1.29", "1.30.4", "legal"],
    ["k8s", "v1.29.1", "v1.31.0", "skew"],
    ["velero", "1.16.0", "1.18.1", "minor-step"],
    ["cert-manager", "1.14.0", "1.16.0", "minor-step"],
    ["kubernetes", "1.34", "2.0", "unknown"],
    ["mlflow", "2.14.1", "3.1.0", "legal"],
    ["mlflow", "3.1.0", "2.14.1", "downgrade"],
    ["sharinghub", "0.4.0", "0.3.0", "legal"],
    ["argocd", "3.3.0", "3.0.0", "unknown"],
    ["ingress-nginx", "1.9.0", "1.12.0", "retired"],
    ["nextcloud", "1.0", "2.0", "unknown"],
    ["keycloak", "25.0.1", "25.0.1", "legal"],
  ];
  for (const [system, from, to, expected, context] of cases) {
    assert.equal(
      short(judge(system, from, to, context)),
      expected,
      `${system} ${from} to ${to} ${JSON.stringify(context ?? {})}`,
    );
  }
});

test("a refusal says why, what to do instead and where that is known from", () => {
  const verdict = judge("gitlab", "8.1.8", "9.1.4", { isChart: true });

  assert.ok(verdict.kind === "illegal");
  assert.match(
    verdict.why,
    /17\.1\.8 to 18\.1\.4 jumps over the required stops 17\.3\.7, 17\.5\.5, 17\.8\.7, 17\.11\.7/,
  );
  assert.match(verdict.insteadDo, /17\.3\.7 first/);
  assert.match(verdict.source, /upgrade_paths/);
});

test("one minor at a time is required of Kubernetes and recommended for cert-manager", () => {
  const strengths = ["kubernetes", "cert-manager"].map((system) => judge(system, "1.20", "1.25"));

  assert.deepEqual(
    strengths.map((verdict) => verdict.kind === "illegal" && verdict.strength),
    ["required", "recommended"],
  );
});

test("a conditional stop that was jumped names the query that decides", () => {
  const verdict = judge("gitlab", "16.11.10", "17.3.7");

  assert.match(verdict.kind === "unknown" ? verdict.howToLearn : "", /ci_pipeline_messages/);
});

test("a single hop of a plan is a legal move, and a plan of several is not", () => {
  const releases = facts.charts.pairs.map((pair) => pair.gitlab);
  const broken = new Set(facts.datastores.broken.map((one) => one.version));
  fc.assert(
    fc.property(fc.constantFrom(...releases), fc.constantFrom(...releases), (from, to) => {
      fc.pre(byNumbers(from, to) < 0 && !broken.has(to));
      const hops = gitlabPath(facts, from, to)?.legs.filter((leg) => leg.kind === "release") ?? [];

      const verdict = judge("gitlab", from, to);

      assert.equal(verdict.kind === "legal", hops.length === 1);
      for (const hop of hops) assert.equal(judge("gitlab", hop.from, hop.version).kind, "legal");
    }),
    { numRuns: 200 },
  );
});
