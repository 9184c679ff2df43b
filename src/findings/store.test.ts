import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { testStore } from "../store/test-support.ts";
import type { Finding, OpenQuestion } from "./finding.ts";
import type { Look } from "./life-cycle.ts";
import { countFindings, listFindings, readFinding } from "./store-read.ts";
import { dropClosedFindings, forgetSource, recordLook } from "./store-record.ts";

const store = await testStore();
after(() => store.close());
beforeEach(() =>
  sql`truncate finding, finding_count, finding_sighting, finding_event, open_question, observed_source`.execute(
    store.tables(),
  ),
);

const at = (day: number): Instant => instantOf(Date.UTC(2026, 10, day));
const repository = { id: "repository:platform", revision: "abc" };
const cluster = { id: "cluster:production" };
const suppression = { finding: "x", reason: "we live with it", until: "2027-01-01" };

function finding(id: string, values: Partial<Finding> = {}): Finding {
  return {
    id,
    rule: "rule",
    title: "A title",
    group: "pinning",
    severity: "high",
    subject: `image/${id}`,
    environment: "production",
    places: [{ file: `${id}.yaml`, line: 1, column: 1 }],
    message: "not pinned",
    fix: "pin it",
    ...values,
  };
}

function look(findings: readonly Finding[], values: Partial<Look> = {}): Look {
  return { findings, suppressed: [], unknown: [], ran: new Set(["rule"]), unread: [], blind: false, ...values };
}

function question(subject: string): OpenQuestion {
  return {
    id: "q",
    rule: "rule",
    title: "t",
    subject,
    environment: undefined,
    at: undefined,
    why: "no right",
    howToLearn: "ask",
  };
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await readFinding(store, id))?.row.state;
}

async function eventsOf(id: string): Promise<readonly string[]> {
  return ((await readFinding(store, id))?.events ?? []).map(({ kind }) => kind).toReversed();
}

test("a finding opens, is seen again without a word, closes when it is gone, and opens again", async () => {
  assert.deepEqual(await recordLook(store, look([finding("a")]), repository, at(1)), [{ id: "a", kind: "opened" }]);
  assert.deepEqual(await recordLook(store, look([finding("a")]), repository, at(2)), []);
  assert.deepEqual(await recordLook(store, look([]), repository, at(3)), [{ id: "a", kind: "closed" }]);
  const closed = await readFinding(store, "a");
  assert.deepEqual(
    [closed?.row.state, closed?.row.state_since, closed?.row.closed_by, closed?.row.first_seen_at],
    ["closed", at(3), "repository:platform at abc", at(1)],
  );
  assert.equal(closed?.sightings[0]?.last_seen_at, at(2));

  await recordLook(store, look([finding("a")]), repository, at(4));
  const again = await readFinding(store, "a");
  assert.deepEqual([again?.row.state, again?.row.closed_by], ["open", null]);
  assert.deepEqual(await eventsOf("a"), ["opened", "closed", "reopened"]);
});

test("what cannot be told leaves a finding open, says so once, and is forgotten when it can", async () => {
  await recordLook(store, look([finding("a")]), repository, at(1));
  const blocked = look([], { unknown: [question("image/a")] });
  assert.deepEqual(await recordLook(store, blocked, repository, at(2)), [{ id: "a", kind: "cannot-tell" }]);
  assert.deepEqual(await recordLook(store, blocked, repository, at(3)), []);
  const doubted = await readFinding(store, "a");
  assert.equal(doubted?.row.state, "open");
  assert.equal(doubted?.sightings[0]?.unknown_why, "no right");

  await recordLook(store, look([]), repository, at(4));
  assert.equal(await stateOf("a"), "closed");
});

test("a finding that two sources show stays open until neither does", async () => {
  await recordLook(store, look([finding("a")]), repository, at(1));
  await recordLook(store, look([finding("a")]), cluster, at(1));
  assert.deepEqual(await recordLook(store, look([]), repository, at(2)), []);
  assert.equal(await stateOf("a"), "open");
  assert.deepEqual(await recordLook(store, look([]), cluster, at(3)), [{ id: "a", kind: "closed" }]);
});

test("a suppression sets a finding aside and its end brings it back", async () => {
  await recordLook(store, look([finding("a")]), repository, at(1));
  await recordLook(store, look([], { suppressed: [{ finding: finding("a"), suppression }] }), repository, at(2));
  assert.deepEqual((await readFinding(store, "a"))?.row.suppression, suppression);
  await recordLook(store, look([finding("a")]), repository, at(3));
  assert.deepEqual(await eventsOf("a"), ["opened", "suppressed", "suppression-ended"]);
  assert.equal((await readFinding(store, "a"))?.row.suppression, null);
});

test("a new severity, message or place is kept, and a new severity told", async () => {
  await recordLook(store, look([finding("a")]), repository, at(1));
  const worse = finding("a", {
    severity: "critical",
    message: "worse",
    places: [{ file: "b.yaml", line: 2, column: 3 }],
  });
  assert.deepEqual(await recordLook(store, look([worse]), repository, at(2)), [{ id: "a", kind: "severity-changed" }]);
  const row = (await readFinding(store, "a"))?.row;
  assert.deepEqual(
    [row?.severity, row?.message, row?.places[0].file, row?.urgency],
    ["critical", "worse", "b.yaml", 0],
  );
});

test("a clock that was set back does not turn the history around", async () => {
  await recordLook(store, look([finding("a")]), repository, at(10));
  await recordLook(store, look([]), repository, at(1));
  const closed = await readFinding(store, "a");
  assert.deepEqual([closed?.row.state, closed?.row.state_since], ["closed", at(10)]);
});

test("a look that fails half way leaves everything as it was", async () => {
  await recordLook(store, look([finding("a")]), repository, at(1));
  const broken = finding("b", { severity: "unheard-of" as Finding["severity"] });
  await assert.rejects(recordLook(store, look([broken]), repository, at(2)), /severity_check/);
  assert.equal(await stateOf("a"), "open");
  assert.equal(await stateOf("b"), undefined);
});

test("looks at several sources at once do not wait for each other for ever", async () => {
  const ids = Array.from({ length: 50 }, (_, index) => finding(`f${index}`));
  await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      recordLook(store, look(index % 2 === 0 ? ids : ids.toReversed()), { id: `repository:${index}` }, at(1)),
    ),
  );
  const rows = await listFindings(store, { visible: undefined }, { after: undefined, limit: 100 });
  assert.equal(rows.length, 50);
  for (const { id } of rows) assert.deepEqual(await eventsOf(id), ["opened"]);
});

test("a source that is taken away shows nothing any more, and it is known who took it", async () => {
  await recordLook(store, look([finding("a")]), cluster, at(1));
  assert.deepEqual(await forgetSource(store, cluster.id, "Ada", at(2)), [{ id: "a", kind: "closed" }]);
  assert.match((await readFinding(store, "a"))?.row.closed_by ?? "", /no longer looked at \(Ada\)/);
});

test("lists come worst first, production before the rest, in pages that fit together", async () => {
  const findings = (["low", "critical", "medium"] as const).flatMap((severity, index) => [
    finding(`s${index}`, { severity, environment: "staging" }),
    finding(`p${index}`, { severity }),
    finding(`n${index}`, { severity, environment: undefined }),
  ]);
  await recordLook(store, look(findings), repository, at(1));
  const filter = { state: "open" as const, visible: undefined };

  const whole = await listFindings(store, filter, { after: undefined, limit: 100 });
  assert.deepEqual(
    whole.map(({ id }) => id),
    ["p1", "n1", "s1", "p2", "n2", "s2", "p0", "n0", "s0"],
  );

  const first = await listFindings(store, filter, { after: undefined, limit: 4 });
  const last = first[3];
  assert.ok(last !== undefined && first.length === 5);
  const second = await listFindings(store, filter, { after: [last.urgency, last.id], limit: 100 });
  assert.deepEqual([...first.slice(0, 4), ...second], whole);
});

test("a reader sees only environments that they may see, and never what belongs to none", async () => {
  await recordLook(
    store,
    look([finding("p"), finding("s", { environment: "staging" }), finding("n", { environment: undefined })]),
    repository,
    at(1),
  );
  const page = { after: undefined, limit: 10 };
  assert.deepEqual(
    (await listFindings(store, { visible: ["staging"] }, page)).map(({ id }) => id),
    ["s"],
  );
  assert.deepEqual(await listFindings(store, { visible: [] }, page), []);
  assert.deepEqual(await listFindings(store, { visible: ["staging"], environment: "production" }, page), []);
  assert.deepEqual(
    (await countFindings(store, ["staging"])).map(({ count }) => count),
    [1],
  );
});

test("findings closed long ago go with their history; open ones stay", async () => {
  await recordLook(store, look([finding("old"), finding("kept")]), repository, at(1));
  await recordLook(store, look([finding("kept")]), repository, at(2));
  assert.equal(await dropClosedFindings(store, at(2)), 0);
  assert.equal(await dropClosedFindings(store, at(3)), 1);
  assert.equal(await stateOf("old"), undefined);
  assert.equal(await stateOf("kept"), "open");
});
