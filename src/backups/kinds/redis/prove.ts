import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { dumpFile, type RedisBody } from "./body.ts";
import { countedIn } from "./cli.ts";
import { namesOf } from "./names.ts";
import { type Loaded, loadDump, redisUser } from "./throw-away.ts";

/** A throw-away server loads the dump, which checks its checksum; then its keys are counted and their names compared. */
export async function prove(sealed: SealedBody<RedisBody>, proving: OwnProving): Promise<Proved> {
  const { ports } = proving;
  const { scratch } = await ports.scratch.make(proving.scratch, redisUser());
  try {
    const part = partOf(sealed, dumpFile);
    if ((await scratch.freeBytes()) < part.bytes + 8_000_000)
      throw new SystemError(`${proving.scratch} has no room for the ${part.bytes} bytes of the dump`, "stop");
    await scratch.write(dumpFile, proving.readPart(part));
    proving.progress("loading the dump into a throw-away server");
    return await compared(sealed.body, await loadDump(scratch, dumpFile, ports, proving.signal));
  } catch (thrown) {
    if (!(thrown instanceof InputError) || !/manifest/.test(thrown.message)) throw thrown;
    return verdict({ kind: "failed", why: [thrown.message] });
  } finally {
    await scratch.remove();
  }
}

async function compared(body: RedisBody, loaded: Loaded): Promise<Proved> {
  if (loaded.kind === "refused")
    return loaded.mayKnow
      ? verdict({
          kind: "unknown",
          why: `the redis-server of this machine does not read it: ${loaded.why}`,
          howToLearn: `Prove it where Redis ${body.server} or newer is, with the same modules.`,
        })
      : verdict({ kind: "failed", why: [`Redis does not load it: ${loaded.why}`] });
  try {
    return await judged(body, loaded);
  } finally {
    await loaded.stop();
  }
}

/** What a throw-away server has, held against the manifest. */
export async function judged(
  body: RedisBody,
  { cli, expired: atLoad }: Pick<Extract<Loaded, { kind: "loaded" }>, "cli" | "expired">,
): Promise<Proved> {
  const { keyspace: found, expired: sinceThen } = await countedIn(cli);
  const names = body.names === undefined ? undefined : await namesOf(cli, found);
  const { why, notes } = differences(body, found, atLoad + sinceThen);
  // Those that expired while names were read count too.
  const { expired: byNow } = await countedIn(cli);
  if (body.names !== undefined && atLoad + byNow === 0 && names !== body.names)
    why.push("the keys are others than were there when it was taken");
  const keys = [...found.values()].reduce((sum, count) => sum + count, 0);
  const said: Proved["verdict"] = why.length === 0 ? asFarAsLooked(body) : { kind: "failed", why };
  return {
    ...verdict(said),
    counts: { databases: found.size, keys },
    doesNotCover: said.kind === "proven" ? uncompared(body) : [],
    notes,
  };
}

/** Names beyond so many were not read by earlier releases. */
const mostNamesOnce = 200_000;

function asFarAsLooked({ databases, names, moved }: RedisBody): Proved["verdict"] {
  const keys = databases.reduce((sum, { before, after }) => sum + Math.max(before, after), 0);
  if (names !== undefined || moved === true || keys <= mostNamesOnce) return { kind: "proven" };
  return {
    kind: "sampled",
    what: `the names of its ${keys} keys were not read when it was taken: only how many there are was compared`,
  };
}

/** What is the same at each proof: a receipt is held against the newest. */
function uncompared({ names }: RedisBody): readonly string[] {
  return names === undefined
    ? [
        "a proof that it has each key that was there: they were counted alone, as names were others before the dump and after it",
      ]
    : [];
}

/** Keys that were to expire are gone by now, at the load or since; how many, the server says for all databases together. */
function differences(
  { databases, names }: RedisBody,
  found: ReadonlyMap<number, number>,
  expired: number,
): { readonly why: string[]; readonly notes: readonly string[] } {
  const why: string[] = [];
  const notes =
    expired === 0
      ? []
      : [`${expired} keys have expired since it was taken: the others were counted, and not compared by name`];
  for (const one of databases) {
    const { db, before, after } = one;
    const keys = found.get(db) ?? 0;
    if (isBetween(keys, expired, one)) continue;
    const words = `database ${db} has ${keys} keys, and had ${before} before the dump and ${after} after it`;
    if (names !== undefined || keys === 0) why.push(words);
    else notes.push(`${words}: it moved on meanwhile`);
  }
  for (const [db, keys] of found)
    if (!databases.some((one) => one.db === db)) notes.push(`database ${db} came back with ${keys} keys, and had none`);
  return { why, notes };
}

function isBetween(keys: number, expired: number, { before, after }: RedisBody["databases"][number]): boolean {
  return keys + expired >= Math.min(before, after) && keys <= Math.max(before, after);
}

function verdict(said: Proved["verdict"]): Proved {
  return { verdict: said, counts: {}, doesNotCover: [], notes: [] };
}
