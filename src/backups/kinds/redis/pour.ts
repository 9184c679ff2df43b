import { counted } from "../../../kernel/count.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { RedisBody } from "./body.ts";
import { answerOf, keyspaceOf, lastingOf, type RedisCli, type RedisTarget, replyOf } from "./cli.ts";
import { asCommands } from "./commands.ts";
import { refusals, refuseLackOfMemory } from "./conditions.ts";
import { empty } from "./empty.ts";
import { namesOf } from "./names.ts";

type Sealed = SealedBody<RedisBody>;

/** A key of database 0 that is there while keys come in: as long as it is, the server has not all of them. */
export const restoringMark = "millwright:restoring";

export interface Poured {
  readonly words: string;
  readonly notes: readonly string[];
}

/** Replaces all keys of a server by those of a backup, and compares how many there are and their names. */
export async function pour(sealed: Sealed, target: RedisTarget, restoring: Restoring): Promise<Poured> {
  const [refused] = await refusals(sealed, target);
  if (refused !== undefined) throw new InputError(`${refused}; nothing was changed`);
  const mark = { name: restoringMark, value: `${restoring.id} ${sealed.id}` };
  return asCommands(sealed, restoring, mark, async ({ commands, bytes, cli }) => {
    await refuseLackOfMemory(target, bytes);
    restoring.progress(`pouring ${sealed.id} into Redis at ${target.label}`);
    await begin(target, mark);
    const notes = await orOffer(restoring, async () => {
      await empty(target, mark.name);
      await makeRoomForFunctions(cli, target);
      const said = await target.feed(commands());
      refuseOther(target.label, await lastingOf(cli), await lastingOf(target), said);
      return compareNames(cli, target);
    });
    await end(target, sealed);
    const found = await keyspaceOf(target);
    const keys = [...found.values()].reduce((sum, one) => sum + one, 0);
    const words = `Redis at ${target.label} has the keys of ${sealed.id}: ${counted(keys, "key")}`;
    return { words, notes: [...notes, ...(await saved(target))] };
  });
}

/** Has its keys written to its disk, where it keeps no append-only file: its dump is the old one until then. What keeps it from that. */
async function saved(target: RedisTarget): Promise<readonly string[]> {
  if (/^aof_enabled:1/m.test(await answerOf(target, ["INFO", "persistence"]))) return [];
  const said = (await replyOf(target, ["BGSAVE"])).trim();
  return /^Background saving (?:started|scheduled)/.test(said)
    ? []
    : [
        `Redis at ${target.label} does not save its keys now (${said.slice(0, 200)}): until it does, a restart brings back what it had before`,
      ];
}

async function begin(target: RedisTarget, { name, value }: { readonly name: string; readonly value: string }) {
  const said = (await replyOf(target, ["SET", name, value])).trim();
  if (said !== "OK")
    throw new InputError(`Redis at ${target.label} takes no key: ${said.slice(0, 200)}; nothing was changed`);
}

/** Refusals have many words (MISCONF, READONLY, NOREPLICAS, CLUSTERDOWN): what is not the answer is one. */
async function end(target: RedisTarget, { id }: Sealed): Promise<void> {
  const said = (await replyOf(target, ["DEL", restoringMark])).trim();
  if (!/^(?:\(integer\) )?1$/.test(said))
    throw new SystemError(
      `Redis at ${target.label} has all keys of ${id}, and does not let its mark ${restoringMark} be taken away: ${said.slice(0, 200)}; delete that key, or restore again`,
      "stop",
    );
}

/** A library of functions is refused where one of its name is there (redis.io/docs/latest/commands/function-load). */
async function makeRoomForFunctions(from: RedisCli, target: RedisTarget): Promise<void> {
  for (const library of await librariesOf(from)) {
    try {
      await answerOf(target, ["FUNCTION", "DELETE", library]);
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || !/not found/i.test(thrown.message)) throw thrown;
    }
  }
}

/** Servers before Redis 7 know none. */
async function librariesOf(cli: RedisCli): Promise<readonly string[]> {
  const said = await answerOf(cli, ["FUNCTION", "LIST"]).catch(() => "");
  return [...said.matchAll(/^library_name\r?\n(.+)$/gm)].map(([, name = ""]) => name.trim());
}

type Keyspace = ReadonlyMap<number, number>;

/** Keys that expire are counted until Redis happens to sweep them, and cannot be compared. */
function refuseOther(label: string, wanted: Keyspace, found: Keyspace, said: string): void {
  const one = [...wanted.keys(), ...found.keys()].find((db) => wanted.get(db) !== found.get(db));
  if (one === undefined) return;
  // The mark is in both, and nobody's.
  const own = one === 0 ? 1 : 0;
  const [has, should] = [found, wanted].map((keys) => Math.max(0, (keys.get(one) ?? 0) - own));
  throw new SystemError(
    `Redis at ${label} has ${has} keys that do not expire in database ${one}, and the backup ${should} (${said.trim().split("\n").slice(-2).join("; ")}): is anybody writing to it?`,
    "stop",
  );
}

/** To read names takes away what has expired: when there are as many before as after, and in both, the names are the same. */
async function compareNames(from: RedisCli, target: RedisCli): Promise<readonly string[]> {
  const before = [await keyspaceOf(from), await keyspaceOf(target)];
  const names = [await namesOf(from, before[0] ?? new Map()), await namesOf(target, before[1] ?? new Map())];
  if (names[0] === names[1]) return [];
  const all = [...before, await keyspaceOf(from), await keyspaceOf(target)].map((one) => JSON.stringify([...one]));
  if (new Set(all).size === 1)
    throw new SystemError(
      `Redis at ${target.label} has as many keys as the backup, and others: is anybody writing to it?`,
      "stop",
    );
  return ["keys expired meanwhile: those that do not expire were counted, and names not compared"];
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
