import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { instantOf } from "../../kernel/instant.ts";
import { backupClasses, Retention } from "../../platform/backup-schedule.ts";
import { type Candidate, keep } from "./keep.ts";

const day = 86_400_000;
const now = instantOf(Date.UTC(2026, 10, 20, 12));

function backup(ageDays: number, more: Partial<Candidate> = {}): Candidate {
  const takenAt = instantOf(Date.parse(now) - ageDays * day);
  const id = more.id ?? `${more.store ?? "mlflow/database"}-${ageDays}`;
  return {
    id,
    store: "mlflow/database",
    takenAt,
    class: "daily",
    proven: true,
    receiptUntil: instantOf(Date.parse(takenAt) + day),
    own: [`${id}:manifest`, `${id}:part`],
    names: [`${id}:manifest`, `${id}:part`],
    ...more,
  };
}

const policy = Retention.parse({});

function ids(list: readonly { readonly backup: Candidate }[]): readonly string[] {
  return list.map(({ backup: { id } }) => id);
}

test("guide A's numbers hold where nothing is said", () => {
  assert.deepEqual(policy, { dailyDays: 30, weeklyDays: 14, byHandDays: 30 });
  const all = [
    backup(0.1),
    backup(30, { id: "daily at its limit" }),
    backup(30.1, { id: "daily beyond" }),
    backup(14, { id: "weekly at its limit", class: "weekly" }),
    backup(14.1, { id: "weekly beyond", class: "weekly" }),
    backup(400, { id: "before an upgrade", class: "before-upgrade" }),
  ];
  assert.deepEqual(ids(keep(all, policy, now).removed), ["daily beyond", "weekly beyond"]);
});

test("the last proven backup stays, however old, while newer ones are not proven", () => {
  const all = [backup(1, { proven: false }), backup(90), backup(91)];
  const { kept, removed } = keep(all, policy, now);
  assert.deepEqual(ids(removed), ["mlflow/database-91"]);
  assert.deepEqual(kept[1]?.why, ["the last proven backup of mlflow/database"]);
});

test("what a restore replaced takes the place of no other: a store's own newest and last proven stay beside it", () => {
  const safety = backup(1, { id: "safety", class: "before-restore" });
  const all = [safety, backup(90, { proven: false }), backup(91), backup(92)];
  const { kept, removed } = keep(all, policy, now);
  assert.deepEqual(ids(removed), ["mlflow/database-92"]);
  assert.deepEqual(
    kept.map(({ backup: { id }, why }) => [id, why[0]]),
    [
      ["safety", "the newest backup of mlflow/database"],
      ["mlflow/database-90", "the newest backup of mlflow/database"],
      ["mlflow/database-91", "the last proven backup of mlflow/database"],
    ],
  );
});

test("what a restore replaced goes when it is as old as those by hand, however alone it is proven; the last of a store stays", () => {
  const safety = backup(31, { id: "safety", class: "before-restore" });
  assert.deepEqual(ids(keep([backup(1), safety], policy, now).removed), ["safety"]);
  assert.deepEqual(ids(keep([safety], policy, now).removed), []);
});

test("where no backup is proven, the newest that no proof found spoiled stays beside a newer one that is", () => {
  const unknown = { proven: false };
  const all = [backup(1, { ...unknown, spoiled: true }), backup(50, unknown), backup(60, unknown)];
  const { kept, removed } = keep(all, policy, now);
  assert.deepEqual(ids(removed), ["mlflow/database-60"]);
  assert.match(
    kept[1]?.why[0] ?? "",
    /the newest backup of mlflow\/database of which no proof says that it is spoiled/,
  );

  const gfs = Retention.parse({ gfs: { monthly: 2 } });
  const lastMonth = [backup(25, { ...unknown, spoiled: true }), backup(26, unknown)];
  assert.deepEqual(ids(keep([backup(1), ...lastMonth], gfs, now).removed), ["mlflow/database-25"]);
});

test("what a waiting run names stays until the run has ended", () => {
  const all = [backup(1), backup(50), backup(60)];
  const holds = new Map([["mlflow/database-60", "run 0123 waits with its receipt"]]);
  assert.deepEqual(ids(keep(all, policy, now, holds).removed), ["mlflow/database-50"]);
});

test("a backup from the future stops every removal", () => {
  const { removed, refused } = keep([backup(-0.001), backup(100), backup(200)], policy, now);
  assert.deepEqual(removed, []);
  assert.match(refused ?? "", /yet to come: a clock was set back/);
});

test("a pack that a kept manifest names stays when its own backup goes", () => {
  const old = backup(60, { id: "old" });
  const young = backup(1, { names: ["old:part", "young:part"] });
  const [only] = keep([young, old], policy, now).removed;
  assert.deepEqual(only?.snapshots, ["old:manifest"]);
  assert.deepEqual(only?.left, ["old:part"]);
});

test("grandfather, father, son: one for each period, the proven one before a newer one that is not", () => {
  const gfs = Retention.parse({ gfs: { daily: 2, weekly: 2 } });
  const all = [
    backup(0.1),
    backup(0.2, { id: "same day", receiptUntil: now }),
    backup(1, { id: "yesterday, not proven", proven: false }),
    backup(1.2, { id: "yesterday, proven" }),
    backup(2),
    backup(9, { id: "last week" }),
    backup(16, { id: "the week before" }),
  ];
  assert.deepEqual(ids(keep(all, gfs, now).removed), [
    "same day",
    "yesterday, not proven",
    "mlflow/database-2",
    "the week before",
  ]);
});

const anyBackup = fc.record({
  ageDays: fc.double({ min: 0, max: 800, noNaN: true }),
  store: fc.constantFrom("mlflow/database", "gitlab/repositories", "keycloak/database"),
  class: fc.constantFrom(...backupClasses),
  verdict: fc.constantFrom("proven", "failed", "sampled", undefined),
  packs: fc.array(fc.nat(30), { maxLength: 4 }),
});

const anyPolicy = fc.record({
  dailyDays: fc.integer({ min: 1, max: 60 }),
  weeklyDays: fc.integer({ min: 1, max: 60 }),
  byHandDays: fc.integer({ min: 1, max: 60 }),
  gfs: fc.option(fc.record({ daily: fc.nat(9), weekly: fc.nat(9), monthly: fc.nat(9), yearly: fc.nat(9) }), {
    nil: undefined,
  }),
});

const anyCase = fc.tuple(fc.array(anyBackup, { maxLength: 25 }), anyPolicy, fc.array(fc.nat(30), { maxLength: 4 }));

function cast([drafts, drawn, held]: typeof anyCase extends fc.Arbitrary<infer T> ? T : never) {
  const all = drafts.map(({ ageDays, packs, verdict, ...rest }, index) =>
    backup(ageDays, {
      ...rest,
      proven: verdict === "proven",
      spoiled: verdict === "failed",
      id: `b${index}`,
      names: [`b${index}:manifest`, ...packs.map((one) => `b${one}:part`)],
    }),
  );
  return { all, drawn: drawn as Retention, holds: new Map(held.map((one) => [`b${one}`, "a waiting run"])) };
}

test("whatever the policy: each backup is either kept or removed, with a reason", () => {
  fc.assert(
    fc.property(anyCase, (drawn) => {
      const { all, drawn: rules, holds } = cast(drawn);
      const { kept, removed } = keep(all, rules, now, holds);
      assert.deepEqual([...ids(kept), ...ids(removed)].toSorted(), all.map(({ id }) => id).toSorted());
      for (const { why } of [...kept, ...removed]) assert.notEqual(why[0], "");
    }),
  );
});

test("whatever the policy: no store loses its last proven backup, a valid receipt its backup, a run what it waits with", () => {
  fc.assert(
    fc.property(anyCase, (drawn) => {
      const { all, drawn: rules, holds } = cast(drawn);
      const gone = new Set(ids(keep(all, rules, now, holds).removed));
      for (const [, of] of Map.groupBy(all, ({ store }) => store)) {
        const proven = of.filter((one) => one.proven).toSorted((a, b) => b.takenAt.localeCompare(a.takenAt));
        if (proven[0] !== undefined) assert.ok(!gone.has(proven[0].id), "the last proven one");
        assert.ok(
          of.some(({ id }) => !gone.has(id)),
          "a store keeps something",
        );
        const sound = of.filter(({ spoiled }) => spoiled !== true);
        assert.ok(sound.length === 0 || sound.some(({ id }) => !gone.has(id)), "one that may be restorable");
      }
      for (const one of all) {
        if (one.proven && now < one.receiptUntil) assert.ok(!gone.has(one.id), "a valid receipt");
        if (holds.has(one.id)) assert.ok(!gone.has(one.id), "a waiting run");
        if (one.class === "before-upgrade") assert.ok(!gone.has(one.id), "before an upgrade");
      }
    }),
  );
});

test("whatever the policy: nothing that a kept manifest names is removed", () => {
  fc.assert(
    fc.property(anyCase, (drawn) => {
      const { all, drawn: rules, holds } = cast(drawn);
      const { kept, removed } = keep(all, rules, now, holds);
      const gone = new Set(removed.flatMap(({ snapshots }) => snapshots));
      for (const { backup: one } of kept) assert.ok(one.names.every((name) => !gone.has(name)));
    }),
  );
});

test("whatever is removed once, nothing more is removed the moment after", () => {
  fc.assert(
    fc.property(anyCase, (drawn) => {
      const { all, drawn: rules, holds } = cast(drawn);
      const { kept } = keep(all, rules, now, holds);
      const again = keep(
        kept.map(({ backup: one }) => one),
        rules,
        now,
        holds,
      );
      assert.deepEqual(again.removed, []);
    }),
  );
});

test("whatever the policy: any backup of the future keeps them all", () => {
  fc.assert(
    fc.property(anyCase, fc.integer({ min: 1, max: 1e9 }), (drawn, ahead) => {
      const { all, drawn: rules, holds } = cast(drawn);
      const future = backup(-ahead / day, { id: "future", takenAt: instantOf(Date.parse(now) + ahead) });
      assert.deepEqual(keep([...all, future], rules, now, holds).removed, []);
    }),
  );
});
