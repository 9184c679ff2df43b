import { counted } from "../../../kernel/count.ts";
import type { RedisStore } from "../../../platform/backup-stores.ts";
import type { StoreKind } from "../../store-kind.ts";
import { RedisBody } from "./body.ts";
import { prove } from "./prove.ts";
import { restore } from "./restore.ts";
import { take } from "./take.ts";

/** All databases of a Redis, as a replica gets them. */
export const redis: StoreKind<RedisStore, RedisBody> = {
  id: "redis",
  turn: "database",
  body: RedisBody,
  take,
  prove,
  restore,
  summary: ({ server, databases }) =>
    `Redis ${server}, ${counted(databases.length, "database")}, ${databases.reduce((sum, { after }) => sum + after, 0)} keys`,
  facts: ({ server, databases, names, moved }) => [
    ["server", `Redis ${server}`],
    ["moved on meanwhile", names === undefined ? (moved ? "yes" : "not known") : "no: the same keys before and after"],
    ...databases.map(({ db, before, after }) => ["database", `${db}: ${before} keys before, ${after} after`] as const),
  ],
  doesNotCover: ["the server's configuration and its users (ACL)", "what subscribers of channels had not read"],
};
