import { SystemError } from "../../../kernel/errors.ts";
import { keyspaceOf, type RedisCli, replyOf } from "./cli.ts";

/** Takes the keys of one database away but the mark, some at a time; FLUSHALL is disabled in many charts. */
const emptying = `local cursor, gone = '0', 0
repeat
  local found = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = found[1]
  for _, key in ipairs(found[2]) do
    if key ~= ARGV[1] then redis.call('UNLINK', key) gone = gone + 1 end
  end
until cursor == '0' or gone >= 50000
return gone`;

/** Takes all keys away but the mark, which is one of database 0. Throws `SystemError` where the server does not let them go. */
export async function empty(target: RedisCli, mark: string): Promise<void> {
  for (const db of (await keyspaceOf(target)).keys()) {
    const kept = db === 0 ? [mark] : [];
    for (let gone = "1"; gone !== "0"; ) {
      gone = (await replyOf(target, ["-n", String(db), "EVAL", emptying, "0", ...kept])).trim();
      // What is no number is a refusal.
      if (!/^(?:\(integer\) )?\d+$/.test(gone))
        throw new SystemError(
          `Redis at ${target.label} does not let the keys of database ${db} be taken away: ${gone.slice(0, 200)}`,
          "stop",
        );
    }
  }
}
