import assert from "node:assert/strict";
import { test } from "node:test";
import type { SignedReport } from "../../backups/drill/report.ts";
import { knownDrills } from "../../backups/server/drills.ts";
import { instantOf } from "../../kernel/instant.ts";
import { testNow } from "../test-support.ts";
import {
  artifacts,
  backup,
  declaring,
  disposable,
  dutiesDone,
  later,
  makeDue,
  mlflow,
  withStage,
} from "./backups.test-support.ts";

const declared = (more: object) =>
  declaring({ stores: [mlflow], disposable: [...["gitlab", "keycloak"].flatMap(disposable), artifacts], ...more });

const copied = declared({ second: { repository: "/elsewhere", key: "env:OTHER" }, drills: [] });
const stands = (kind: string, words: string) => JSON.stringify({ kind, words, newest: [] });

test("a copy that failed is an incident at the next tick, a late one a finding, and one that arrived closes both", async () => {
  await withStage(copied, async ({ shown, tick, findings, incidents }) => {
    shown.backups = [backup("mlflow-1", -2, "proven")];
    shown.second = stands("current", "all newest backups are there");
    await tick(0);
    assert.deepEqual(await findings(), []);

    shown.second = stands("failed", "the last arrival failed: connection refused");
    shown.backups = [backup("mlflow-2", 0, "proven"), ...shown.backups];
    await tick(0.02);
    assert.deepEqual(await findings(), ["backup-second-failed second/production"], "asked as a backup is new");
    assert.deepEqual(await incidents(), ["Backups do not arrive in the second repository: second/production"]);

    shown.second = "";
    await tick(0.04);
    assert.deepEqual(await findings(), ["backup-second-failed second/production"], "silence closes nothing");
    shown.second = stands("late", "the newest backups of mlflow/database are not there");
    await tick(0.06);
    assert.deepEqual(await findings(), ["backup-second-late second/production"]);
    shown.second = stands("arriving", "the newest backups of mlflow/database are not there");
    await tick(0.08);
    assert.deepEqual([await findings(), (await incidents()).length], [[], 1]);
  });
});

const drilled = declared({
  drills: [
    { scope: "one", every: "month", on: "day 1 05:00" },
    { scope: "everything", every: "year", on: "day 1 06:00" },
  ],
});

function report(id: string, endedHours: number, more: Partial<SignedReport["report"]> = {}): SignedReport {
  const store = { order: 1, component: "mlflow", kind: "postgresql", digest: "", bytes: 1, why: [], counts: {} };
  const took = { restoreSeconds: 20, objectiveMinutes: 240, ageSeconds: 60, objectiveHours: 26, doesNotCover: [] };
  return {
    signature: undefined,
    report: {
      schema: "millwright/drill/1",
      id,
      installation: "acme",
      environment: "production",
      repository: "0",
      from: "first",
      scope: "some",
      by: "ana",
      beganAt: later(endedHours - 0.1),
      endedAt: later(endedHours),
      millwright: "0.1.0",
      stores: [
        { ...store, ...took, store: "mlflow/database", backup: "mlflow-1", takenAt: later(0), verdict: "proven" },
      ],
      components: [{ component: "mlflow", restoreSeconds: 20, ageSeconds: 60, met: true }],
      checks: [],
      continuity: [],
      disposable: [],
      verdict: "passed",
      why: [],
      ...more,
    },
  };
}

/** Hours from `testNow` until a moment of the year after. */
const hoursTo = (moment: string): number => (Date.parse(moment) - Date.parse(testNow)) / 3_600_000;

test("drills begin by themselves when their turn comes, once, and not before there is what to drill", async () => {
  await withStage(drilled, async ({ shown, tick, runs }) => {
    const drills = async () => (await runs()).filter(([procedure]) => procedure === "drill").map(([, at]) => at);
    await tick(0);
    const first = hoursTo("2026-12-01T05:01:00.000Z");
    await tick(first);
    assert.deepEqual(await drills(), [], "nothing is backed up");
    shown.backups = [backup("mlflow-1", first, "proven")];
    await tick(first + 0.02);
    await tick(first + 0.04);
    assert.deepEqual(await drills(), [later(first + 0.02)]);
    await tick(hoursTo("2027-01-01T06:01:00.000Z"));
    assert.equal((await drills()).length, 3, "the month's and the year's");
  });
});

test("a drill that did not pass within a week of its turn is late; one that passed by hand counts, one that failed says why", async () => {
  await withStage(drilled, async ({ shown, tick, findings }) => {
    const ofDrills = async () => (await findings()).filter((one) => one.startsWith("backup-drill"));
    shown.backups = [backup("mlflow-1", 0, "proven")];
    await tick(0);
    const turn = hoursTo("2026-12-01T05:00:00.000Z");
    await tick(turn + 0.02);
    await tick(turn + 24 * 6);
    assert.deepEqual(await ofDrills(), []);
    await tick(turn + 24 * 8);
    assert.deepEqual(await ofDrills(), ["backup-drill-overdue drill/production/one"]);

    shown.drills = [report("drill-b", turn + 24 * 8, { verdict: "failed", why: ["mlflow/database: no"] })];
    await tick(turn + 24 * 8 + 1);
    assert.deepEqual(await ofDrills(), [
      "backup-drill-failed drill/production/one",
      "backup-drill-overdue drill/production/one",
    ]);
    shown.drills = [report("drill-c", turn + 24 * 9), ...shown.drills];
    await tick(turn + 24 * 9 + 1);
    assert.deepEqual(await ofDrills(), []);
  });
});

test("reports that can never be read keep no other from being read, are asked for seldom, and no more once they are gone", async () => {
  await withStage(drilled, async ({ store, shown, tick }) => {
    const askedAt = async (hours: number): Promise<readonly string[]> => {
      shown.drillsAsked.length = 0;
      await tick(hours);
      return shown.drillsAsked.toSorted();
    };
    const unreadable = ["drill-x", "drill-y", "drill-z"];
    shown.unreadable = unreadable;
    shown.drills = [...unreadable.map((id) => report(id, -1)), report("drill-old", -48)];
    assert.deepEqual(await askedAt(0), unreadable);
    assert.deepEqual(await askedAt(1 / 60), ["drill-old"]);
    assert.deepEqual(
      (await knownDrills(store, { id: "drill-old", most: 1 })).map(({ signed }) => signed?.report.id),
      ["drill-old"],
    );
    assert.deepEqual(await askedAt(2 / 60), []);
    assert.deepEqual(await askedAt(11 / 60), unreadable);

    shown.broken = true;
    assert.deepEqual(await askedAt(1), [], "a repository that does not answer is not asked for them");
    shown.broken = false;
    shown.drills = shown.drills.filter(({ report: { id } }) => id !== "drill-y");
    assert.deepEqual(await askedAt(2), ["drill-x", "drill-z"]);
  });
});

/** What people attest of a rebuild: what a drill does not show by itself. */
const attested = (...steps: readonly string[]) =>
  steps.map((id) => ({ id, title: id, how: "attested" as const, words: "tried in a spare project", by: "Ben" }));

test("the duties of the restore test and of the recovery test are done by reports of drills, and name them", async () => {
  const both = declared({ second: { repository: "/elsewhere", key: "env:OTHER" }, drills: [] });
  await withStage(both, async ({ store, shown, tick }) => {
    const due = instantOf(Date.parse(testNow) - 3_600_000);
    await makeDue(store, { "restore-test": due, "disaster-recovery-test": due });
    const done = async (): Promise<readonly string[]> =>
      (await dutiesDone(store)).map(({ duty, text }) => `${duty}: ${/drill-\w+/g.exec(text)?.[0] ?? ""}`);
    shown.second = stands("current", "all");
    shown.drills = [report("drill-failed", -1, { verdict: "failed" }), report("drill-old", -24 * 60)];
    await tick(0);
    assert.deepEqual(await done(), [], "neither a failed one nor one of another month");
    shown.drills = [...shown.drills, report("drill-one", -1)];
    await tick(0.1);
    assert.deepEqual(await done(), ["restore-test: drill-one"]);
    shown.drills = [...shown.drills, report("drill-all", -0.5, { scope: "everything" })];
    await tick(0.2);
    assert.deepEqual((await done()).length, 1, "the second repository was not tried");
    shown.drills = [...shown.drills, report("drill-away", -0.4, { scope: "everything", from: "second" })];
    await tick(0.3);
    assert.deepEqual((await done()).length, 1, "nobody attests what a drill does not show of a rebuild");
    const some = { scope: "everything", continuity: attested("cluster", "argo-cd", "applications") } as const;
    shown.drills = [...shown.drills, report("drill-some", -0.3, some)];
    await tick(0.4);
    assert.deepEqual((await done()).length, 1, "nobody attests that users are led to it");
    const all = { ...some, continuity: attested("cluster", "argo-cd", "applications", "entry") };
    shown.drills = [...shown.drills, report("drill-rebuilt", -0.2, all)];
    await tick(0.5);
    const [duty] = await dutiesDone(store);
    assert.deepEqual(
      [...(await done()), duty?.text.match(/drill-\w+(?= of)/g)?.toSorted(), /entry by Ben/.test(duty?.text ?? "")],
      ["disaster-recovery-test: drill-rebuilt", "restore-test: drill-one", ["drill-away", "drill-rebuilt"], true],
    );
  });
});
