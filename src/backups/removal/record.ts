import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { jsonOr } from "../../kernel/json.ts";
import { Signature, signed, whyNotSigned } from "../receipts/signed.ts";
import type { Identity } from "../repository/manifest.ts";
import { readRecord, recordsIn, writeRecord } from "../repository/records.ts";
import type { Repository } from "../repository/restic.ts";

/*
 * Whoever removes by Millwright writes down first what goes, by whom and why, signed by the key that signs receipts: a server then
 * knows that it did not go behind our back. Whoever may write to the repository and has not that key makes no such record.
 */

export const Removal = z.object({
  schema: z.literal("millwright/removal/1"),
  id: z.string(),
  installation: z.string(),
  environment: z.string(),
  repository: z.string(),
  /** When it was begun. */
  at: z.iso.datetime(),
  /** USER@HOST, or a server's run. */
  by: z.string(),
  /** In the words of whoever did it. */
  why: z.string().optional(),
  backups: z.array(z.object({ id: z.string(), store: z.string(), why: z.array(z.string()) })),
  points: z.array(z.string()),
  packs: z.number(),
  debris: z.array(z.object({ snapshot: z.string(), backup: z.string() })),
});
export type Removal = z.infer<typeof Removal>;

const Kept = z.object({ removal: z.unknown(), signature: Signature.optional() });

type Whose = Pick<Identity, "installation" | "environment" | "repository">;

const prefix = "millwright-removal-1.";

/** Writes one down; without a key it is not signed, and a server does not go by it. */
export async function keepRemoval(
  repository: Repository,
  removal: Removal,
  privatePem: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { id, at } = removal;
  const signature = privatePem === undefined ? undefined : signed(prefix, removal, privatePem);
  const record = {
    kind: "removal" as const,
    id,
    at: at as Instant,
    verdict: signature === undefined ? "unsigned" : "signed",
  };
  await writeRecord(repository, record, removal, { removal, signature }, signal);
}

/** A removal as it was written down. */
export interface ReadRemoval {
  readonly removal: Removal;
  /** Why nobody is to go by it, as the end of a sentence; undefined: it is signed, and of this repository. */
  readonly untrusted: string | undefined;
}

/** Throws `InputError` where there is none of that id, or it cannot be read. */
export async function readRemoval(
  repository: Repository,
  id: string,
  whose: Whose,
  keys: readonly string[],
): Promise<ReadRemoval> {
  const record = recordsIn(await repository.snapshots(), "removal").find((one) => one.id === id);
  if (record === undefined) throw new InputError(`No removal ${id} is written down in this repository.`);
  return removalIn(await readRecord(repository, record), whose, keys);
}

/** Throws `InputError` for what is none. */
export function removalIn(text: string, whose: Whose, keys: readonly string[]): ReadRemoval {
  const kept = Kept.safeParse(jsonOr(text));
  const removal = Removal.safeParse(kept.data?.removal);
  if (kept.data === undefined || removal.data === undefined)
    throw new InputError("What is written down there is no removal; a later version may have written it.");
  return {
    removal: removal.data,
    untrusted: otherOf(removal.data, whose) ?? whyNotSigned(prefix, kept.data.removal, kept.data.signature, keys),
  };
}

/** Copied from another repository it says nothing of this one. */
function otherOf(removal: Removal, { installation, environment, repository }: Whose): string | undefined {
  const isOurs =
    removal.installation === installation && removal.environment === environment && removal.repository === repository;
  return isOurs ? undefined : "is of another repository";
}
