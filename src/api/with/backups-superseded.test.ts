import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { supersedeFailed } from "../../backups/server/supersede.ts";
import { listRuns } from "../../engine/store.ts";
import { keepHolds } from "../../observations/holds.ts";
import type { Store } from "../../store/store.ts";
import { asJson } from "../../store/store.ts";
import { backup, declaring, later, mlflow, withStage } from "./backups.test-support.ts";

const day = 24;
const config = declaring({
  stores: [mlflow],
  schedule: [
    { class: "daily", on: "03:00" },
    { class: "weekly", on: "Saturday 04:00", stores: ["mlflow/database"] },
  ],
  drills: [{ scope: "one", every: "week", on: "Saturday 05:00" }],
});

const still = "the deployment mlops/mlflow still stands still and could not be given back: 403";

/** All that go on fail and wait for somebody's word. */
async function fail(store: Store): Promise<void> {
  await sql`update runs set state = 'waiting', waits_for = 'decision', reason = 'no room' where ended_at is null`.execute(
    store.tables(),
  );
}

/** How its last attempt ended. */
async function attempted(store: Store, id: string, hours: number, message: string, notGivenBack?: readonly string[]) {
  const evidence = notGivenBack === undefined ? null : asJson({ point: { notGivenBack } });
  await sql`insert into run_attempts (run_id, direction, step, attempt, name, outcome, message, evidence, log, leg, started_at, ended_at)
    values (${id}, 'do', 0, (select count(*) + 1 from run_attempts where run_id = ${id}), 'take', 'failed', ${message}, ${evidence},
      '[]', 1, ${later(hours)}, ${later(hours)})`.execute(store.tables());
}

async function runs(store: Store, of: "daily" | "weekly" | "drill" = "daily") {
  const found = await listRuns(store, { environments: undefined, limit: 50 });
  return found.filter(({ procedure, arguments: given }) => procedure === of || given["class"] === of).toReversed();
}

const states = (found: Awaited<ReturnType<typeof runs>>) => found.map(({ state }) => state);

test("a scheduled run that failed is ended by the next one of the same, which it names; its finding stays", async () => {
  await withStage(config, async ({ store, tick, findings }) => {
    await tick(0);
    for (const days of [1, 2, 3]) {
      await tick(days * day);
      await fail(store);
    }
    await tick(3 * day + 0.1);
    const [first, second, third] = await runs(store);
    assert.deepEqual(states(await runs(store)), ["aborted", "aborted", "waiting"]);
    assert.match(first?.reason ?? "", new RegExp(`^The run ${second?.id} took its place`));
    assert.match(second?.reason ?? "", new RegExp(`^The run ${third?.id} took its place`));
    assert.equal(first?.endedAt, later(2 * day));
    assert.ok((await findings()).includes("backup-too-old store/mlflow/database"));
  });
});

test("other stores, another class, and what a person started hold their own place; drills have theirs", async () => {
  await withStage(config, async ({ store, shown, tick }) => {
    shown.backups = [backup("mlflow-1", -2, "proven")];
    await tick(0);
    await tick(2 * day);
    await fail(store);
    await sql`update runs set key = null where procedure = 'back-up' and arguments->>'class' = 'daily'`.execute(
      store.tables(),
    );
    for (const days of [3, 4, 5]) await tick(days * day);
    assert.deepEqual(states(await runs(store)), ["waiting", "ready", "ready", "ready"]);
    assert.deepEqual(states(await runs(store, "weekly")), ["waiting"]);
    assert.deepEqual(states(await runs(store, "drill")), ["waiting"]);
    await tick(9 * day);
    assert.deepEqual(states(await runs(store, "weekly")), ["aborted", "ready"]);
    assert.deepEqual(states(await runs(store, "drill")), ["aborted", "ready"]);
  });
});

test("one that left writers standing still waits until a fenced point was taken after it, or an attempt gave them back", async () => {
  await withStage(config, async ({ store, tick }) => {
    await tick(0);
    await tick(day);
    await fail(store);
    const [first] = await runs(store);
    assert.ok(first);
    await attempted(store, first.id, day, still, [still]);
    await tick(2 * day);
    await fail(store);
    const [, second] = await runs(store);
    assert.ok(second);
    await attempted(store, second.id, 2 * day, `after 60 s there is no point: it has pods yet; ${still}`);
    await tick(3 * day);
    assert.deepEqual(states(await runs(store)), ["waiting", "waiting", "ready"]);
    const hold = { workload: "deployment mlops/mlflow", component: "mlflow", probes: undefined, leftAt: undefined };
    const by = `backup run ${first.id}/take`;
    await keepHolds(store, "production", [{ ...hold, by }], later(3 * day + 0.1));

    await attempted(store, first.id, 3 * day, "the recovery point: its proof is failed", []);
    await tick(3 * day + 0.1);
    assert.deepEqual(states(await runs(store)), ["waiting", "waiting", "ready"], "its mark is seen");
    await tick(3 * day + 0.16);
    assert.deepEqual(states(await runs(store)), ["aborted", "waiting", "ready"]);

    await sql`insert into backup_points (environment, id, at, fenced, content, last_seen)
      values ('production', 'point-9', ${later(3 * day)}, true, '{}', ${later(3 * day)})`.execute(store.tables());
    await supersedeFailed(store, { record: async () => undefined, holders: [] }, "production", later(3 * day + 0.2));
    assert.deepEqual(states(await runs(store)), ["aborted", "aborted", "ready"]);
  });
});
