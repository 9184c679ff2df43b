import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InputError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import type { Answers } from "./answers.ts";
import { loadFacts } from "./facts.ts";
import { byNumbers, minorOf } from "./gitlab-facts.ts";
import { plannableSystems, planUpgrade } from "./plan.ts";
import type { Plan } from "./plan-types.ts";

const now = "2026-11-25T00:00:00.000Z" as Instant;
const shipped = loadFacts(upgradeFactsData);

function plan(from: string, to: string, answers: Answers = {}, system = "gitlab"): Plan {
  return planUpgrade({ system, from, to }, { ...shipped, answers }, now);
}

function way(made: Plan): string[] {
  return made.hops.map((hop) => (hop.kind === "release" ? hop.version : `${hop.system} ${hop.version}`));
}

const settled: Answers = { postgresqlVersion: "17.2", redisVersion: "7.2", bundledDatastores: false };

test("every required stop strictly between is taken at its newest patch", () => {
  const made = plan("17.1.8", "18.1.4", { ...settled, postgresqlVersion: "16.8" });

  assert.deepEqual(way(made), ["17.3.7", "17.5.5", "17.8.7", "17.11.7", "18.1.4"]);
});

test("a stop in the target's minor is the target", () => {
  assert.deepEqual(way(plan("18.9.1", "18.11.3", settled)), ["18.11.3"]);
});

test("each PostgreSQL major has its window: 14 on 16.x, 16 on 17.x, 17 on 18.x", () => {
  const made = plan("16.3.9", "19.3.0", { ...settled, postgresqlVersion: "13.9", ciPipelineMessagesRows: 0 });

  assert.deepEqual(way(made), [
    "16.7.10",
    "16.11.10",
    "postgresql 14",
    "17.3.7",
    "17.5.5",
    "17.8.7",
    "17.11.7",
    "postgresql 16",
    "18.2.8",
    "18.5.7",
    "18.8.11",
    "18.11.11",
    "postgresql 17",
    "19.2.4",
    "19.3.0",
  ]);
});

test("an unknown PostgreSQL makes every step conditional, with the query that decides it", () => {
  const steps = plan("17.8.7", "19.3.0").hops.filter((hop) => hop.system === "postgresql");

  assert.deepEqual(
    steps.map((hop) => [hop.version, hop.condition?.decided]),
    [
      ["16", "unknown"],
      ["17", "unknown"],
    ],
  );
  assert.match(steps[0]?.condition?.query ?? "", /server_version_num/);
});

test("a PostgreSQL outside the window of the way has no legal plan", () => {
  assert.throws(
    () => plan("17.1.8", "17.11.7", { ...settled, postgresqlVersion: "18.1" }),
    /No legal way.*PostgreSQL 18\.1/,
  );
});

test("bundled datastores are moved out and Redis is raised while still on 18.11", () => {
  const made = plan("18.8.11", "19.2.4", { postgresqlVersion: "17.1", redisVersion: "6.2", bundledDatastores: true });

  assert.deepEqual(way(made), ["18.11.11", "bundled external", "redis 7.0", "19.2.4"]);
  assert.equal(made.hops[1]?.condition, null);
});

test("a conditional stop is taken unless the answers rule it out, and what is left out is said", () => {
  const unknown = plan("15.11.13", "16.3.9", settledOn13);
  const known = plan("15.11.13", "16.3.9", {
    ...settledOn13,
    usersCount: 100,
    largePipelineVariablesHistory: false,
    npmPackages: false,
  });
  const many = plan("15.11.13", "16.3.9", {
    ...settledOn13,
    usersCount: 30_001,
    npmPackages: false,
    largePipelineVariablesHistory: false,
  });

  assert.deepEqual(way(unknown), ["16.0.10", "16.1.8", "16.2.11", "16.3.9"]);
  assert.equal(unknown.hops[0]?.condition?.query, "SELECT count(*) FROM users;");
  assert.deepEqual(way(known), ["16.3.9"]);
  assert.deepEqual(
    known.left.map(({ version }) => version),
    ["16.0", "16.1", "16.2"],
  );
  assert.deepEqual(way(many), ["16.0.10", "16.3.9"]);
  const answer = (made: Plan) => made.hops[0]?.condition?.answer;
  assert.deepEqual(answer(unknown), { reads: "count", above: 30_000, settles: false }, "another clause is open");
  const half = { ...settledOn13, largePipelineVariablesHistory: false };
  assert.equal(answer(plan("15.11.13", "16.3.9", half))?.settles, true);
});
const settledOn13: Answers = { ...settled, postgresqlVersion: "13.9" };

test("charts come from the table with its exceptions, and are unknown where it ends", () => {
  const made = plan("17.8.7", "18.5.7", { ...settled, postgresqlVersion: "16.8" });

  assert.deepEqual(made.hops.map((hop) => hop.chart).slice(0, 2), [
    { kind: "known", version: "8.11.8" },
    { kind: "known", version: "9.2.8" },
  ]);
  const last = made.hops.at(-1)?.chart;
  assert.equal(last?.kind === "unknown" ? last.line : undefined, "9.5");
  const old = plan("13.12.15", "14.0.12", settled13to14).hops.at(-1)?.chart;
  assert.equal(old?.kind === "unknown" ? old.line : undefined, null, "no arithmetic for old lines");
});
const settled13to14: Answers = { ...settled, postgresqlVersion: "12.10" };

test("a stop without a known patch is named by its minor and says where to look", () => {
  const hop = plan("19.2.4", "19.6.0", settled).hops[0];

  assert.equal(hop?.version, "19.5");
  assert.match(hop?.notes[0] ?? "", /Helm index/);
});

test("stops beyond the list follow the periodic rule", () => {
  assert.deepEqual(way(plan("19.11.0", "20.6.0", settled)), ["20.2", "20.5", "20.6.0"]);
});

test("--to may be a chart, and the plan says how it was read", () => {
  for (const to of ["chart:9.1.4", "chart 9.1.4", "9.1.4"]) {
    const made = plan("17.11.7", to, { ...settled, postgresqlVersion: "16.8" });
    assert.equal(made.to, "18.1.4", to);
    assert.match(made.warnings.join(), /9\.1\.4( was read as the chart: it|: this chart) installs GitLab 18\.1\.4/);
  }
  const charts = plan("chart:8.1.8", "chart:9.1.4");
  assert.equal(charts.from, "17.1.8");
  assert.match(charts.warnings.join(), /--from chart:8\.1\.8: this chart installs GitLab 17\.1\.8/);
  assert.equal(plan("8.17.8", "9.5.10").to, "9.5.10", "forward as GitLab: GitLab");
});

test("a chart newer than the table keeps its name on the last hop", () => {
  const hop = plan("18.11.11", "chart:10.2.1", settled).hops.at(-1);

  assert.deepEqual([hop?.version, hop?.chart], ["19.2", { kind: "known", version: "10.2.1" }]);
});

test("mistakes in a request are told with what would be right", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["8.1.8", "9.1.4", /chart:8\.1\.8/],
    ["18.1.4", "17.11.7", /downgrade.*restoring a backup made by exactly 17\.11\.7/],
    ["16.11.10", "17.1.1", /must not be installed.*17\.1\.8/],
    ["16.x", "17.1.8", /--from "16.x" is not a version/],
    ["16.11.10", "soon", /--to "soon" is not a version/],
    ["chart:4.1.2", "17.1.8", /chart 4\.1\.2 is not in the chart table/],
  ];
  for (const [from, to, message] of cases)
    assert.throws(
      () => plan(from, to),
      (error) => error instanceof InputError && message.test(error.message),
      `${from} ${to}`,
    );
  assert.throws(() => plan("1.0", "2.0", {}, "nextcloud"), /Known systems: argocd, .*velero/);
});

test("systems go by the inventory's ids, and by their project's names too", () => {
  assert.equal(plan("2.1", "3.0", {}, "argo-cd").system, "argocd");
  assert.equal(plan("2.1", "3.0", {}, "argocd").system, "argocd");
});

test("latest of a system without a list of releases says what to do", () => {
  assert.throws(
    () => plan("1.16.0", "latest", {}, "cert-manager"),
    /Name the version.*--facts file: .*releases: \{cert-manager: /,
  );
});

test("an image tag is read as the version it carries", () => {
  assert.equal(plan("v17.1.8-ce.0", "17.3.7", { ...settled, postgresqlVersion: "16.8" }).from, "17.1.8");
});

test("where it stands already there is nothing to do", () => {
  assert.deepEqual(plan("17.3.7", "17.3").hops, []);
});

test("what must be true before a hop stands on that hop only", () => {
  const made = plan("17.5.5", "19.3.0");
  const holders = (id: string) =>
    made.hops.filter((hop) => hop.before.some((check) => check.id === id)).map((hop) => hop.version);

  assert.deepEqual(holders("encryption-keys"), ["17.8.7"]);
  assert.deepEqual(holders("cert-manager-key"), ["18.5.7"]);
  assert.deepEqual(holders("amcheck"), ["18.5.7"]);
  assert.deepEqual(holders("registry-s3"), ["19.2.4"]);
  assert.deepEqual(holders("envoy-crds"), ["19.3.0"]);
  assert.deepEqual(holders("backup-same-version").length, made.hops.filter((hop) => hop.kind === "release").length);
});

test("an answer takes away the checks it settles", () => {
  const made = plan("17.5.5", "17.8.7", {
    ...settled,
    postgresqlVersion: "16.8",
    sharedSecretsJob: true,
    runner: false,
  });

  assert.deepEqual(
    made.hops[0]?.before.filter((check) => ["encryption-keys", "runner"].includes(check.id)),
    [],
  );
});

test("the gate before each hop asks for every state but finished and finalized, in both databases", () => {
  const gates = plan("17.8.7", "17.11.7").hops[0]?.before.filter(
    (check) => check.how.kind === "sql" && check.how.query.includes("NOT IN (3, 6)"),
  );

  assert.deepEqual(
    gates?.map((check) => (check.how.kind === "sql" ? check.how.database : "")),
    ["main", "ci"],
  );
});

test("Kubernetes goes one minor at a time", () => {
  assert.deepEqual(way(plan("1.29.4", "1.32", {}, "k8s")), ["1.30", "1.31", "1.32"]);
  const facts = { ...shipped, releases: { kubernetes: ["1.30.1", "1.30.9"] } };
  assert.equal(planUpgrade({ system: "kubernetes", from: "1.29", to: "1.31" }, facts, now).hops[0]?.version, "1.30.9");
  assert.throws(() => plan("1.29", "2.1", {}, "kubernetes"), /releases\.kubernetes/);
});

test("a retired system gives a reason and no hops", () => {
  const made = plan("1.9", "1.12", {}, "ingress-nginx");

  assert.deepEqual(made.hops, []);
  assert.match(made.instead?.insteadDo ?? "", /Gateway API/);
});

test("SharingHub's breaking changes stand before the hop that crosses them", () => {
  const ids = (from: string, to: string) =>
    plan(from, to, {}, "sharinghub").hops[0]?.before.map((check) => check.id) ?? [];

  assert.ok(ids("0.3.0", "0.4.0").includes("config-store"));
  assert.ok(!ids("0.4.0", "0.4.2").includes("config-store"));
  assert.ok(ids("0.2.0", "0.3.0").includes("oauth-scopes"));
  assert.deepEqual(plan("0.3.0", "latest", {}, "sharinghub").hops[0]?.chart, { kind: "known", version: "0.4.2" });
});

test("MLflow 3 is one way", () => {
  const hop = plan("2.14.1", "3.1.0", {}, "mlflow").hops[0];

  assert.match(hop?.irreversible.map(({ what }) => what).join() ?? "", /MLflow 2 cannot read/);
});

test("every system has a plan, and every check a source", () => {
  for (const system of plannableSystems(shipped)) {
    const made = plan("1.17.0", "1.19.0", {}, system === "gitlab" ? "kubernetes" : system);
    for (const hop of made.hops) {
      for (const check of [...hop.before, ...hop.during, ...hop.after])
        assert.ok(check.source.length > 5, `${system} ${check.id}`);
      assert.doesNotMatch(JSON.stringify(hop), /\{(version|from|chart|minor|gitlab)\}/, system);
    }
  }
});

test("between any two releases the way ascends and jumps no required stop", () => {
  const releases = shipped.charts.pairs.map((pair) => pair.gitlab);
  fc.assert(
    fc.property(fc.constantFrom(...releases), fc.constantFrom(...releases), (one, other) => {
      fc.pre(byNumbers(one, other) < 0);
      fc.pre(!shipped.datastores.broken.some((broken) => broken.version === other));
      const versions = [
        one,
        ...plan(one, other)
          .hops.filter((hop) => hop.kind === "release")
          .map((hop) => hop.version),
      ];
      const minors = new Set(versions.map(minorOf));

      assert.deepEqual(versions, [...versions].sort(byNumbers));
      for (const stop of shipped.path.stops) {
        const between = byNumbers(minorOf(one), stop.version) < 0 && byNumbers(stop.version, minorOf(other)) < 0;
        if (between) assert.ok(minors.has(stop.version), `${one} to ${other} jumps ${stop.version}`);
      }
    }),
    { numRuns: 100 },
  );
});
