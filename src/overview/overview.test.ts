import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Roles } from "../access/role.ts";
import { all, testNow } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { calendarService } from "../calendar/service.ts";
import { tick } from "../calendar/tick.ts";
import { hour } from "../calendar/zone.ts";
import { type Finding, findingId } from "../findings/finding.ts";
import { recordLook } from "../findings/store-record.ts";
import { instantOf } from "../kernel/instant.ts";
import { keepSeen } from "../live/store.ts";
import { defaultConfig } from "../platform/config.ts";
import { type Line, worstOf } from "./line.ts";

const api = await wholeApi();
after(() => api.close());

interface Overview {
  readonly worst: readonly Line[];
  readonly lines: readonly Line[];
  readonly left: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly environments: readonly { readonly name: string; readonly findings: { readonly critical: number } }[];
}

async function overview(query = "", as: Roles = all("viewer")): Promise<Overview> {
  const reply = await api.ask("GET", `/api/v1/overview${query}`, as);
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as Overview;
}

function finding(rule: string, subject: string, severity: Finding["severity"], environment = "production"): Finding {
  const id = findingId(rule, { environment, subject });
  const places = [{ file: "a.yaml", line: 1, column: 1 }] as const;
  const said = { title: `Title of ${rule}`, message: "it is so", fix: "Mend it." };
  return { id, rule, group: "pinning", severity, subject, environment, places, ...said };
}

async function found(findings: readonly Finding[]): Promise<void> {
  const look = { suppressed: [], unknown: [], unread: [], blind: false };
  const ran = new Set(findings.map(({ rule }) => rule));
  await recordLook(api.store, { ...look, findings, ran }, { id: "repository:platform" }, testNow);
}

test("nothing known is said as such: no worker, no backup, no evidence, and what is not set up", async () => {
  const { worst, lines, counts } = await overview();

  assert.equal(worst[0]?.id, "running/workers");
  assert.equal(worst.length, 3);
  assert.ok(lines.some(({ title }) => title === "Backups of production: not set up"));
  assert.ok(lines.some(({ title }) => title === "Health of production: not set up"));
  const restore = lines.find(({ id }) => id === "unproven/duty/restore-test");
  assert.match(restore?.why ?? "", /^nothing was ever recorded for it; its next turn comes /);
  assert.equal(counts["drift"], 0);
});

test("findings of one rule are one line, drift is said thing by thing, and worst comes first", async () => {
  await found([
    finding("pinning-image", "image/a", "high"),
    finding("pinning-image", "image/b", "critical"),
    finding("pinning-image", "image/c", "low"),
    finding("branch-unreviewed", "branch/x", "medium"),
    finding("drift-live", "deployment/a", "medium"),
    finding("drift-live", "deployment/b", "medium", "staging"),
  ]);

  const { lines, counts, environments } = await overview();

  const images = lines.find(({ id }) => id === "found/pinning-image/production");
  assert.deepEqual(
    [images?.count, images?.severity, images?.next.cli, images?.next.route],
    [
      2,
      "critical",
      "millwright finding list --rule pinning-image --environment production",
      "/findings?rule=pinning-image&environment=production",
    ],
  );
  assert.equal(counts["drift"], 2);
  assert.equal(counts["exposed"], 3);
  assert.equal(environments.find(({ name }) => name === "production")?.findings.critical, 1);
  const ranks = lines.map(({ severity }) => ["critical", "high", "medium", "low"].indexOf(severity));
  assert.deepEqual(
    ranks,
    ranks.toSorted((a, b) => a - b),
  );
});

test("who may see staging sees nothing of production", async () => {
  const { lines, environments } = await overview("", { staging: "viewer" });

  assert.deepEqual(
    environments.map(({ name }) => name),
    ["staging"],
  );
  assert.ok(lines.some(({ environment }) => environment === "staging"));
  assert.ok(lines.every(({ environment }) => environment !== "production"));
  assert.ok(lines.every(({ title }) => !title.includes("production")));
});

test("the worst three are three different things, though one is a finding, an incident and work at once", () => {
  const line = (id: string, about?: string): Line => ({
    id,
    kind: "exposed",
    severity: "high",
    title: id,
    why: "it is so",
    since: null,
    environment: null,
    ...(about === undefined ? {} : { about }),
    count: 1,
    next: { label: "Do it", cli: "millwright status", route: "/" },
  });
  const lines = [line("incident", "finding/a"), line("found", "finding/a"), line("alone"), line("work", "finding/b")];

  const ids = (count: number): readonly string[] => worstOf(lines, count).map(({ id }) => id);
  assert.deepEqual(ids(3), ["incident", "alone", "work"]);
  assert.deepEqual(ids(1), ["incident"]);
});

test("a kind, an environment and a limit narrow the lines, and what is left out is counted", async () => {
  const drifts = await overview("?kind=drift&environment=staging");
  const two = await overview("?limit=2");

  assert.deepEqual(
    drifts.lines.map(({ title }) => title),
    ["Title of drift-live: deployment/b"],
  );
  assert.equal(two.lines.length, 2);
  assert.ok(two.left > 10);
});

test("a duty that is due comes with the call that records it, and recording it proves it", async () => {
  const service = calendarService(() => ({
    config: { ...defaultConfig, environments: [{ name: "staging" }, { name: "production" }] },
    freezes: [],
    stop: undefined,
  }));
  for (const at of [instantOf(Date.parse(testNow) - 2 * hour), testNow]) {
    const decided = { calendar: service.compiled(at), stop: undefined, findings: undefined };
    const silent = async (): Promise<void> => undefined;
    await tick(api.store, decided, at, silent, silent);
  }

  const line = (await overview("?kind=due")).lines.find(({ id }) => id === "due/duty/daily-health");

  assert.equal(line?.severity, "medium");
  assert.deepEqual(line?.next.action, {
    method: "POST",
    path: "/api/v1/duties/daily-health/complete",
    body: {},
    asks: ["evidence"],
    needs: "operator",
    effect: "own",
  });
  assert.equal(line?.next.cli, "millwright duty complete daily-health --evidence TEXT");
  const reply = await api.ask("POST", line?.next.action?.path ?? "", all("operator"), {
    body: { evidence: "all is well, I looked" },
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  const { lines } = await overview();
  assert.ok(lines.every(({ id }) => id !== "unproven/duty/daily-health"));
});

test("a change by hand that can be put back is one request away, by whom may ask for it", async () => {
  const rule = "drift-by-hand";
  const offered = finding(rule, "application/mlflow", "high");
  const other = finding(rule, "application/gitlab", "high");
  const look = { suppressed: [], unknown: [], unread: [], blind: false, ran: new Set([rule]) };
  await recordLook(api.store, { ...look, findings: [offered, other] }, { id: "cluster:production" }, testNow);
  const none = { kind: "known", value: [], source: "" } as const;
  const facts = { applications: none, drifts: none, certificates: none, served: none, writers: none, workloads: none };
  const application = { namespace: "argocd", name: "mlflow" };
  await keepSeen(api.store, {
    facts: { ...facts, environment: "production", production: true, now: testNow } as never,
    cluster: "c",
    version: "1.31",
    objects: 1,
    putBacks: [{ application, resources: [], digest: "d", changes: [], blind: [] }],
  });

  const { lines } = await overview("?kind=drift&environment=production");
  const next = (id: string) => lines.find((line) => line.id === `found/${id}`)?.next;

  assert.equal(next(offered.id)?.cli, "millwright drift put-back mlflow --environment production");
  assert.deepEqual(next(offered.id)?.action, {
    method: "POST",
    path: "/api/v1/drift/put-back",
    body: { application: "mlflow", environment: "production" },
    asks: [],
    needs: "operator",
    effect: "outside",
  });
  assert.equal(next(offered.id)?.route, `/findings/${offered.id}`);
  assert.deepEqual([next(other.id)?.action, next(other.id)?.cli], [undefined, `millwright finding show ${other.id}`]);
});
