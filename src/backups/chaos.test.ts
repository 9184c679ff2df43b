import assert from "node:assert/strict";
import { test } from "node:test";
import { playBackupRounds } from "../../chaos/backups/round.ts";

test("whatever is killed, full or damaged: what is shown as a backup comes back and is what it says", async (context) => {
  const said: string[] = [];
  const result = await playBackupRounds({
    rounds: 3,
    seed: 12,
    minutes: 0.1,
    short: true,
    say: (line) => void said.push(line),
  });

  assert.deepEqual(result.wrong, [], said.join("\n"));
  assert.ok(result.restored >= 1 && result.rounds >= 1);
  for (const why of result.notRun) context.diagnostic(`not run: ${why}`);
});
