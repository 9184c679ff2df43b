import { createHash, hash } from "node:crypto";
import type { RedisCli } from "./cli.ts";
import { HeldNames, mostHeld } from "./held-names.ts";

/**
 * A digest over the names of all keys, by SCAN, which holds up nobody. SCAN may name a key twice, so names have to be held to be told
 * apart: of more than `most` it takes turns, each over all keys and for the names whose digests begin alike. However many turns, the
 * digest is the same.
 */
export async function namesOf(
  cli: RedisCli,
  keyspace: ReadonlyMap<number, number>,
  most: number = mostHeld,
): Promise<string> {
  const total = [...keyspace.values()].reduce((sum, keys) => sum + keys, 0);
  const room = Math.min(most, total * 2 + 1024);
  // A share of a turn is never just so many. Where keys come in meanwhile, more turns have room for them.
  for (let turns = Math.max(1, Math.ceil(total / (most * 0.8))); ; turns *= 2) {
    const digest = await digestIn(turns, cli, [...keyspace.keys()], room);
    if (digest !== undefined) return digest;
  }
}

/** undefined: in one of the turns there were more than there is room for. */
async function digestIn(
  turns: number,
  cli: RedisCli,
  databases: readonly number[],
  room: number,
): Promise<string | undefined> {
  const digest = createHash("sha256");
  for (let turn = 0; turn < turns; turn += 1) {
    const names = new HeldNames(room);
    for (const db of databases)
      for await (const name of linesOf(cli.run(["-n", String(db), "--scan"]))) {
        const one = hash("sha256", Buffer.concat([Buffer.from(`${db} `), name]), "buffer");
        if (turnOf(one, turns) === turn && !names.add(one)) return undefined;
      }
    for (const name of names.sorted()) digest.update(name.toString("hex"));
  }
  return `sha256:${digest.digest("hex")}`;
}

/** Earlier turns have smaller digests: one after the other they are in order. */
function turnOf(digest: Buffer, turns: number): number {
  return Math.floor((digest.readUInt32BE(0) / 2 ** 32) * turns);
}

async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, begin)) {
      yield rest.subarray(begin, end);
      begin = end + 1;
    }
    rest = rest.subarray(begin);
  }
  if (rest.length > 0) yield rest;
}
