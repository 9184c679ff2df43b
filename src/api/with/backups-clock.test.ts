import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { backup, declaring, later, mlflow, withStage } from "./backups.test-support.ts";

const config = declaring({ stores: [mlflow] });
const daily = declaring({ stores: [mlflow], schedule: [{ class: "daily", on: "03:00" }] });
const day = 24;
/** Hours by which the clock is set back. */
const back = -240;

test("what is gone behind our back is found while the clock stands back", async () => {
  await withStage(config, async ({ shown, tick, findings }) => {
    shown.backups = [backup("mlflow-2", back - 1, "proven"), backup("mlflow-1", back - 20, "proven")];
    await tick(0);
    shown.backups = shown.backups.slice(0, 1);
    await tick(back);
    assert.ok((await findings()).includes("backup-gone backup/mlflow-1"), (await findings()).join());
  });
});

test("what a look saw that ended meanwhile is not gone", async () => {
  await withStage(config, async ({ shown, tick, findings }) => {
    shown.backups = [backup("mlflow-2", -1, "proven"), backup("mlflow-1", -20, "proven")];
    await tick(0.02);
    shown.backups = shown.backups.slice(1);
    await tick(0.01);
    assert.ok(!(await findings()).join().includes("backup-gone"));
  });
});

test("damage that a check finds while the clock stands back is not hidden by the good check before", async () => {
  await withStage(config, async ({ store, shown, tick, findings }) => {
    const checked = (hours: number, damage: readonly string[]) =>
      sql`insert into backup_checks (environment, at, ended_at, read_data, damage)
        values ('production', ${later(hours)}, ${later(hours)}, true, ${JSON.stringify(damage)}::jsonb)`.execute(
        store.tables(),
      );
    shown.backups = [backup("mlflow-1", back - 1, "proven")];
    await checked(0, []);
    await tick(0);
    await checked(back, ["pack 61bb6deb is damaged"]);
    await tick(back);
    assert.ok(
      (await findings()).includes("backup-repository-damaged repository/production"),
      (await findings()).join(),
    );
  });
});

test("a clock that stood ahead for a while and is right again: the next turn is taken, and none twice", async () => {
  await withStage(daily, async ({ tick, runs }) => {
    await tick(0);
    await tick(day);
    await tick(365 * day);
    assert.equal((await runs()).length, 2, "one for each time that it was late");
    await tick(day + 0.1);
    await tick(0.5);
    await tick(day + 0.2);
    assert.equal((await runs()).length, 2, "that turn was taken");
    await tick(2 * day);
    assert.equal((await runs()).length, 3);
  });
});

test("a repository is checked while the clock stands back by more than the time between two checks", async () => {
  await withStage(config, async ({ store, shown, tick, checks }) => {
    shown.backups = [backup("mlflow-1", back - 1, "proven")];
    await sql`insert into backup_checks (environment, at, ended_at, read_data, damage)
      values ('production', ${later(0)}, ${later(0)}, true, '[]')`.execute(store.tables());
    await tick(-1);
    assert.deepEqual(await checks(), []);
    await tick(back);
    assert.deepEqual(await checks(), ["ready"]);
  });
});
