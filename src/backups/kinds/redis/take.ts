import { SystemError } from "../../../kernel/errors.ts";
import type { RedisStore } from "../../../platform/backup-stores.ts";
import type { Taken, Taking } from "../../store-kind.ts";
import { dumpFile, type RedisBody } from "./body.ts";
import { answerOf, cliOf, keyspaceOf, type RedisCli } from "./cli.ts";
import { namesOf } from "./names.ts";

/** Takes what a replica would get, and counts before and after: Redis shows no moment to others than replicas. */
export async function take(config: RedisStore, taking: Taking): Promise<Taken<RedisBody>> {
  const cli = await cliOf(config, taking);
  const server = await serverOf(cli);
  const before = await keyspaceOf(cli);
  const namesBefore = await namesOf(cli, before);
  const takenAt = taking.clock.now();
  taking.progress(`dumping Redis ${server} at ${cli.label}`);
  await taking.storePart(dumpFile, whole(cli));
  const after = await keyspaceOf(cli);
  const names = await namesOf(cli, after);
  return {
    takenAt,
    versions: { redis: server },
    body: {
      server,
      databases: [...new Set([...before.keys(), ...after.keys()])]
        .toSorted((a, b) => a - b)
        .map((db) => ({ db, before: before.get(db) ?? 0, after: after.get(db) ?? 0 })),
      ...(names === namesBefore ? { names } : { moved: true }),
    },
  };
}

async function serverOf(cli: RedisCli): Promise<string> {
  const said = await answerOf(cli, ["INFO", "server"]);
  const version = /^(?:redis|valkey)_version:(\S+)/m.exec(said)?.[1];
  if (version === undefined)
    throw new SystemError(`what answers at ${cli.label} is no Redis: ${said.trim().slice(0, 200)}`, "stop");
  return version;
}

/** A dump ends with 0xFF and eight bytes of checksum (github.com/redis/redis, src/rdb.c, rdbSaveRio). */
const endBytes = 9;
/**
 * Behind it may stand the mark by which a server that wrote no file says where it ends; redis-cli takes it away from a file and not
 * from a pipe (src/redis-cli.c, getRDB).
 */
const markBytes = 40;

async function* whole(cli: RedisCli): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  let tail = Buffer.alloc(0);
  for await (const chunk of cli.run(["--rdb", "-"])) {
    tail = Buffer.concat([tail, chunk]);
    if (tail.length <= endBytes + markBytes) continue;
    if (isFirst && !/^(?:REDIS|VALKE)/.test(tail.toString("latin1", 0, 5))) break;
    isFirst = false;
    yield tail.subarray(0, -(endBytes + markBytes));
    tail = Buffer.from(tail.subarray(-(endBytes + markBytes)));
  }
  const marked = /^[0-9a-f]{40}$/.test(tail.toString("latin1", endBytes)) && tail[0] === 0xff;
  if (isFirst || (!marked && tail.at(-endBytes) !== 0xff))
    throw new SystemError(`what Redis at ${cli.label} sent is no whole dump`, "retry");
  yield marked ? tail.subarray(0, endBytes) : tail;
}
