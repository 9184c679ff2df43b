import { counted } from "../../../kernel/count.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { RedisStore } from "../../../platform/backup-stores.ts";
import type { KindRestore, Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { RedisBody } from "./body.ts";
import { answerOf, cliOf, keyspaceOf, lastingOf, type RedisTarget } from "./cli.ts";
import { asCommands } from "./commands.ts";

type Sealed = SealedBody<RedisBody>;

/**
 * The dump is loaded into a throw-away server here, compared there, written as commands, and poured into the server that runs, whose
 * keys are taken away before. No file is laid into its folder: a server that keeps an append-only file does not look at a dump when it
 * starts (redis.conf, "If the AOF is enabled on startup Redis will load the AOF"; src/server.c, loadDataFromDisk), and would come up
 * with what it had. What is poured in stands in its append-only file as all else does.
 */
export const restore: KindRestore<RedisStore, RedisBody> = {
  targets: ["in-place"],
  async plan(sealed, config, _, restoring) {
    const target = await cliOf(config, restoring);
    const now = await keyspaceOf(target);
    const { databases } = sealed.body;
    return {
      does: [`replace all keys of Redis at ${target.label} by those of ${sealed.id}: ${keysIn(databases)}`],
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
  async run(sealed, config, _, restoring) {
    const words = await pour(sealed, config, restoring);
    return { did: [words], differences: [], notes: [] };
  },
  async undo(config, safety, restoring) {
    if (safety !== undefined) return [await pour(safety, config, restoring)];
    throw new InputError("no backup was made of this Redis before: what was restored stays");
  },
};

function keysIn(databases: RedisBody["databases"]): string {
  const keys = databases.reduce((sum, { after }) => sum + after, 0);
  return `${counted(keys, "key")} in ${counted(databases.length, "database")}`;
}

async function refusals({ body }: Sealed, target: RedisTarget): Promise<readonly string[]> {
  const info = await answerOf(target, ["INFO"]);
  const field = (name: string): string => new RegExp(`^${name}:([^\\r\\n]*)`, "m").exec(info)?.[1] ?? "";
  const version = field("valkey_version") || field("redis_version");
  return [
    ...(field("role") === "master"
      ? []
      : [`${target.label} is a ${field("role")} of ${field("master_host")}: name the one that is written to`]),
    ...(field("cluster_enabled") === "1"
      ? [`${target.label} is one of a cluster, and has a part of its keys alone`]
      : []),
    ...(majorOf(version) < majorOf(body.server)
      ? [`the backup is of Redis ${body.server}, and the server is ${version}: it may not know all of it`]
      : []),
  ];
}

function majorOf(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0);
}

/** Takes the keys of one database away, some at a time; FLUSHALL is disabled in many charts. */
const emptying = `local cursor, gone = '0', 0
repeat
  local found = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = found[1]
  for _, key in ipairs(found[2]) do redis.call('UNLINK', key) gone = gone + 1 end
until cursor == '0' or gone >= 50000
return gone`;

async function pour(sealed: Sealed, config: RedisStore, restoring: Restoring): Promise<string> {
  const target = await cliOf(config, restoring);
  const [refused] = await refusals(sealed, target);
  if (refused !== undefined) throw new InputError(`${refused}; nothing was changed`);
  return asCommands(sealed, restoring, async ({ commands, bytes, lasting }) => {
    await refuseLackOfMemory(target, bytes);
    restoring.progress(`pouring ${sealed.id} into Redis at ${target.label}`);
    const found = await orOffer(restoring, async () => {
      await empty(target);
      const said = await target.feed(commands());
      const poured = await keyspaceOf(target);
      refuseOther(target.label, await lasting(), await lastingOf(target), said);
      return poured;
    });
    const aof = /^aof_enabled:1/m.test(await answerOf(target, ["INFO", "persistence"]));
    // Its dump on disk is the old one until the next: one that dies meanwhile would come up with that.
    if (!aof) await answerOf(target, ["BGSAVE"]).catch(() => undefined);
    return `Redis at ${target.label} has the keys of ${sealed.id}: ${counted(
      [...found.values()].reduce((sum, keys) => sum + keys, 0),
      "key",
    )}`;
  });
}

type Keyspace = ReadonlyMap<number, number>;

/** Keys that expire are counted until Redis happens to sweep them, and cannot be compared. */
function refuseOther(label: string, wanted: Keyspace, found: Keyspace, said: string): void {
  const one = [...wanted.keys(), ...found.keys()].find((db) => wanted.get(db) !== found.get(db));
  if (one === undefined) return;
  throw new SystemError(
    `Redis at ${label} has ${found.get(one) ?? 0} keys that do not expire in database ${one}, and the backup ${wanted.get(one) ?? 0} (${said.trim().split("\n").slice(-2).join("; ")}): is anybody writing to it?`,
    "stop",
  );
}

/** From here on its keys are neither those of before nor all of the backup's, until it has ended well. */
async function orOffer<T>({ takeBackBy }: Restoring, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    const offer = takeBackBy === undefined ? "" : `, or bring back what was there before: ${takeBackBy}`;
    const message = `${thrown.message}; it does not have the keys of the backup now: restore again${offer}`;
    throw new SystemError(message, thrown.remedy, { cause: thrown });
  }
}

async function empty(target: RedisTarget): Promise<void> {
  for (const db of (await keyspaceOf(target)).keys())
    for (let gone = "1"; gone !== "0"; ) {
      gone = (await answerOf(target, ["-n", String(db), "EVAL", emptying, "0"])).trim();
      // Refusals have many words (MISCONF, READONLY, NOREPLICAS, CLUSTERDOWN): what is no number is one.
      if (!/^(?:\(integer\) )?\d+$/.test(gone))
        throw new SystemError(
          `Redis at ${target.label} does not let the keys of database ${db} be taken away: ${gone.slice(0, 200)}`,
          "stop",
        );
    }
}

async function refuseLackOfMemory(target: RedisTarget, bytes: number): Promise<void> {
  const said = await answerOf(target, ["INFO", "memory"]);
  const limits = ["maxmemory", "total_system_memory"].map((name) =>
    Number(new RegExp(`^${name}:(\\d+)`, "m").exec(said)?.[1] ?? 0),
  );
  const limit = Math.min(...limits.filter((one) => one > 0));
  if (bytes > limit)
    throw new InputError(
      `Redis at ${target.label} may have ${Math.floor(limit / 1e6)} MB of memory, and the backup takes ${Math.ceil(bytes / 1e6)} MB; nothing was changed`,
    );
}
