import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../../kernel/instant.ts";
import type { KubeObject } from "../../kernel/kube.ts";
import { readApplication } from "./application.ts";
import { parseDuration, parseSchedule, startsBetween } from "./cron.ts";
import { whyNoSync } from "./sync-windows.ts";

const application = readApplication({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Application",
  metadata: { namespace: "argocd", name: "gitlab" },
  spec: { destination: { server: "https://kubernetes.default.svc", namespace: "gitlab" } },
});

/** A Friday. */
const now = "2026-11-20T09:30:00.000Z" as Instant;

function why(...syncWindows: readonly object[]): string | undefined {
  const project = { apiVersion: "argoproj.io/v1alpha1", kind: "AppProject", metadata: { name: "default" } };
  assert.ok(application);
  return whyNoSync({ ...project, spec: { syncWindows } } as KubeObject, application, now);
}

const open = { kind: "allow", schedule: "0 9 * * *", duration: "1h", applications: ["*"] };
const shut = { ...open, schedule: "0 12 * * *" };

test("without a window for the application every sync is allowed", () => {
  assert.equal(why(), undefined);
  assert.equal(why({ ...shut, applications: ["mlflow"] }), undefined);
});

test("an allowing window that is open lets it through, one that is shut does not, unless by hand is allowed", () => {
  assert.equal(why(open), undefined);
  assert.match(why(shut) ?? "", /"0 12 \* \* \*"/);
  assert.equal(why(shut, open), undefined);
  assert.equal(why({ ...shut, manualSync: true }), undefined);
});

test("a denying window that is open wins over an allowing one; by hand is allowed only when all of them allow it", () => {
  const deny = { ...open, kind: "deny" };
  assert.match(why(open, deny) ?? "", /deny/);
  assert.equal(why({ ...deny, manualSync: true }), undefined);
  assert.match(why({ ...deny, manualSync: true }, deny) ?? "", /deny/);
  assert.equal(why({ ...deny, schedule: "0 12 * * *" }), undefined);
});

test("clusters and namespaces name applications too; with andOperator all of them have to", () => {
  const deny = { kind: "deny", schedule: "0 9 * * *", duration: "1h" };
  assert.ok(why({ ...deny, namespaces: ["git*"] }));
  assert.ok(why({ ...deny, clusters: ["https://kubernetes.*"] }));
  assert.ok(why({ ...deny, applications: ["other"], namespaces: ["gitlab"] }));
  assert.equal(why({ ...deny, applications: ["other"], namespaces: ["gitlab"], andOperator: true }), undefined);
});

test("a window is meant by its own zone", () => {
  assert.ok(why({ ...shut, schedule: "0 9 * * *", timeZone: "America/New_York" }));
  assert.equal(why({ ...open, schedule: "0 4 * * *", timeZone: "America/New_York" }), undefined);
});

test("a window that is not understood lets nothing through, and says where to look", () => {
  assert.match(why({ ...open, schedule: "every morning" }) ?? "", /not understood.*argocd proj windows/);
  assert.match(why({ ...open, duration: "soon" }) ?? "", /not understood/);
});

test("a day of the month and a weekday mean either, as in robfig/cron; a star or a step does not", () => {
  const on = (text: string, day: string): boolean => {
    const schedule = parseSchedule(text);
    assert.ok(schedule, text);
    const at = Date.parse(`${day}T00:00:00Z`);
    return startsBetween(schedule, at - 1, at + 1);
  };
  assert.ok(on("0 0 1 * fri", "2026-11-20"), "a Friday");
  assert.ok(on("0 0 1 * fri", "2026-12-01"), "the first");
  assert.ok(!on("0 0 * * mon-thu", "2026-11-20"));
  assert.ok(on("0 0 20 nov ?", "2026-11-20"));
  assert.ok(on("*/30 0-6/2 */1 * 0-5", "2026-11-20"));
  for (const text of ["60 * * * *", "* * * *", "5-1 * * * *", "*/0 * * * *", "* * 0 * *", "@daily", "* * * * 7"])
    assert.equal(parseSchedule(text), undefined, text);
});

test("durations are as Go writes them", () => {
  assert.deepEqual(["1h30m", "90s", "25h", "1.5h", "-1h", "1 h", ""].map(parseDuration), [
    5_400_000,
    90_000,
    90_000_000,
    5_400_000,
    undefined,
    undefined,
    undefined,
  ]);
});
