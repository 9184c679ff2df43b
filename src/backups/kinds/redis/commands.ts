import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { dumpFile, type RedisBody } from "./body.ts";
import { answerOf, type RedisCli } from "./cli.ts";
import { judged } from "./prove.ts";
import { loadDump, redisUser } from "./throw-away.ts";

/** What a backup holds, as commands that make it anew. */
export interface AsCommands {
  readonly commands: () => AsyncIterable<Uint8Array>;
  /** Of memory that it takes in a server. */
  readonly bytes: number;
  /** The throw-away server, which has the same. */
  readonly cli: RedisCli;
}

/**
 * Loads a dump into a throw-away server, compares it with the manifest, and has it written as an append-only file of plain commands
 * (redis.conf, aof-use-rdb-preamble no), with one key more. Throws `InputError` for what does not come back, before anything of it is handed on.
 */
export async function asCommands<T>(
  sealed: SealedBody<RedisBody>,
  restoring: Restoring,
  more: { readonly name: string; readonly value: string },
  work: (made: AsCommands) => Promise<T>,
): Promise<T> {
  const { ports, signal, progress } = restoring;
  const { scratch } = await ports.scratch.make(restoring.scratch, redisUser());
  try {
    const part = partOf(sealed, dumpFile);
    if ((await scratch.freeBytes()) < part.bytes * 2 + 8_000_000)
      throw new SystemError(
        `${restoring.scratch} has no room for the ${part.bytes} bytes of the dump; nothing was changed`,
        "stop",
      );
    await scratch.write(dumpFile, restoring.readPart(part));
    progress("loading the dump into a throw-away server, and comparing it");
    const loaded = await loadDump(scratch, dumpFile, ports, signal);
    if (loaded.kind === "refused")
      throw new InputError(`the redis-server of this machine does not load it: ${loaded.why}; nothing was changed`);
    try {
      const { verdict } = await judged(sealed.body, loaded);
      if (verdict.kind === "failed") throw new InputError(`${verdict.why.join("; ")}; nothing was changed`);
      const bytes = Number(/^used_memory:(\d+)/m.exec(await answerOf(loaded.cli, ["INFO", "memory"]))?.[1] ?? 0);
      if ((await scratch.freeBytes()) < bytes)
        throw new SystemError(
          `${restoring.scratch} has no room for the ${bytes} bytes of the keys; nothing was changed`,
          "stop",
        );
      await answerOf(loaded.cli, ["SET", more.name, more.value]);
      await rewrite(loaded.cli, signal);
      return await work({
        commands: () => printed(scratch.folder, restoring),
        bytes,
        cli: loaded.cli,
      });
    } finally {
      await loaded.stop();
    }
  } finally {
    await scratch.remove();
  }
}

/** To be turned on makes it written anew, in a process of its own. */
async function rewrite(cli: RedisCli, signal: AbortSignal): Promise<void> {
  await answerOf(cli, ["CONFIG", "SET", "aof-use-rdb-preamble", "no"]);
  await answerOf(cli, ["CONFIG", "SET", "appendonly", "yes"]);
  for (;;) {
    const said = await answerOf(cli, ["INFO", "persistence"]);
    if (/^aof_rewrite_in_progress:0/m.test(said) && /^aof_rewrite_scheduled:0/m.test(said)) {
      if (/^aof_last_bgrewrite_status:ok/m.test(said)) return;
      throw new SystemError("the throw-away Redis could not write its keys as commands: has the scratch room?", "stop");
    }
    if (signal.aborted) throw new SystemError("it was broken off; nothing was changed", "stop");
  }
}

/** From Redis 7 on its first part in a folder (redis.conf, appenddirname), before that one file. */
const files = "cat appendonlydir/*.base.aof 2>/dev/null || cat appendonly.aof";

async function* printed(folder: string, { ports, signal }: Restoring): AsyncGenerator<Uint8Array> {
  const running = ports.programs.start({ program: "sh", args: ["-c", `cd "$1" && ${files}`, "cat", folder], signal });
  yield* running.output;
  const { status, errors } = await running.ended;
  if (status !== 0) throw new SystemError(`the commands could not be read: ${errors.slice(0, 200)}`, "stop");
}
