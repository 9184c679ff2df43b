import assert from "node:assert/strict";
import { after, test } from "node:test";
import { all, testNow } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { knownDuties } from "../calendar/duties.ts";
import type { Finding } from "../findings/finding.ts";
import { recordLook } from "../findings/store-record.ts";
import { guideLines } from "../guides/index.ts";
import { linked } from "../guides/links.ts";

const api = await wholeApi();
after(() => api.close());

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly why: string;
  readonly findings: number;
  readonly dueAt?: string;
  readonly lastEvidence?: { readonly kind: string; readonly at: string; readonly entry?: number };
  readonly act: { readonly kind: string; readonly cli: string; readonly action?: { readonly path: string } };
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
