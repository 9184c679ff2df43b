import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { SignedReport } from "../../backups/drill/report.ts";
import { instantOf } from "../../kernel/instant.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { testNow } from "../test-support.ts";
import { backup, later, withStage } from "./backups.test-support.ts";

const declared = (more: object) =>
  ServerConfig.parse({
    backups: {
      environments: [
        {
          environment: "production",
          repository: "/nowhere",
          key: "env:KEY",
          stores: [{ component: "mlflow", kind: "postgresql", url: "env:URL" }],
          disposable: ["gitlab", "keycloak"].map((component) => ({
            component,
            store: "database",
            why: "it is a copy that anybody can make again",
          })),
          ...more,
        },
      ],
    },
  });

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

test("the duties of the restore test and of the recovery test are done by reports of drills, and name them", async () => {
  const both = declared({ second: { repository: "/elsewhere", key: "env:OTHER" }, drills: [] });
  await withStage(both, async ({ store, shown, tick }) => {
    const due = instantOf(Date.parse(testNow) - 3_600_000);
    for (const duty of ["restore-test", "disaster-recovery-test"]) {
      await sql`insert into duty_turns (duty, due_at, title, state) values (${duty}, ${due}, 'Test', 'due')`.execute(
        store.tables(),
      );
      await sql`insert into duty_progress (duty, raised_until, open_due_at) values (${duty}, ${due}, ${due})`.execute(
        store.tables(),
      );
    }
    const done = async (): Promise<readonly string[]> => {
      const { rows } = await sql<{ duty: string; text: string | null }>`
        select duty, evidence->>'text' as text from duty_turns where state = 'done' order by duty`.execute(
        store.tables(),
      );
      return rows.map(({ duty, text }) => `${duty}: ${/drill-\w+/g.exec(text ?? "")?.[0] ?? ""}`);
    };
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
    assert.deepEqual(await done(), ["disaster-recovery-test: drill-all", "restore-test: drill-one"]);
  });
});
