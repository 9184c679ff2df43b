import * as z from "zod";

/** What the manifest of a Redis says; its one part is a dump as a replica gets it. */
export const RedisBody = z.object({
  server: z.string(),
  /** A running Redis goes on between the counts and the dump: it was counted before and after. */
  databases: z.array(z.object({ db: z.number(), before: z.number(), after: z.number() })),
  /** Over the names of all keys; only where they were the same before and after the dump. */
  names: z.string().optional(),
  /** They were others after it. Neither this nor names: a backup of a time when names of very many keys were not read. */
  moved: z.boolean().optional(),
});
export type RedisBody = z.infer<typeof RedisBody>;

export const dumpFile = "dump.rdb";
