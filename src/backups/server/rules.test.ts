import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { lookOfState } from "./look.ts";
import { backupRules } from "./rules.ts";
import type { BackupState } from "./state.ts";
import { notMade } from "./unseen.ts";

const nothing: BackupState = {
  environment: "production",
  production: true,
  isDeclared: true,
  now: "2026-11-20T12:00:00.000Z" as BackupState["now"],
  seenAt: "2026-11-20T12:00:00.000Z" as BackupState["now"],
  unseen: undefined,
  stores: [],
  disposable: [],
  foreign: [],
  forgotten: [],
  failed: [],
  gone: [],
  check: undefined,
  soundAt: undefined,
  checkEveryHours: 24,
  second: undefined,
  drills: [],
  removal: undefined,
};

/** What is null there is left out of the state. */
function stateOf(text: string): BackupState {
  const given = Object.entries(parse(text) as object).map(([name, value]) => [name, value ?? undefined]);
  return { ...nothing, ...(Object.fromEntries(given) as Partial<BackupState>) };
}

for (const rule of backupRules) {
  for (const { name, files } of rule.examples.failing)
    test(`${rule.id} finds: ${name}`, () => {
      const { findings } = lookOfState(stateOf(files["state.yaml"] ?? ""), []);
      assert.deepEqual(
        findings.map((one) => one.rule),
        [rule.id],
      );
    });
  for (const { name, files } of rule.examples.passing)
    test(`${rule.id} does not find: ${name}`, () => {
      assert.deepEqual([...rule.check(stateOf(files["state.yaml"] ?? ""))], []);
    });
}

test("where nothing was ever backed up that is one finding, and no more than one store without a backup is told by itself", () => {
  const found = (text: string) =>
    lookOfState(stateOf(text), []).findings.map(({ rule, subject }) => `${rule} ${subject}`);
  const none = "{ store: a/b, rpoHours: 26 }, { store: c/d, rpoHours: 26 }";

  assert.deepEqual(found(`stores: [${none}]`), ["backup-too-old environment/production"]);
  assert.deepEqual(found(`stores: [${none}, { store: e/f, rpoHours: 26, ageHours: 1 }]`), [
    "backup-too-old store/a/b",
    "backup-too-old store/c/d",
  ]);
});

test("how long damage can have been there before it was found is said", () => {
  const [failing] = backupRules.find(({ id }) => id === "backup-repository-damaged")?.examples.failing ?? [];
  const { findings } = lookOfState(stateOf(failing?.files["state.yaml"] ?? ""), []);
  assert.match(findings[0]?.message ?? "", /at most 24 hours after it was done/);
});

test("a recovery point whose own checks failed is found as one, with what proves another", () => {
  const point = 'failed: [{ backup: point-1, provenAt: "2026-11-20T11:00:00.000Z" }]';
  const [finding] = lookOfState(stateOf(point), []).findings;
  assert.deepEqual([finding?.rule, finding?.subject], ["backup-proof-failed", "point/point-1"]);
  assert.match(finding?.message ?? "", /do not belong together.*failed at/);
  assert.match(finding?.fix ?? "", /`millwright backup run --environment production --prove`/);
});

test("a repository that could never be opened is found, and one that was not looked at yet is not", () => {
  const found = (unseen: string) =>
    lookOfState({ ...nothing, seenAt: undefined, unseen }, []).findings.map((one) => [
      one.rule,
      one.severity,
      one.message,
    ]);
  assert.deepEqual(found("wrong key"), [
    ["backup-repository-unopened", "high", "The repository of production was never opened: wrong key."],
  ]);
  assert.deepEqual(found("it was not looked at yet"), []);
});

test("one that was never made is found and no incident; one that was seen and is made no more is gone", () => {
  const found = (state: Partial<BackupState>) => {
    const { findings, unknown } = lookOfState({ ...nothing, unseen: notMade, ...state }, []);
    return [...findings.map(({ rule, fix }) => [rule, fix.includes("backup init")]), unknown.length];
  };
  assert.deepEqual(found({ seenAt: undefined }), [["backup-repository-not-made", true], 0]);
  const seenAt = "2026-11-20T10:00:00.000Z" as BackupState["now"];
  assert.deepEqual(found({ seenAt }), [["backup-repository-unopened", false], 1]);
  const isIncident = (id: string) => backupRules.find((rule) => rule.id === id)?.incident;
  assert.deepEqual([isIncident("backup-repository-not-made"), isIncident("backup-repository-unopened")], [false, true]);
});

test("a second repository that does not answer closes nothing of it, and what nobody can verify is asked", () => {
  const look = lookOfState(stateOf("second: { kind: unknown, words: no such host }"), []);
  assert.ok(!look.ran.has("backup-second-failed") && !look.ran.has("backup-second-late"));
  assert.match(look.unknown[0]?.why ?? "", /no such host/);

  const folder = "immutable: { kind: unknown, words: a folder cannot say, howToLearn: Look there. }";
  const unverified = lookOfState(stateOf(`second: { kind: current, words: all, ${folder} }`), []);
  assert.deepEqual(unverified.findings, []);
  assert.ok(unverified.ran.has("backup-second-late") && !unverified.ran.has("backup-second-changeable"));
  assert.match(unverified.unknown[0]?.why ?? "", /a folder cannot say/);
});

test("a drill is late a week after its turn, and not sooner", () => {
  const due = (at: string) =>
    lookOfState(stateOf(`drills: [{ scope: one, from: first, dueAt: "${at}" }]`), []).findings.length;
  assert.deepEqual(
    [due("2026-11-13T12:00:00.000Z"), due("2026-11-13T11:59:00.000Z"), due("2026-12-01T00:00:00.000Z")],
    [0, 1, 0],
  );
});

test("a repository that does not answer closes nothing, and is asked about", () => {
  const look = lookOfState({ ...nothing, unseen: "connection refused" }, []);
  assert.deepEqual(
    [...look.ran],
    ["backup-repository-unopened", "backup-repository-not-made", "backup-store-forgotten", "backup-foreign-unfit"],
  );
  assert.match(look.unknown[0]?.why ?? "", /connection refused/);
});

test("an environment of which no backups are declared is one finding that names what it keeps; one that keeps nothing is none", () => {
  const forgotten = ["a/database", "b/data"].map((store) => ({
    component: store.slice(0, 1),
    store,
    title: "its data",
    heldBy: [{ kind: "files" }] as const,
  }));
  const given = { ...nothing, isDeclared: false, seenAt: undefined };
  const found = (state: Partial<BackupState>) =>
    lookOfState({ ...given, ...state }, []).findings.map((one) => [one.rule, one.severity, one.subject, one.message]);

  assert.deepEqual(found({ forgotten: [] }), []);
  assert.deepEqual(found({ forgotten }), [
    [
      "backup-store-forgotten",
      "high",
      "environment/production",
      "No backups of production are declared, and nobody declared that it may be lost: a/database (its data), b/data (its data).",
    ],
  ]);
  assert.equal(found({ forgotten, production: false })[0]?.[1], "medium");
});
