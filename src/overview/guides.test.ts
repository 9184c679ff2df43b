import assert from "node:assert/strict";
import { after, test } from "node:test";
import { all, testNow } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { knownDuties } from "../calendar/duties.ts";
import type { Finding } from "../findings/finding.ts";
import { recordLook } from "../findings/store-record.ts";
import { guideLines } from "../guides/index.ts";
import { linked } from "../guides/links.ts";
import type { Observation } from "../observations/observe.ts";
import { recordLooks } from "../observations/store.ts";
import { keyMetrics } from "../systems/contract.ts";

const api = await wholeApi();
after(() => api.close());

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly why: string;
  readonly findings: number;
  readonly dueAt?: string;
  readonly lastEvidence?: { readonly kind: string; readonly at: string; readonly entry?: number };
  readonly act: {
    readonly kind: string;
    readonly cli: string;
    readonly route: string;
    readonly action?: { readonly path: string };
  };
}

interface List {
  readonly counts: Readonly<Record<string, number>>;
  readonly items: readonly Shown[];
}

async function list(query = ""): Promise<List> {
  const reply = await api.ask("GET", `/api/v1/guides${query}`, all("viewer"));
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as List;
}

async function show(id: string): Promise<Shown> {
  const reply = await api.ask("GET", `/api/v1/guides/${id}`, all("viewer"));
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as Shown;
}

test("every id that a line is linked to exists, and every known duty carries out a line", () => {
  const lines = new Set(guideLines.map(({ id }) => id));
  const duties = new Set(knownDuties.map(({ id }) => id));
  assert.deepEqual(
    linked.lines.filter((id) => !lines.has(id)),
    [],
  );
  assert.deepEqual(
    linked.duties.filter((id) => !duties.has(id)),
    [],
  );
  assert.deepEqual(
    [...duties].filter((id) => !linked.duties.includes(id)),
    [],
  );
  const sections = new Set(guideLines.map(({ section }) => section));
  assert.deepEqual(
    linked.sections.filter((section) => !sections.has(section)),
    [],
  );
});

test("every line has a state and a reason, and the counts are of all of them", async () => {
  const { items, counts } = await list();

  assert.equal(items.length, guideLines.length);
  assert.equal(
    Object.values(counts).reduce((sum, count) => sum + count, 0),
    guideLines.length,
  );
  assert.ok(items.every(({ why, act }) => why.length > 5 && act.cli.startsWith("millwright ")));
  assert.equal(counts["done"] ?? 0, items.filter(({ state }) => state === "done").length);
});

test("on a fresh server nothing that was never looked at counts as done", async () => {
  const { items } = await list();
  const done = items.filter(({ state }) => state === "done");

  assert.ok(
    done.every(({ why }) => why === "the calendar holds it"),
    JSON.stringify(done[0]),
  );
  assert.equal((await show("B.38")).why, 'nothing was ever recorded for the duty "Restore test"');
  assert.match((await show("A.240")).why, /^not set up: /);
  assert.equal((await show("A.88")).state, "not-applicable");
});

test("findings open a line, a look without them is its evidence", async () => {
  const finding: Finding = {
    id: "00000000000000aa",
    rule: "pinning-image-latest",
    title: "An image moves",
    group: "pinning",
    severity: "high",
    subject: "image/a",
    environment: "production",
    places: [{ file: "a.yaml", line: 1, column: 1 }],
    message: "m",
    fix: "f",
  };
  const look = { suppressed: [], unknown: [], unread: [], blind: false, ran: new Set(["pinning-image-latest"]) };
  await recordLook(api.store, { ...look, findings: [finding] }, { id: "repository:platform" }, testNow);

  const [pinned, scripts] = [await show("A.1"), await show("A.21")];

  assert.deepEqual([pinned.state, pinned.findings, pinned.act.kind], ["open", 1, "show-findings"]);
  assert.deepEqual([scripts.state, scripts.lastEvidence?.at], ["done", testNow]);
});

test("a duty that was recorded proves its lines, with the journal's entry", async () => {
  const line = await show("B.35");
  assert.deepEqual([line.state, line.act.kind], ["unknown", "complete-duty"]);
  const done = await api.ask("POST", line.act.action?.path ?? "", all("operator"), {
    body: { evidence: "roles were compared with the list" },
  });

  // The next turn of the month may not be near enough; what the calendar says then is right too.
  if (done.status === 200) {
    const after = await show("B.35");
    assert.deepEqual([after.state, after.lastEvidence?.kind, after.lastEvidence?.entry], ["done", "duty", 1]);
    assert.ok((after.dueAt ?? "") > testNow);
  } else assert.equal(done.status, 409);
});

test("lines are found by guide, section, state, requirement and text; what is no line is not there", async () => {
  const b = await list("?guide=B&section=Before%20maintenance");
  assert.ok(b.items.length >= 5 && b.items.every(({ id }) => id.startsWith("B.")));
  assert.ok(b.items.every(({ act }) => act.kind === "start-procedure"));
  assert.ok((await list("?state=open")).items.every(({ state }) => state === "open"));
  assert.ok((await list("?requirement=BAK-5")).items.length > 2);
  assert.deepEqual((await list("?text=gitleaks-nothing-like-it")).items, []);
  assert.equal((await api.ask("GET", "/api/v1/guides/A.9999", all("viewer"))).status, 404);
});

test("a line of several rules shows the findings of all of them", async () => {
  const found = (rule: string, digit: string): Finding => ({
    id: `00000000000000b${digit}`,
    rule,
    title: "t",
    group: "pinning",
    severity: "low",
    subject: `image/${digit}`,
    environment: "production",
    places: [{ file: "a.yaml", line: 1, column: 1 }],
    message: "m",
    fix: "f",
  });
  const findings = [found("pinning-chart", "1"), found("pinning-git", "2"), found("pinning-other", "3")];
  const look = {
    suppressed: [],
    unknown: [],
    unread: [],
    blind: false,
    ran: new Set(findings.map(({ rule }) => rule)),
  };
  await recordLook(api.store, { ...look, findings }, { id: "repository:other" }, testNow);

  const { act } = await show("A.2");
  const rules = new URL(act.route, "http://x").searchParams.get("rule");
  const reply = await api.ask("GET", `/api/v1/findings?rule=${rules}`, all("viewer"));
  const { items } = (await reply.json()) as { readonly items: readonly { readonly rule: string }[] };

  assert.deepEqual(rules?.split(",").toSorted(), ["pinning-chart", "pinning-git"]);
  assert.equal(act.cli, `millwright finding list --rule ${rules}`);
  assert.deepEqual(items.map(({ rule }) => rule).toSorted(), ["pinning-chart", "pinning-git"]);
});

test("each key metric is a line of guide A, by its own words", () => {
  const titles = new Map(keyMetrics.map(({ id, title }) => [id, title]));
  assert.deepEqual(new Set(Object.values(linked.metrics)), new Set(titles.keys()));
  for (const [line, metric] of Object.entries(linked.metrics))
    assert.ok(guideLines.find(({ id }) => id === line)?.says.startsWith(titles.get(metric) ?? "?"), line);
});

test("a key metric's line is done while it is measured, and says where it would be read otherwise", async () => {
  const before = await show("A.264");
  assert.deepEqual([before.state, before.act.cli], ["unknown", "millwright metric list"]);
  assert.match(before.why, /^not set up: Prometheus: .*; or probe server of redis: redis_memory_ratio gave no value/);

  const observation: Observation = {
    environment: "production",
    component: "redis",
    system: "redis",
    tells: "own",
    probe: "server",
    subject: "server",
    kind: "known",
    health: "healthy",
    value: "7.0.15",
    at: testNow,
    evidence: "it answers",
    metrics: [{ name: "redis_memory_ratio", value: 0.41234 }],
  };
  await recordLooks(api.store, [{ observations: [observation], everySeconds: 60 }]);
  const after = await show("A.264");

  assert.deepEqual([after.state, after.why, after.lastEvidence?.at], ["done", "0.412 ratio in production", testNow]);
  assert.equal((await show("A.266")).state, "not-applicable");
});
