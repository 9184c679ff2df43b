import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import { type CataloguedRecord, readRecord, recordsIn, writeRecord } from "../repository/records.ts";
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
  /** Why applications were not down all the time, at any of its attempts, or when it was last taken back, and what to do. */
  notDown: z.array(z.string()).default([]),
  stores: z.array(
    z.object({
      store: z.string(),
      backup: z.string(),
      /** The backup that was made of it before. */
      safety: z.string().optional(),
      /** Others that were made of it: at another attempt, or before it was taken back. */
      besides: z.array(z.string()).default([]),
      state: z.enum(["not-begun", "begun", "restored", "failed", "undone"]),
      /** Whether an attempt came so far that what is there may be replaced, although it failed; undefined: its kind does not say. */
      replacing: z.boolean().optional(),
      words: z.array(z.string()),
    }),
  ),
});
export type RestoreRecord = z.infer<typeof RestoreRecord>;

/** `home`: the repository that it is kept in. */
export async function keepRestore(
  record: RestoreRecord,
  home: Repository,
  { identity, signal, clock }: Pick<RestoreOptions, "identity" | "signal" | "clock">,
): Promise<void> {
  const said = { kind: "restore" as const, id: record.id, at: clock.now(), verdict: record.state };
  await writeRecord(home, said, identity, record, signal);
}

/** The record of a restore by its id or a beginning that no other has; throws `InputError` where that is not one. */
export async function findRestore(id: string, repository: Repository): Promise<RestoreRecord> {
  if (id === "") throw new InputError("Name a restore: the name that it gave when it ended.");
  const records = recordsIn(await repository.snapshots(), "restore");
  const exact = records.filter((one) => one.id === id);
  const [record, ...more] = exact.length > 0 ? exact : records.filter((one) => one.id.startsWith(id));
  if (record === undefined) throw new InputError(`There is no restore ${id} in this repository.`);
  if (more.length > 0)
    throw new InputError(
      `${more.length + 1} restores begin so: ${[record, ...more].map((one) => one.id).join(", ")}; name one of them`,
    );
  return readRestore(record, repository);
}

/** The record of just this restore. */
export async function knownRestore(id: string, repository: Repository): Promise<RestoreRecord | undefined> {
  const record = recordsIn(await repository.snapshots(), "restore").find((one) => one.id === id);
  return record === undefined ? undefined : readRestore(record, repository);
}

async function readRestore(record: CataloguedRecord, repository: Repository): Promise<RestoreRecord> {
  return RestoreRecord.parse(JSON.parse(await readRecord(repository, record)));
}
