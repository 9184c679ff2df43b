import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { playRound } from "../../chaos/round.ts";

test("workers, sessions and the server itself are killed at random: every run ends, nothing twice, nothing lost", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-chaos-log-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const logFile = join(folder, "workers.log");

  const round = await playRound({
    target: "ledger",
    seed: 11,
    kills: 24,
    minutes: 0.15,
    workers: 2,
    everyMs: 300,
    logFile,
  });

  assert.deepEqual(round.wrong, [], words(logFile));
  assert.ok(round.done > 0 && round.effects > 0);
  assert.ok(Object.values(round.kills).reduce((sum, count) => sum + count, 0) >= 5);
});

test("the same with workloads of a Kubernetes API server: each run restarts its own once, under its Lease", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-chaos-log-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const logFile = join(folder, "workers.log");

  const round = await playRound({
    target: "kubernetes",
    seed: 12,
    kills: 12,
    minutes: 0.08,
    workers: 2,
    everyMs: 300,
    logFile,
  });

  assert.deepEqual(round.wrong, [], words(logFile));
  assert.ok(round.done > 0 && round.effects >= round.done);
  assert.ok(Object.values(round.kills).reduce((sum, count) => sum + count, 0) >= 5);
});

function words(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").slice(-4000) : "";
}
