import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { playRound } from "../../chaos/round.ts";

test("workers, sessions and the server itself are killed at random: every run ends, nothing twice, nothing lost", async () => {
  const logFile = join(mkdtempSync(join(tmpdir(), "millwright-chaos-log-")), "workers.log");

  const round = await playRound({ seed: 11, kills: 24, minutes: 0.15, workers: 2, everyMs: 300, logFile });

  assert.deepEqual(round.wrong, [], readFileSync(logFile, "utf8").slice(-4000));
  assert.ok(round.done > 0 && round.effects > 0);
  assert.ok(Object.values(round.kills).reduce((sum, count) => sum + count, 0) >= 5);
});
