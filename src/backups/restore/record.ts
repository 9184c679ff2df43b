import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import { readRecord, recordsIn, writeRecord } from "../repository/records.ts";
import type { Repository } from "../repository/restic.ts";
import type { RestoreOptions } from "./restore.ts";

/** What a restore in place did, kept in the repository: by it the restore is taken up and taken back. */
const RestoreRecord = z.object({
  schema: z.literal("millwright/restore/1"),
  id: z.string(),
  from: z.string(),
  /** Only keys that begin so were restored. */
  prefix: z.string().default(""),
  /** This Git repository alone was restored. */
  gitRepository: z.string().optional(),
  by: z.string(),
  beganAt: z.string(),
  endedAt: z.string().optional(),
  state: z.enum(["begun", "restored", "failed", "undone"]),
  stores: z.array(
    z.object({
      store: z.string(),
      backup: z.string(),
      /** The backup that was made of it before. */
      safety: z.string().optional(),
      /** Others that were made of it: at another attempt, or before it was taken back. */
      besides: z.array(z.string()).default([]),
      state: z.enum(["not-begun", "begun", "restored", "failed", "undone"]),
      words: z.array(z.string()),
    }),
  ),
});
export type RestoreRecord = z.infer<typeof RestoreRecord>;

export async function keepRestore(
  record: RestoreRecord,
  { repository, identity, signal, clock }: RestoreOptions,
): Promise<void> {
  const said = { kind: "restore" as const, id: record.id, at: clock.now(), verdict: record.state };
  await writeRecord(repository, said, identity, record, signal);
}

/** The record of a restore by its id or the beginning of it; throws `InputError` where there is none. */
export async function findRestore(id: string, repository: Repository): Promise<RestoreRecord> {
  const found = await knownRestore(id, repository);
  if (found === undefined) throw new InputError(`There is no restore ${id} in this repository.`);
  return found;
}

export async function knownRestore(id: string, repository: Repository): Promise<RestoreRecord | undefined> {
  const records = recordsIn(await repository.snapshots(), "restore").filter(
    (one) => one.id === id || one.id.startsWith(id),
  );
  const [record] = records.toSorted((a, b) => a.id.length - b.id.length);
  return record === undefined ? undefined : RestoreRecord.parse(JSON.parse(await readRecord(repository, record)));
}
