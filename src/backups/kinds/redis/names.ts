import { createHash, hash } from "node:crypto";
import type { RedisCli } from "./cli.ts";

/** Names beyond this are not read: each is held while it is compared. */
const mostNames = 200_000;

/** A digest over the names of all keys, by SCAN, which holds up nobody; undefined for too many of them. */
export async function namesOf(cli: RedisCli, keyspace: ReadonlyMap<number, number>): Promise<string | undefined> {
  const total = [...keyspace.values()].reduce((sum, keys) => sum + keys, 0);
  if (total > mostNames) return undefined;
  const names = new Set<string>();
  for (const db of keyspace.keys())
    for await (const name of linesOf(cli.run(["-n", String(db), "--scan"]))) {
      names.add(hash("sha256", Buffer.concat([Buffer.from(`${db} `), name])));
      if (names.size > mostNames * 2) return undefined;
    }
  const digest = createHash("sha256");
  for (const name of [...names].toSorted()) digest.update(name);
  return `sha256:${digest.digest("hex")}`;
}

async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield rest.subarray(0, end);
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield rest;
}
