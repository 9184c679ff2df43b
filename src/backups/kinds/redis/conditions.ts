import { counted } from "../../../kernel/count.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { RedisBody } from "./body.ts";
import { answerOf, type RedisCli } from "./cli.ts";

type Sealed = SealedBody<RedisBody>;

/** What of a server is in the way of a backup's keys. */
export async function refusals({ body, parts }: Sealed, target: RedisCli): Promise<readonly string[]> {
  const info = await answerOf(target, ["INFO"]);
  const field = (name: string): string => fieldOf(info, name);
  const version = field("valkey_version") || field("redis_version");
  const bytes = parts.reduce((sum, one) => sum + one.bytes, 0);
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
    // A dump takes less room than its keys in memory do.
    ...lackOfMemory(target, info, bytes),
    ...(await databasesLacking(body, target)),
  ];
}

function fieldOf(info: string, name: string): string {
  return new RegExp(`^${name}:([^\\r\\n]*)`, "m").exec(info)?.[1] ?? "";
}

function majorOf(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0);
}

export async function refuseLackOfMemory(target: RedisCli, bytes: number): Promise<void> {
  const [refused] = lackOfMemory(target, await answerOf(target, ["INFO", "memory"]), bytes);
  if (refused !== undefined) throw new InputError(`${refused}; nothing was changed`);
}

function lackOfMemory({ label }: RedisCli, info: string, bytes: number): readonly string[] {
  const limits = ["maxmemory", "total_system_memory"].map((name) => Number(fieldOf(info, name)));
  const limit = Math.min(...limits.filter((one) => one > 0));
  return bytes <= limit
    ? []
    : [
        `Redis at ${label} may have ${Math.floor(limit / 1e6)} MB of memory, and the backup takes ${Math.ceil(bytes / 1e6)} MB`,
      ];
}

/** `databases` of its configuration, which many servers do not tell: it is asked for the last one. */
async function databasesLacking({ databases }: RedisBody, target: RedisCli): Promise<readonly string[]> {
  const last = Math.max(0, ...databases.map(({ db }) => db));
  try {
    await answerOf(target, ["SELECT", String(last)]);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof SystemError) || !/out of range/.test(thrown.message)) throw thrown;
    return [`Redis at ${target.label} has no database ${last}, which the backup has: it takes more databases`];
  }
}

/** Which server it is, whatever leads to it: it gives itself another name at each start. */
export async function runIdOf(target: RedisCli): Promise<string> {
  return fieldOf(await answerOf(target, ["INFO", "server"]), "run_id");
}

/** `3 keys in 1 database`. */
export function keysIn(databases: readonly number[]): string {
  const keys = databases.reduce((sum, one) => sum + one, 0);
  return `${counted(keys, "key")} in ${counted(databases.length, "database")}`;
}
