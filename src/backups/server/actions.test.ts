import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActionContext } from "../../engine/action.ts";
import type { BackupRunner } from "../../kernel/backup-runner.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { Backups } from "../../platform/server-backups.ts";
import { testStore } from "../../store/test-support.ts";
import { backupActions } from "./actions.ts";
import { keepListed } from "./mirror.ts";
import { backupProcedures } from "./procedures.ts";
import { backupState } from "./state.ts";

const environment = "production";
const url = "env:URL";
const config = Backups.parse({
  environments: [
    {
      environment,
      repository: "/srv/backups",
      key: "env:KEY",
      stores: [{ component: "mlflow", kind: "postgresql", url }],
    },
  ],
});
const { environments } = config;
const store = await testStore();
const at = (minute: number): Instant => instantOf(Date.UTC(2026, 10, 20, 9, minute));

const proof = (verdict: string, minute: number) => ({
  snapshot: `${verdict}-${minute}`,
  provenAt: at(minute),
  verdict,
  digest: "d",
});
const common = { takenAt: at(0), bytes: 1, digest: "d", run: "run-1/take", proofs: [proof("proven", 1)] };
const backup = {
  ...common,
  id: "mlflow-1",
  store: "mlflow/database",
  kind: "postgresql",
  class: "by-hand" as const,
  point: "point-1",
};
const point = { ...common, id: "point-1", fence: "unfenced" as const, class: "by-hand" };
const listedWith = (points: readonly (typeof point)[], backups = [backup]) => ({
  backups,
  points: [...points],
  debris: [],
  drills: [],
  removals: [],
  others: 0,
});

const made = { kind: "outcome", store: "mlflow/database", outcome: "backed-up", backup: "mlflow-1", bytes: 1 };

const context: ActionContext = {
  runId: "run-1",
  mark: "run-1/take",
  environment,
  attempt: 1,
  startedAt: at(0),
  now: () => at(5),
  signal: new AbortController().signal,
  log: () => undefined,
  fence: async () => undefined,
};

/** What a step that backs up and proves came to, by these lines of the runner. */
async function taken(lines: readonly object[], proved: string[] = [], before = listedWith([], [])) {
  const runs: (readonly string[])[] = [];
  const runner: BackupRunner = {
    call: async ({ args, onLine }) => {
      if (args[1] === "list") return { code: 0, output: JSON.stringify(before), errors: "" };
      if (args[1] === "prove") {
        proved.push(args[2] ?? "");
        return { code: 0, output: JSON.stringify({ verdict: { kind: "proven" } }), errors: "" };
      }
      runs.push(args);
      for (const line of lines) onLine?.(line);
      return { code: 0, output: "", errors: "" };
    },
  };
  const [take] = backupActions({ store, config: () => config, runner });
  return { done: await take?.alreadyDone?.(context, {}), outcome: await take?.run(context, {}), runs };
}

test("what was to be proven and was not is no success, whatever the runner's lines leave out", async () => {
  const { outcome } = await taken([
    { ...made, proofWhy: ["no PostgreSQL server is installed here"] },
    { kind: "point", point: "point-1", proofWhy: ["no PostgreSQL server is installed here"] },
  ]);
  assert.equal(outcome?.kind, "failed");
  assert.match(outcome.message, /^mlflow\/database: it was backed up, and not proven: no PostgreSQL server/);
  assert.match(outcome.message, /the recovery point point-1: it was backed up, and not proven/);
});

test("a recovery point whose own checks failed is trouble, though each of its stores is proven", async () => {
  const proven = { ...made, proof: "proven" };
  const failed = {
    kind: "point",
    point: "point-1",
    proof: "failed",
    proofWhy: ["the artifacts of model a are not there"],
  };
  const { outcome } = await taken([proven, failed]);
  assert.deepEqual(
    [outcome?.kind, outcome?.message],
    ["failed", "the recovery point point-1: its proof is failed: the artifacts of model a are not there"],
  );
  assert.equal((await taken([proven, { ...failed, proof: "proven" }])).outcome?.kind, "done");
});

test("a run whose writers still stand still is trouble, however well its stores were backed up and proven", async () => {
  const proven = { proof: "proven", proofWhy: [] };
  const still = "the deployment mlops/mlflow still stands still and could not be given back: 403";
  const { outcome } = await taken([
    { ...made, ...proven },
    { kind: "point", point: "point-1", ...proven, notGivenBack: [still] },
  ]);
  assert.deepEqual([outcome?.kind, outcome?.message], ["failed", still]);
});

test("a retry gives back what its run still holds, or is no success and says the same: nothing is made again", async () => {
  const still = "the deployment mlops/mlflow still stands still and could not be given back: 403";
  const fenced = Backups.parse({
    environments: [
      {
        ...environments[0],
        key: "env:KEY",
        stores: [{ component: "mlflow", kind: "postgresql", url }],
        fence: { scaleDown: [{ namespace: "mlops", name: "mlflow" }] },
      },
    ],
  });
  const asked: (readonly string[])[] = [];
  const retry = async (left: readonly string[], using = fenced, code = left.length === 0 ? 0 : 1) => {
    const runner: BackupRunner = {
      async call({ args }) {
        if (args[1] === "list") return { code: 0, output: JSON.stringify(listedWith([point])), errors: "" };
        asked.push(args);
        return { code, output: JSON.stringify({ held: [], notGivenBack: left }), errors: "" };
      },
    };
    const [take] = backupActions({ store, config: () => using, runner });
    return { done: await take?.alreadyDone?.(context, {}), outcome: await take?.run(context, {}) };
  };
  const held = await retry([still]);
  assert.deepEqual(
    [held.done, held.outcome?.kind, held.outcome?.kind === "failed" && held.outcome.message],
    [undefined, "failed", still],
  );
  assert.deepEqual(held.outcome?.kind === "failed" && held.outcome.evidence?.["point"], {
    kind: "point",
    notGivenBack: [still],
  });
  const given = await retry([]);
  assert.deepEqual([given.done, given.outcome?.kind], [undefined, "done"]);
  const command = ["backup", "give-back", "--of", "run-1/take", "--yes", "-o", "json"];
  assert.deepEqual(asked, [command, command]);

  await retry([], config);
  assert.equal(asked.length, 2, "without a fence nothing is held");
});

test("a step whose point is not proven is not found done, and its next attempt proves the point", async () => {
  const proved: string[] = [];
  const open = await taken([], proved, listedWith([{ ...point, proofs: [proof("failed", 2)] }]));
  assert.deepEqual([open.done, open.outcome?.kind, proved], [undefined, "done", ["point-1"]]);
  assert.notEqual((await taken([], [], listedWith([point]))).done, undefined);
});

test("a run that was killed before its point was sealed is taken again as one point", async () => {
  const proven = { ...made, proof: "proven" };
  const line = { kind: "point", point: "point-2", proof: "proven" };
  const { done, outcome, runs } = await taken([proven, line], [], listedWith([]));
  assert.deepEqual([done, outcome?.kind, runs.length], [undefined, "done", 1]);
  assert.ok(!runs[0]?.includes("--store"), runs[0]?.join(" "));
  assert.equal((await taken([], [], listedWith([point]))).runs.length, 0);
});

test("packs alone are removed, and a removal that names nothing asks for none: unnamed it would be of all", async () => {
  const asked: (readonly string[])[] = [];
  const pack = "a".repeat(64);
  const freed = { bytes: 2_500_000, stuck: 0 };
  const runner = (stuck: number): BackupRunner => ({
    call: async ({ args }) => {
      if (args[1] !== "list") asked.push(args);
      const said =
        args[1] === "list"
          ? listedWith([])
          : { kept: [], removed: [], packs: [pack], done: { record: "removal-1", freed: { ...freed, stuck } } };
      return { code: 0, output: JSON.stringify(said), errors: "" };
    },
  });
  const pruneBy = (stuck: number) =>
    backupActions({ store, config: () => config, runner: runner(stuck) }).find(({ id }) => id === "backups/prune");
  const packs = { remove: [], packs: [pack] };
  assert.equal(await pruneBy(0)?.alreadyDone?.(context, packs), undefined);
  const outcome = await pruneBy(0)?.run(context, packs);
  assert.deepEqual([outcome?.kind, outcome?.message], ["done", "Removed 0 backups, 1 pack; 2.5 MB were freed."]);
  const command = ["backup", "prune", "-o", "json", "--yes", "--mark", "run-1/take", "--only", pack];
  assert.deepEqual(asked, [command]);

  const refused = await pruneBy(1000)?.run(context, packs);
  assert.equal(refused?.kind, "failed", "restic ends well where the store refuses to remove");
  assert.match(refused.message, /1\.0 kB that nothing uses any more could not be removed/);

  const nothing = { remove: [], packs: [] };
  await assert.rejects(async () => pruneBy(0)?.run(context, nothing), /names nothing/);
  assert.equal(asked.length, 2);
  const procedure = backupProcedures.find(({ id }) => id === "prune-backups");
  const debris = { debris: [pack] };
  assert.deepEqual(
    [packs, { packs: [pack] }, debris, nothing, {}].map((given) => procedure?.arguments.safeParse(given).success),
    [true, true, true, false, false],
  );
});

test("a point whose proof failed is a failure until a newer one is proven, and not besides that of its own backup", async () => {
  const failures = async (minute: number, ...listed: Parameters<typeof listedWith>) => {
    await keepListed(store, environment, listedWith(...listed), at(minute));
    const [declared] = environments;
    assert.ok(declared);
    const state = await backupState(store, declared, { production: true, expected: [], now: at(minute) });
    return state.failed.map((one) => one.backup);
  };
  const failed = { ...point, proofs: [proof("failed", 2)] };
  assert.deepEqual(await failures(10, [failed]), ["point-1"]);
  const newer = { ...point, id: "point-2", takenAt: at(3), proofs: [proof("unknown", 4)] };
  assert.deepEqual(await failures(11, [newer, failed]), ["point-1"]);
  assert.deepEqual(await failures(12, [{ ...newer, proofs: [proof("proven", 4)] }, failed]), []);
  const broken = { ...backup, proofs: [...backup.proofs, proof("failed", 2)] };
  assert.deepEqual(await failures(13, [failed], [broken]), ["mlflow-1"]);
  await store.close();
});
