import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { openBackups } from "../../edge/backups.ts";
import { answerApproval } from "../../engine/approve.ts";
import { attemptsOf } from "../../engine/store.ts";
import { ben } from "../../engine/test-support.ts";
import { SystemError } from "../../kernel/errors.ts";
import { Retention } from "../../platform/backup-schedule.ts";
import { keepRemoval, type Removal } from "../removal/record.ts";
import { readRecord, recordsIn, writeRecord } from "../repository/records.ts";
import { Repository } from "../repository/restic.ts";
import { tagsOf } from "../repository/tags.ts";
import { callsFor } from "./config.ts";
import { startDueRemoval } from "./due-removal.ts";
import { lookOfState } from "./look.ts";
import { heldBackups, knownBackups } from "./read.ts";
import { buried, startAhead } from "./removal-process.test-support.ts";
import { readRemovals } from "./removals.ts";
import { backupBench, canary } from "./server.test-support.ts";
import { backupState } from "./state.ts";
import { supersedeFailed } from "./supersede.ts";

const environment = "staging";
/** What the next removal of the runner meets. */
let kill: ((args: readonly string[]) => Promise<void>) | undefined;

const bench = await backupBench("", (runner) => ({
  async call(call) {
    if (kill !== undefined && call.args.includes("--yes")) {
      const killed = kill;
      kill = undefined;
      await killed(call.args);
      throw new SystemError("the backup runner was killed", "retry");
    }
    return runner.call(call);
  },
}));
after(() => bench.store.close());
bench.policy = { ...bench.policy, approval: () => true, secondPerson: () => false };

const at = join(bench.folder, "repository");
const { ports } = openBackups(process.env);
const repository = new Repository({ repository: at, password: canary, environment: {} }, ports);
const { signal } = new AbortController();
const whose = { installation: "acme", environment };

/** Takes and proves one; its id. */
async function backUp(): Promise<string> {
  await bench.call("backup", "run", "-o", "jsonl");
  await bench.look();
  const [newest] = await knownBackups(bench.store, {});
  assert.equal(newest?.told?.verdict, "proven");
  return newest.row.id;
}

/** What a run that was killed leaves. */
async function leaveDebris(name: string): Promise<string> {
  const tags = tagsOf({
    ...whose,
    part: "part",
    backup: `mlflow-database-20261101T030000Z-${name}`,
    store: "mlflow/database",
  });
  await repository.record("dump", tags, `${name} left this`, signal);
  return (await repository.snapshots()).find((one) => one.tags.some((tag) => tag.endsWith(name)))?.id ?? "";
}

/** What the server does each minute, with the removal's turn. */
async function tick(retention = Retention.parse({})): Promise<string | undefined> {
  const { store } = bench;
  const now = bench.ports.now();
  const calls = callsFor(bench.binding, environment, signal);
  await bench.look();
  await readRemovals(store, environment, now, (id) => calls.removal(id));
  const holds = await heldBackups(store, environment);
  const starting = { policy: bench.policy, record: bench.ports.record };
  const started = await startDueRemoval(store, starting, { environment, retention }, now, () =>
    calls.showPrune(holds, { quick: true }),
  );
  await supersedeFailed(store, { ...starting, holders: [] }, environment, now);
  await bench.settle();
  return started;
}

async function findings(rule: "backup-gone" | "backup-removal-overdue" = "backup-gone"): Promise<readonly string[]> {
  const [declared] = bench.binding.config().environments;
  assert.ok(declared);
  const state = await backupState(bench.store, declared, { production: false, expected: [], now: bench.ports.now() });
  return lookOfState(state, [])
    .findings.filter((one) => one.rule === rule)
    .map(({ message }) => message);
}

async function agree(id: string): Promise<void> {
  const { digest } = await bench.show(id);
  await answerApproval(bench.deciding(ben), bench.policy, id, { digest, approved: true, reason: undefined });
  await bench.settle();
}

const [first, second] = [await backUp(), await backUp()];
let run = "";

test("nothing is started before its turn, nor by hand, nor in mode observe", async () => {
  assert.equal(await tick(), undefined, "a schedule that is new begins with its next turn");
  bench.ahead(40);
  assert.equal(await tick(Retention.parse({ every: "by-hand" })), undefined);
  const { policy } = bench;
  bench.policy = { ...policy, mode: "observe" };
  assert.equal(await tick(), undefined);
  bench.policy = policy;
});

test("at its turn a run names each backup and what interrupted runs left, says how much that frees, and waits", async () => {
  const debris = await leaveDebris("dead0001");
  run = (await tick()) ?? "";
  const { state, waitsFor, plan } = await bench.show(run);
  assert.deepEqual([state, waitsFor], ["waiting", "approval"]);
  assert.deepEqual(
    plan.steps.map(({ name }) => name),
    ["show", "approve", "prune"],
  );
  const [shown] = await attemptsOf(bench.store, run);
  assert.match(
    shown?.message ?? "",
    /^To be removed: 1 backup, 1 recovery point, 1 snapshot of debris; [\d.]+ kB are freed\.$/,
  );
  const evidence = JSON.stringify(shown?.evidence);
  assert.ok(evidence.includes(first) && evidence.includes(debris) && !evidence.includes(second), evidence);
  assert.equal((await knownBackups(bench.store, {})).length, 2, "nothing is removed yet");
});

test("a removal that waits is not started twice; a newer turn with another plan takes its place", async () => {
  assert.equal(await tick(), undefined);
  bench.ahead(7);
  assert.equal(await tick(), undefined, "the same plan waits already");
  assert.equal((await bench.show(run)).waitsFor, "approval");

  await leaveDebris("dead0002");
  bench.ahead(7);
  const newer = (await tick()) ?? "";
  assert.notEqual(newer, "");
  const old = await bench.show(run);
  assert.deepEqual([old.state, old.reason], ["aborted", `The run ${newer} took its place, before anybody decided.`]);
  assert.equal((await bench.show(newer)).waitsFor, "approval");
  const [finding] = await findings("backup-removal-overdue");
  assert.match(finding ?? "", new RegExp(`^A removal waits .* 14 days; the newest is the run ${newer}`));
  run = newer;
});

test("killed between the seals and the parts nothing looks whole, and it is gone on with: all goes, its room is freed", async () => {
  const { backups } = JSON.parse(await bench.call("backup", "list", "-o", "json")) as {
    readonly backups: readonly { readonly id: string; readonly manifest: string; readonly parts: readonly string[] }[];
  };
  const going = backups.find(({ id }) => id === first);
  assert.ok(going);
  const isThere = (snapshot: string): boolean => existsSync(join(at, "snapshots", snapshot));
  let isBetween = false;
  kill = async (args) => {
    const aheadMillis = Date.parse(bench.ports.now()) - Date.now();
    const child = startAhead(
      { folder: bench.folder, args: [...args, "--environment", environment], aheadMillis },
      canary,
    );
    const ended = once(child, "close");
    while (isThere(going.manifest) && child.exitCode === null) await new Promise((soon) => setTimeout(soon, 2));
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await ended;
    await buried(child.pid ?? 0);
    isBetween = !isThere(going.manifest) && going.parts.every(isThere);
  };
  await agree(run);
  assert.ok(isBetween, "it was killed too late, or never began");
  await bench.look();
  assert.deepEqual(
    (await knownBackups(bench.store, {})).map(({ row }) => row.id),
    [second],
  );
  assert.deepEqual(await findings(), [], "what a run removes did not go behind our back");

  for (let tries = 0; tries < 5 && (await bench.show(run)).state === "waiting"; tries += 1) {
    bench.later(900);
    await bench.settle();
  }
  assert.equal((await bench.show(run)).state, "done", (await bench.show(run)).reason ?? "");
  const removed = (await attemptsOf(bench.store, run)).at(-1);
  assert.match(removed?.message ?? "", /^Removed 1 backup, .*snapshots of debris; [\d.]+ kB were freed\.$/);
  assert.ok(!going.parts.some(isThere));
  const left = JSON.parse(await bench.call("backup", "list", "-o", "json")) as {
    readonly backups: readonly { readonly id: string }[];
    readonly debris: readonly unknown[];
  };
  assert.deepEqual([left.backups.map(({ id }) => id), left.debris], [[second], []]);
  assert.deepEqual(await repository.check(true), []);
  assert.deepEqual(await repository.prune(), { bytes: 0, stuck: 0 }, "nothing that nobody uses is left");
  assert.equal(await tick(), undefined);
});

test("what was removed by hand is written down, and did not go behind our back", async () => {
  const third = await backUp();
  await bench.look();
  assert.match(
    await bench.call("backup", "prune", "--yes", "--why", "the disk is full"),
    new RegExp(`Removed:\n +${second}`),
  );
  await tick();
  assert.deepEqual(await findings(), []);
  const known = await knownBackups(bench.store, { gone: true });
  assert.match(known.find(({ row }) => row.id === second)?.row.removed_by ?? "", /^removal-/);
  assert.deepEqual(
    known.filter(({ row }) => row.gone_at === null).map(({ row }) => row.id),
    [third],
  );
});

test("a removal that somebody forged who may write there excuses nothing, and is named; nor does one of long ago", async () => {
  const [newest] = await knownBackups(bench.store, {});
  const { id = "", store = "" } = newest?.row ?? {};
  const [record] = recordsIn(await repository.snapshots(), "removal");
  assert.ok(record);
  const { removal } = JSON.parse(await readRecord(repository, record)) as { readonly removal: object };
  const forged = { ...removal, id: "removal-forged", by: "mallory@laptop", backups: [{ id, store, why: [] }] };
  const now = bench.ports.now();
  const written = { kind: "removal" as const, id: forged.id, at: now, verdict: "signed" };
  await writeRecord(repository, written, whose, { removal: forged }, signal);
  const seal = (await repository.snapshots()).find(
    ({ tags }) => tags.includes("part:seal") && tags.includes(`backup:${id}`),
  );
  assert.ok(seal);
  await repository.forget([seal.id]);
  await tick();
  const [finding, ...more] = await findings();
  assert.deepEqual(more, []);
  assert.match(finding ?? "", / A removal by mallory@laptop that is written down there is not signed/);
});

test("one that was begun and broken off excuses what goes within a day, and nothing after", async () => {
  const begun = { ...bench.ports };
  const fourth = await backUp();
  await backUp();
  await tick();
  const goes = async (): Promise<boolean> => (await findings()).some((words) => words.includes(fourth));
  const pem = readFileSync(join(bench.folder, "key.pem"), "utf8");
  const removal: Removal = {
    schema: "millwright/removal/1",
    id: "removal-broken-off",
    ...whose,
    repository: (await repository.id()) ?? "",
    at: begun.now(),
    by: "ben@desk",
    backups: [{ id: fourth, store: "mlflow/database", why: [] }],
    points: [],
    packs: 0,
    debris: [],
  };
  await keepRemoval(repository, removal, pem, signal);
  bench.ahead(2);
  await tick();
  assert.equal(await goes(), false, "it is there");
  const seal = (await repository.snapshots()).find(
    ({ tags }) => tags.includes("part:seal") && tags.includes(`backup:${fourth}`),
  );
  await repository.forget([seal?.id ?? ""]);
  await tick();
  assert.equal(await goes(), true);
});

test("what went behind our back while a removal that names it waited stays found once that is done", async () => {
  const fifth = await backUp();
  await backUp();
  bench.ahead(40);
  const waiting = (await tick()) ?? "";
  const { state, waitsFor, arguments: given } = await bench.show(waiting);
  assert.deepEqual([state, waitsFor], ["waiting", "approval"]);
  assert.ok((given["remove"] as readonly string[]).includes(fifth));
  const seal = (await repository.snapshots()).find(
    ({ tags }) => tags.includes("part:seal") && tags.includes(`backup:${fifth}`),
  );
  await repository.forget([seal?.id ?? ""]);
  await agree(waiting);

  const done = await bench.show(waiting);
  assert.equal(done.state, "done", done.reason ?? "");
  const evidence = (await attemptsOf(bench.store, waiting)).at(-1)?.evidence;
  assert.deepEqual(evidence?.["gone"], [fifth]);
  assert.ok(!JSON.stringify(evidence?.["removed"]).includes(fifth));
  assert.ok((await findings()).some((words) => words.includes(fifth)));
});
