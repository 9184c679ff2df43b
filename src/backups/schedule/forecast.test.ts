import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, instantOf, parseInstant } from "../../kernel/instant.ts";
import { BackupSchedule, Retention } from "../../platform/backup-schedule.ts";
import { type ForecastInput, forecast, type Sized } from "./forecast.ts";
import { lastTurn, turnsOf } from "./turns.ts";

const at = (text: string): Instant => parseInstant(text) ?? instantOf(0);
const now = at("2026-11-20T12:00Z");

function taken(day: string, bytes: number): Sized {
  const takenAt = at(`${day}T03:00Z`);
  const names = [`${day}:part`];
  const receiptUntil = instantOf(Date.parse(takenAt) + 86_400_000);
  return {
    id: day,
    store: "mlflow/database",
    takenAt,
    class: "daily",
    proven: true,
    receiptUntil,
    own: names,
    names,
    bytes,
  };
}

const input: ForecastInput = {
  backups: [taken("2026-11-20", 1200), taken("2026-11-19", 1100), taken("2026-11-18", 1000)],
  stores: ["mlflow/database", "keycloak/database"],
  schedules: [BackupSchedule.parse({ class: "daily", stores: ["mlflow/database"] })],
  retention: Retention.parse({}),
  rpoHours: () => 26,
  now,
};

test("a backup whose receipt is still worth something then is kept, however many hours that is configured to be", () => {
  const short = { ...input, retention: Retention.parse({ dailyDays: 5 }) };
  const keptBy = (receiptHours?: number) =>
    forecast(receiptHours === undefined ? short : { ...short, receiptHours }, at("2026-12-20T12:00Z")).kept.length;

  assert.deepEqual([keptBy(), keptBy(24), keptBy(240)], [5, 5, 10]);
});

test("of a daily and a weekly backup at one moment each is kept as long as its own class", () => {
  const schedules = [BackupSchedule.parse({ class: "daily" }), BackupSchedule.parse({ class: "weekly" })];
  const { kept } = forecast({ ...input, backups: [], stores: ["mlflow/database"], schedules }, at("2026-12-25T12:00Z"));
  const taken = (of: string) =>
    kept.flatMap(({ backup }) => (backup.class === of ? [backup.takenAt.slice(0, 10)] : []));

  assert.deepEqual(taken("weekly"), ["2026-12-12", "2026-12-19"]);
  assert.equal(taken("daily").length, 30);
});

test("what a restore replaced is neither a store's newest nor tells how it grows, and takes room", () => {
  const safety: Sized = { ...taken("2026-11-21", 9), class: "before-restore" };
  const unscheduled = { ...input, schedules: [], now: at("2026-11-21T12:00Z") };
  const on = at("2026-11-22T12:00Z");
  const without = forecast(unscheduled, on).stores.find(({ store }) => store === safety.store);
  const found = forecast({ ...unscheduled, backups: [safety, ...input.backups] }, on).stores.find(
    ({ store }) => store === safety.store,
  );
  assert.deepEqual(found, { ...without, bytes: (without?.bytes ?? 0) + 9 });
  assert.equal(found?.newest, at("2026-11-20T03:00Z"));
});

test("on a day ahead the schedule's backups are there, as large as the trend says, and the old ones are gone", () => {
  const { stores, removed, kept, bytes } = forecast(input, at("2026-12-20T12:00Z"));
  const [keycloak, mlflow] = stores;
  assert.deepEqual(
    removed.map(({ backup }) => backup.id),
    ["2026-11-20", "2026-11-19", "2026-11-18"],
  );
  assert.equal(kept.length, 30);
  assert.deepEqual(
    [mlflow?.newest, mlflow?.ageHours, mlflow?.worstHours, mlflow?.meets],
    [at("2026-12-20T03:00Z"), 9, 24, true],
  );
  assert.equal(mlflow?.growsByBytes, 100);
  assert.equal(
    bytes,
    Array.from({ length: 30 }, (_, day) => 1200 + 100 * (day + 1)).reduce((a, b) => a + b),
  );
  assert.deepEqual(
    [keycloak?.newest, keycloak?.meets, keycloak?.bytes],
    [undefined, false, undefined],
    "nothing backs it up",
  );
});

test("without a schedule the point that can be reached moves away day by day, and the last proven backup stays", () => {
  const { stores, kept } = forecast({ ...input, schedules: [] }, at("2027-03-20T12:00Z"));
  assert.equal(stores[1]?.meets, false);
  assert.equal(stores[1]?.ageHours, 120 * 24 + 9);
  assert.deepEqual(
    kept.map(({ backup }) => backup.id),
    ["2026-11-20"],
  );
});

test("of a store that has no backup yet everything could be lost, whatever its schedule will take", () => {
  const { stores } = forecast({ ...input, backups: [] }, at("2026-12-20T12:00Z"));
  const mlflow = stores.find(({ store }) => store === "mlflow/database");
  assert.deepEqual([mlflow?.newest, mlflow?.worstHours, mlflow?.meets], [at("2026-12-20T03:00Z"), undefined, false]);
});

test("of turns that nobody was there for, the last one is made up", () => {
  const turns = turnsOf(BackupSchedule.parse({ class: "daily", on: "02:30", zone: "Europe/Paris" }));
  assert.equal(lastTurn(turns, at("2026-11-15T12:00Z"), now), at("2026-11-20T01:30Z"));
  assert.equal(lastTurn(turns, at("2026-11-20T01:30Z"), now), undefined);
  const weekly = turnsOf(BackupSchedule.parse({ class: "weekly" }));
  assert.equal(lastTurn(weekly, at("2026-11-10T00:00Z"), now), at("2026-11-14T03:00Z"));
});

test("a schedule keeps its name as long as it means the same", () => {
  const one = turnsOf(BackupSchedule.parse({ class: "daily", stores: ["a/b", "c/d"] }));
  const same = turnsOf(BackupSchedule.parse({ class: "daily", every: "day", on: "03:00", stores: ["c/d", "a/b"] }));
  assert.equal(one.id, same.id);
  assert.notEqual(one.id, turnsOf(BackupSchedule.parse({ class: "daily", on: "04:00", stores: ["a/b", "c/d"] })).id);
});
