import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "../store/store.ts";
import { acknowledge, addNote, close, override, resolve } from "./act.ts";
import { callFurther } from "./call.ts";
import type { IncidentPorts } from "./incident.ts";
import { incidentDocuments } from "./markdown.ts";
import { incidentOfFinding, incidentOfProbe, type NewIncident, openIncident } from "./open.ts";
import { ada, done, minutesLater, portsOf, refused, testNow, withStore } from "./ports.test-support.ts";
import { remindOfReviews, reviewIncident, reviewQuestions } from "./review.ts";
import { findIncident, timelineOf } from "./store.ts";

const down: NewIncident = {
  kind: "outage",
  severity: "critical",
  title: "GitLab is down",
  text: "No answer since 11:58.",
  environment: "production",
  component: "gitlab",
  by: ada,
  source: "person",
  key: undefined,
};

function open(store: Store, ports: IncidentPorts, more: Partial<NewIncident> = {}) {
  return openIncident(store, ports, testNow, { ...down, ...more });
}

const act = (id: number, minutes = 5) => ({ id, by: ada, now: minutesLater(minutes) });
const review = {
  answers: ["a", "b", "c", "d", "e"],
  actions: [{ what: "Watch the disk", who: "Bo", until: "2026-12-01" }],
};

test("an incident that is opened is written down, told, and calls those who come first", async () => {
  await withStore(async (store) => {
    const ports = portsOf([
      { name: "Cy", address: "cy@example.org", afterMinutes: 15 },
      {},
      { name: "Di", address: "di@example.org", environments: ["staging"] },
      { name: "Ed", address: "ed@example.org", kinds: ["breach"] },
    ]);

    const { id } = await open(store, ports);

    assert.partialDeepStrictEqual(ports.entries, [{ kind: "incident", links: { incident: String(id) } }]);
    assert.deepEqual(
      ports.notices.map(({ audience, page }) => ({ audience, page })),
      [{ audience: ["bo@example.org"], page: { thread: `millwright/incident/${id}`, action: "trigger" } }],
    );
    assert.deepEqual(
      (await timelineOf(store, id)).map(({ kind, text }) => `${kind}: ${text}`),
      ["opened: No answer since 11:58.", "called: Called: Bo (bo@example.org)"],
    );
  });
});

test("while nobody acknowledges it, the next are called, each once; afterwards nobody is", async () => {
  await withStore(async (store) => {
    const ports = portsOf([
      {},
      { address: "cy@example.org", afterMinutes: 15 },
      { address: "di@example.org", afterMinutes: 30 },
    ]);
    const { id } = await open(store, ports);
    const called = async (minutes: number) => callFurther(store, ports, minutesLater(minutes));

    assert.deepEqual([await called(14), await called(15), await called(16)], [0, 1, 0]);
    await done(acknowledge(store, ports, act(id, 20)));
    assert.equal(await called(60), 0);
    assert.deepEqual(
      ports.notices.flatMap(({ audience }) => audience ?? []),
      ["bo@example.org", "cy@example.org"],
    );
    assert.equal(ports.notices.at(-1)?.page?.action, "acknowledge");
  });
});

test("an incident of little weight wakes nobody", async () => {
  await withStore(async (store) => {
    const ports = portsOf([{}]);
    await open(store, ports, { severity: "medium" });

    assert.equal(ports.notices[0]?.page, undefined);
    assert.equal(await callFurther(store, ports, minutesLater(600)), 0);
  });
});

test("one source has one incident until it is closed; when it gets worse, people are called again", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const key = "finding/f1";
    const first = await Promise.all(Array.from({ length: 4 }, () => open(store, ports, { key, severity: "medium" })));
    const worse = await open(store, ports, { key, severity: "critical" });
    const milder = await open(store, ports, { key, severity: "low" });

    assert.equal(new Set([...first, worse, milder].map(({ id }) => id)).size, 1);
    assert.equal(milder.severity, "critical");
    assert.equal(ports.notices.length, 2);
  });
});

test("a critical finding in production is an incident, and no other finding is", () => {
  const finding = {
    id: "f1",
    rule: "r",
    title: "t",
    severity: "critical" as const,
    environment: "production",
    component: "gitlab",
    security: true,
  };

  assert.equal(incidentOfFinding(finding, ["production"])?.kind, "vulnerability");
  assert.equal(incidentOfFinding({ ...finding, security: false }, ["production"])?.kind, "degradation");
  assert.equal(incidentOfFinding({ ...finding, severity: "high" }, ["production"]), undefined);
  assert.equal(incidentOfFinding({ ...finding, environment: "staging" }, ["production"]), undefined);
  assert.equal(incidentOfFinding({ ...finding, environment: undefined }, ["production"]), undefined);
});

test("a failed probe is an incident by where it failed and whether anything still answers", () => {
  const probe = {
    probe: "login",
    component: "gitlab",
    environment: "production",
    reason: "302 to nowhere",
    since: testNow,
    down: false,
  };
  const shown = (more: object) => {
    const { kind, severity } = incidentOfProbe({ ...probe, ...more }, ["production"]);
    return `${kind} ${severity}`;
  };

  assert.deepEqual(
    [shown({}), shown({ down: true }), shown({ environment: "dev" }), shown({ environment: "dev", down: true })],
    ["degradation high", "outage critical", "degradation low", "outage medium"],
  );
});

test("an incident ends by the rules: acknowledged, resolved, reviewed, closed, and nothing in between is skipped", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const { id } = await open(store, ports);

    assert.match(
      await refused(close(store, ports, act(id), "x")),
      /409 .*not resolved.*nobody ever acknowledged.*review is missing/,
    );
    assert.match(await refused(reviewIncident(store, ports, act(id), review)), /not over yet/);
    await done(acknowledge(store, ports, act(id, 2)));
    await done(resolve(store, ports, act(id, 60), "Restarted Gitaly."));
    assert.match(await refused(close(store, ports, act(id), "x")), /cannot be closed yet: its review is missing/);
    await done(reviewIncident(store, ports, act(id, 600), review));
    assert.match(await refused(reviewIncident(store, ports, act(id), review)), /reviewed already/);
    const closed = await done(close(store, ports, act(id, 700), "Done."));

    assert.equal(closed.state, "closed");
    assert.equal(closed.ledBy?.name, "Ada");
    assert.equal(ports.entries.at(-1)?.durationSeconds, 3600);
    assert.deepEqual(ports.entries.at(-2)?.nextActions, ["Watch the disk (Bo, until 2026-12-01)"]);
    assert.partialDeepStrictEqual(ports.debts, [
      { title: "Watch the disk", owner: "Bo", dueAt: "2026-12-01T00:00:00.000Z" },
    ]);
    assert.match(await refused(acknowledge(store, ports, act(id))), /is closed/);
  });
});

test("a review answers questions, and none of them asks who it was", () => {
  assert.equal(
    reviewQuestions.some((question) => /who (?:did|caused)|fault|blame|mistake/i.test(question)),
    false,
  );
});

test("a review that is due is reminded of once a day until it is there", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const { id } = await open(store, ports);
    await done(resolve(store, ports, act(id, 0), "Fixed."));
    const day = 1440;

    const reminded: number[] = [];
    for (const minutes of [6 * day, 7 * day, 7 * day + 5, 8 * day])
      reminded.push(await remindOfReviews(store, ports, minutesLater(minutes)));
    await done(reviewIncident(store, ports, act(id, 8 * day), review));
    reminded.push(await remindOfReviews(store, ports, minutesLater(20 * day)));

    assert.deepEqual(reminded, [0, 1, 0, 1, 0]);
  });
});

test("an override is written down as one, is told, and leaves a debt", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const { id } = await open(store, ports);

    await done(
      override(store, ports, act(id), { what: "Upgrade outside the window", reason: "it is exploited", dueInDays: 3 }),
    );

    assert.partialDeepStrictEqual(ports.debts, [
      { incident: id, owner: "Ada", environment: "production", dueAt: minutesLater(3 * 1440 + 5) },
    ]);
    assert.partialDeepStrictEqual(ports.entries.at(-1), {
      kind: "override",
      links: { incident: String(id), debt: "debt-1" },
    });
    assert.equal(ports.notices.at(-1)?.severity, "critical");
  });
});

test("what is done twice, or by two at once, happens once", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const { id } = await open(store, ports);

    await Promise.all(Array.from({ length: 4 }, () => done(acknowledge(store, ports, act(id)))));
    await Promise.all(Array.from({ length: 4 }, () => done(addNote(store, act(id), "seen"))));

    const kinds = (await timelineOf(store, id)).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["opened", "acknowledged", "note", "note", "note", "note"]);
    assert.match(await refused(acknowledge(store, ports, act(999))), /404 There is no incident 999/);
  });
});

test("when the journal fails, the incident is not changed either", async () => {
  await withStore(async (store) => {
    const ports = portsOf();
    const { id } = await open(store, ports);
    const broken = { ...ports, record: () => Promise.reject(new Error("no journal")) };

    await assert.rejects(acknowledge(store, broken, act(id)), /no journal/);
    assert.equal((await findIncident(store, id))?.state, "open");
  });
});

test("an incident becomes a page of the repository's template, and its text adds no markup of its own", async () => {
  await withStore(async (store) => {
    const ports = portsOf([{}]);
    const { id } = await open(store, ports, { title: "GitLab | is [down](x)", text: "Since *now*\n# heading" });
    await done(resolve(store, ports, act(id, 30), "Restarted."));
    await done(reviewIncident(store, ports, act(id, 40), review));

    const [page] = await incidentDocuments(store, undefined);

    assert.equal(page?.path, `docs/incidents/2026-11-20-00000${id}-gitlab-is-down-x.md`);
    assert.match(
      page?.text ?? "",
      /^# GitLab \\\| is \\\[down\\\]\(x\)\n\n- \*\*Kind:\*\* outage\n- \*\*Severity:\*\* critical/,
    );
    assert.match(page?.text ?? "", /\| 2026-11-20 12:00 \| opened: Since \\\*now\\\* \\# heading \| Ada \|/);
    assert.match(page?.text ?? "", /## Follow-up\n\n- \[ \] Watch the disk, Bo, until 2026-12-01 \(debt-1\)/);
    assert.equal((await incidentDocuments(store, minutesLater(200))).length, 0);
  });
});
