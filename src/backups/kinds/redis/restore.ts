import { counted } from "../../../kernel/count.ts";
import { InputError } from "../../../kernel/errors.ts";
import type { RedisStore } from "../../../platform/backup-stores.ts";
import type { KindRestore } from "../../restore/contract.ts";
import type { RedisBody } from "./body.ts";
import { cliOf, keyspaceOf } from "./cli.ts";
import { keysIn, refusals } from "./conditions.ts";
import { otherRedis, planElsewhere } from "./elsewhere.ts";
import { pour } from "./pour.ts";

/**
 * The dump is loaded into a throw-away server here, compared there, written as commands, and poured into the server that runs, whose
 * keys are taken away before. No file is laid into its folder: a server that keeps an append-only file does not look at a dump when it
 * starts (redis.conf, "If the AOF is enabled on startup Redis will load the AOF"; src/server.c, loadDataFromDisk), and would come up
 * with what it had. What is poured in stands in its append-only file as all else does.
 */
export const restore: KindRestore<RedisStore, RedisBody> = {
  targets: ["in-place", "redis"],
  async plan(sealed, config, to, restoring) {
    if (to.kind === "redis") return planElsewhere(sealed, config, await otherRedis(to, restoring), restoring);
    const target = await cliOf(config, restoring);
    const now = await keyspaceOf(target);
    const { databases } = sealed.body;
    return {
      does: [
        `replace all keys of Redis at ${target.label} by those of ${sealed.id}: ${keysIn(databases.map(({ after }) => after))}`,
      ],
      loses: [...now].map(([db, keys]) => {
        const then = databases.find((one) => one.db === db)?.after ?? 0;
        return `database ${db}: ${counted(keys, "key")} now, ${then} in the backup; what they hold is in the backup made before`;
      }),
      refuses: await refusals(sealed, target),
      notes: [
        "it is filled while it runs: whoever writes to it has to be down meanwhile; keys that have expired since stay away",
      ],
      isThere: [...now.values()].some((keys) => keys > 0),
    };
  },
  async run(sealed, config, to, restoring) {
    if (to.kind !== "redis") return done(await pour(sealed, await cliOf(config, restoring), restoring));
    const target = await otherRedis(to, restoring);
    // It may have become another since its plan.
    const { refuses } = await planElsewhere(sealed, config, target, restoring);
    if (refuses.length > 0) throw new InputError(`${refuses.join("; ")}; nothing was changed`);
    return done(await pour(sealed, target, restoring));
  },
  async undo(config, safety, restoring) {
    if (safety === undefined) throw new InputError("no backup was made of this Redis before: what was restored stays");
    const { words, notes } = await pour(safety, await cliOf(config, restoring), restoring);
    return [words, ...notes];
  },
};

function done({ words, notes }: Awaited<ReturnType<typeof pour>>) {
  return { did: [words], differences: [], notes };
}
