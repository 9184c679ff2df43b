import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import { draftOf, exportOf, numbers, testNow } from "./chain.test-support.ts";
import { periodAround, reportOn } from "./report.ts";
import { entriesAfter, findEntry, headOf, listEntries, record } from "./store.ts";
import { verifyJournal } from "./verify.ts";

async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const store = await testStore();
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

test("entries written at once from many connections form one chain without gaps", async () => {
  await withStore(async (store) => {
    await Promise.all(numbers(30).map((number) => store.transaction((part) => record(part, draftOf(number)))));

    const verdict = verifyJournal(exportOf(await entriesAfter(store, 0, 100)), [], undefined);
    assert.equal(verdict.kind === "whole" ? verdict.entries : verdict.why, 30);
  });
});

test("an entry whose transaction fails is not there, and leaves no gap", async () => {
  await withStore(async (store) => {
    await record(store, draftOf(1));
    await assert.rejects(
      store.transaction(async (part) => {
        await record(part, draftOf(2));
        throw new Error("the work failed");
      }),
      /the work failed/,
    );
    await record(store, draftOf(3));

    const tasks = (await entriesAfter(store, 0, 10)).map(({ sequence, task }) => `${sequence} ${task}`);
    assert.deepEqual(tasks, ["1 Change 1", "2 Change 3"]);
  });
});

test("the database itself refuses to change or remove an entry", async () => {
  await withStore(async (store) => {
    await record(store, draftOf(1));

    for (const statement of [
      "update journal_entries set entry = ''",
      "delete from journal_entries",
      "truncate journal_entries",
    ])
      await assert.rejects(sql.raw(statement).execute(store.tables()), /only appended to/);
  });
});

test("an entry changed behind the database's back is found", async () => {
  await withStore(async (store) => {
    for (const number of numbers(3)) await record(store, draftOf(number));
    await sql`alter table journal_entries disable trigger all`.execute(store.tables());
    await sql`update journal_entries set entry = replace(entry, 'Change 2', 'Nothing') where sequence = 2`.execute(
      store.tables(),
    );

    const verdict = verifyJournal(exportOf(await entriesAfter(store, 0, 10)), [], undefined);
    assert.equal(verdict.kind === "broken" ? `${verdict.what} ${verdict.entry}` : "whole", "changed 2");
  });
});

test("no secret gets into an entry, whichever field it was written in, and the entry says what was taken out", async () => {
  const token = "glpat-abcdefghijklmnopqrst";
  await withStore(async (store) => {
    await record(store, {
      ...draftOf(1),
      task: `Cloned with https://ada:hunter22@git.example.org/x.git and ${token}`,
      issues: ["login failed: password=hunter22"],
      links: { run: "12", changeRequest: `https://git.example.org/1?private_token=${token}` },
      evidence: {
        dbPassword: "hunter22",
        nested: [{ authorization: "x-hunter22", tokenId: "12", note: `Bearer ${token}` }],
        key: "-----BEGIN PRIVATE KEY-----\nhunter22\n-----END PRIVATE KEY-----",
      },
    });

    const [entry] = await entriesAfter(store, 0, 1);
    const { rows } = await sql`select * from journal_entries`.execute(store.tables());
    assert.doesNotMatch(JSON.stringify([entry, rows]), /hunter22|glpat-a/);
    assert.equal(entry?.links["run"], "12");
    assert.match(JSON.stringify(entry?.evidence), /"tokenId":"12"/);
    assert.deepEqual(entry?.redacted?.toSorted(), [
      "evidence.dbPassword",
      "evidence.key",
      "evidence.nested.0.authorization",
      "evidence.nested.0.note",
      "issues.0",
      "links.changeRequest",
      "task",
    ]);
  });
});

test("signs that a database cannot hold do not stop an entry", async () => {
  await withStore(async (store) => {
    await record(store, { ...draftOf(1), task: "nul \0 and half \ud800", links: { run: "a\0b" } });

    const [entry] = await entriesAfter(store, 0, 1);
    assert.equal(entry?.task, "nul \ufffd and half \ufffd");
    assert.equal(verifyJournal(exportOf(await entriesAfter(store, 0, 1)), [], undefined).kind, "whole");
  });
});

test("entries are found by what they belong to, by kind, time and environment", async () => {
  await withStore(async (store) => {
    await record(store, draftOf(1, { links: { incident: "7" } }));
    await record(store, draftOf(2, { environment: "production", kind: "run" }));
    await record(store, draftOf(3, { environment: undefined }));
    const found = async (query: object) =>
      (await listEntries(store, { limit: 10, ...query })).map(({ sequence }) => sequence);

    assert.deepEqual(await found({}), [3, 2, 1]);
    assert.deepEqual(await found({ link: ["incident", "7"] }), [1]);
    assert.deepEqual(await found({ kind: "run" }), [2]);
    assert.deepEqual(await found({ environments: ["staging", "production"] }), [2, 1]);
    assert.deepEqual(await found({ environments: [] }), []);
    assert.deepEqual(await found({ before: 3, limit: 1 }), [2]);
    assert.deepEqual(await found({ from: draftOf(2).at, until: draftOf(3).at }), [2]);
    assert.equal((await findEntry(store, 2))?.environment, "production");
    assert.equal(await findEntry(store, 4), undefined);
    assert.equal((await headOf(store)).sequence, 3);
  });
});

test("periods begin on Monday, on the first and with the quarter", () => {
  const span = (period: "week" | "month" | "quarter") =>
    Object.values(periodAround(period, testNow)).map((at) => at.slice(0, 10));

  assert.deepEqual(span("week"), ["2026-11-16", "2026-11-23"]);
  assert.deepEqual(span("month"), ["2026-11-01", "2026-12-01"]);
  assert.deepEqual(span("quarter"), ["2026-10-01", "2027-01-01"]);
});

test("a report counts its own period only, and names changes without a change request", async () => {
  await withStore(async (store) => {
    await record(store, draftOf(-60 * 24 * 30));
    await record(store, draftOf(1, { durationSeconds: 600, issues: ["slow"], nextActions: ["tune it"] }));
    await record(store, draftOf(2, { links: { changeRequest: "https://git.example.org/mr/1" }, durationSeconds: 300 }));

    const report = await reportOn(store, "week", testNow, undefined);

    assert.equal(report.entries, 2);
    assert.equal(report.workedSeconds, 900);
    assert.deepEqual(report.byMaintainer, { Ada: 2 });
    assert.deepEqual(report.issues, [{ sequence: 2, text: "slow" }]);
    assert.deepEqual(report.nextActions, [{ sequence: 2, text: "tune it" }]);
    assert.deepEqual(
      report.withoutChangeRequest.map(({ sequence }) => sequence),
      [2],
    );
    assert.equal(report.head?.sequence, 3);
    assert.equal((await reportOn(store, "week", testNow, ["production"])).entries, 0);
  });
});
