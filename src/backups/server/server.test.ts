import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { sql } from "kysely";
import { answerApproval } from "../../engine/approve.ts";
import { startRun } from "../../engine/start-run.ts";
import { attemptsOf } from "../../engine/store.ts";
import { act, ada, ben } from "../../engine/test-support.ts";
import { instantOf } from "../../kernel/instant.ts";
import { lookOfState } from "./look.ts";
import { knownBackups } from "./read.ts";
import { type BackupBench, backupBench, canary } from "./server.test-support.ts";
import { backupState } from "./state.ts";
import { notMade } from "./unseen.ts";

const bench = await backupBench();
after(() => bench.store.close());
/** Puts back what a test took out of the repository. */
let putBack: () => void = () => assert.fail("nothing was taken");

async function start(procedure: string, given: unknown) {
  const wanted = { procedure, environment: "staging", arguments: given, requestedBy: ada };
  return startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
}

async function findings({ store, binding, ports }: BackupBench) {
  const [declared] = binding.config().environments;
  assert.ok(declared);
  const state = await backupState(store, declared, { production: false, expected: [], now: ports.now() });
  return lookOfState(state, []).findings.map(({ rule, message }) => [rule, message] as const);
}

/** Every table of the database in which a text stands. */
async function tablesWith(text: string): Promise<readonly string[]> {
  const all = await sql<{ readonly name: string }>`
    select table_name as name from information_schema.tables where table_schema = current_schema()`.execute(
    bench.store.tables(),
  );
  assert.ok(all.rows.length > 20, "the tables are seen");
  const found: string[] = [];
  for (const { name } of all.rows) {
    const { rows } = await sql`select 1 from ${sql.id(name)} t where t::text like ${`%${text}%`} limit 1`.execute(
      bench.store.tables(),
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

const needing = { receipt: { component: "mlflow", stores: [] } };

test("without a proven backup a step that can lose data does not start", async () => {
  const run = await bench.start([act("change", needing)]);
  await bench.settle();
  const { state, reason } = await bench.show(run.id);
  assert.equal(state, "waiting");
  assert.match(reason ?? "", /No receipt, no change. mlflow\/database: none of its backups is proven/);
  assert.deepEqual(bench.target.effects, []);
});

test("a run backs up, proves, shows the receipt, and says how far it is", async () => {
  const run = await start("back-up", {});
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done", (await bench.show(run.id)).reason ?? "");
  const attempts = await attemptsOf(bench.store, run.id);
  assert.deepEqual(
    attempts.map(({ message }) => message.slice(0, 30)),
    ["1 store backed up and proven.", "Receipts hold: mlflow/database"],
  );
  assert.notDeepEqual(attempts[0]?.log, []);
  const [known] = await knownBackups(bench.store, {});
  assert.equal(known?.told?.verdict, "proven");
  assert.equal(known?.row.mark, `${run.id}/take`);
  assert.ok(!JSON.stringify(attempts).includes(canary));
  assert.deepEqual(await tablesWith(canary), []);
});

test("nothing is found where all is backed up and proven", async () => {
  assert.deepEqual(await findings(bench), []);
});

test("what a worker that died had sealed is found by its mark and not made again", async () => {
  const run = await start("back-up", { prove: false });
  await bench.call("backup", "run", "--no-prove", "-o", "jsonl", "--mark", `${run.id}/take`);
  await bench.settle();
  const [taken] = await attemptsOf(bench.store, run.id);
  assert.equal(taken?.message, "Found done at the target.");
  await bench.look();
  assert.equal((await knownBackups(bench.store, {})).filter(({ row }) => row.mark === `${run.id}/take`).length, 1);
});

test("a backup that goes after somebody agreed stops the run before its effect, and is found gone", async () => {
  const approve = { name: "approve", title: "agree", kind: "approve" } as const;
  const run = await bench.start([approve, act("change", needing)]);
  await bench.settle();
  const { waitsFor, digest } = await bench.show(run.id);
  assert.equal(waitsFor, "approval");
  const [shown] = await attemptsOf(bench.store, run.id);
  const [receipt] = (shown?.evidence?.["receipts"] ?? []) as readonly { readonly backup: string }[];
  assert.ok(receipt);
  assert.match(await bench.call("backup", "prune", "--hold", receipt.backup), /Kept:/);

  const snapshots = JSON.parse(await bench.call("backup", "list", "-o", "json")) as {
    readonly backups: readonly { readonly id: string; readonly manifest: string }[];
  };
  const sealed = snapshots.backups.find(({ id }) => id === receipt.backup)?.manifest ?? "";
  const file = readdirSync(join(bench.folder, "repository", "snapshots")).find((name) => name.startsWith(sealed));
  assert.ok(file, "the snapshot's file");
  const path = join(bench.folder, "repository", "snapshots", file);
  const content = readFileSync(path);
  putBack = () => writeFileSync(path, content, { mode: 0o400 });
  rmSync(path);

  const agreed = { digest, approved: true, reason: undefined };
  await answerApproval(bench.deciding(ben), bench.policy, run.id, agreed);
  await bench.settle();
  const { state, reason } = await bench.show(run.id);
  assert.equal(state, "waiting");
  assert.match(reason ?? "", /No receipt, no change/);
  assert.deepEqual(bench.target.effects, []);

  await bench.look();
  const found = await findings(bench);
  assert.ok(
    found.some(([rule, message]) => rule === "backup-gone" && message.includes(receipt.backup)),
    JSON.stringify(found),
  );
});

test("with a fresh receipt that holds the step starts, and its evidence names it", async () => {
  putBack();
  await bench.look();
  assert.deepEqual(await findings(bench), [], "what is there again is not gone");
  const run = await bench.start([act("change", needing)]);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done", (await bench.show(run.id)).reason ?? "");
  const changed = (await attemptsOf(bench.store, run.id)).at(-1);
  assert.match(JSON.stringify(changed?.evidence), /"receipts":\[\{.*"store":"mlflow\/database"/);
  assert.deepEqual(bench.target.effects, [`${run.id}/change`]);
});

/** A run that somebody agrees to after its receipts were shown, and after what happens meanwhile. */
async function agreedAfter(meanwhile: (run: string, line: string) => Promise<void>) {
  const run = await bench.start([{ name: "approve", title: "agree", kind: "approve" }, act("change", needing)]);
  await bench.settle();
  const { digest } = await bench.show(run.id);
  const [shown] = await attemptsOf(bench.store, run.id);
  const [receipt] = (shown?.evidence?.["receipts"] ?? []) as readonly { readonly line: string }[];
  assert.ok(receipt);
  await meanwhile(run.id, receipt.line);
  const agreed = { digest, approved: true, reason: undefined };
  await answerApproval(bench.deciding(ben), bench.policy, run.id, agreed);
  await bench.settle();
  return bench.show(run.id);
}

test("a receipt that was changed after somebody agreed stops the run before its effect: the answer is no", async () => {
  const effects = bench.target.effects.length;
  const { state, reason } = await agreedAfter(async (run, line) => {
    const changed = `${line.slice(0, -4)}AAAA`;
    await sql`update run_attempts set evidence = replace(evidence::text, ${line}, ${changed})::jsonb where run_id = ${run}`.execute(
      bench.store.tables(),
    );
  });
  assert.equal(state, "waiting");
  assert.match(reason ?? "", /No receipt, no change.*signature is wrong/);
  assert.equal(bench.target.effects.length, effects);
});

test("retention removes what was shown and nothing else, and what it removes is no surprise", async () => {
  const shown = JSON.parse(await bench.call("backup", "prune", "-o", "json")) as {
    readonly removed: readonly unknown[];
  };
  assert.deepEqual(shown.removed, [], "all are young");
  const [newest] = await knownBackups(bench.store, {});
  const run = await start("prune-backups", { remove: [newest?.row.id] });
  await bench.settle();
  const [attempt] = await attemptsOf(bench.store, run.id);
  assert.match(attempt?.message ?? "", /Nothing of this is removed: retention keeps it/);
  assert.equal((await bench.show(run.id)).waitsFor, "decision");
});

test("a receipt that ran out before somebody agreed stops the run before its effect", async () => {
  const effects = bench.target.effects.length;
  const { state, reason } = await agreedAfter(async () => {
    const hours = 25;
    bench.later(hours * 3600);
    bench.ports = { ...bench.ports, now: () => instantOf(Date.now() + hours * 3_600_000) };
  });
  assert.equal(state, "waiting");
  assert.match(reason ?? "", /No receipt, no change.*is not valid any more/);
  assert.equal(bench.target.effects.length, effects);
});

test("a byte that turned is found by the check, and a broken proof by its run", async () => {
  const data = join(bench.folder, "repository", "data");
  const [pack] = readdirSync(data, { recursive: true, encoding: "utf8" }).filter((name) => /[0-9a-f]{64}$/.test(name));
  assert.ok(pack);
  writeFileSync(join(data, pack), Buffer.alloc(64), { flag: "r+" });
  const run = await start("check-repository", {});
  await bench.settle();
  assert.match((await bench.show(run.id)).reason ?? "", /The repository is damaged/);
  const found = await findings(bench);
  assert.ok(
    found.some(([rule]) => rule === "backup-repository-damaged"),
    JSON.stringify(found),
  );
});

test("a repository that is not there is told from one that does not open", async () => {
  renameSync(join(bench.folder, "repository"), join(bench.folder, "elsewhere"));
  await assert.rejects(bench.look(), ({ message }) => message === notMade);

  mkdirSync(join(bench.folder, "repository"));
  writeFileSync(join(bench.folder, "repository", "config"), "no config");
  await assert.rejects(bench.look(), ({ message }) => message !== notMade && /restic/.test(message));
});
