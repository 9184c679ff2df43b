import { sql } from "kysely";
import { patternOf } from "../access/paging.ts";
import { SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { EntryKind, JournalDraft } from "../platform/record.ts";
import { isDuplicate } from "../store/failures.ts";
import { asJson, type Store } from "../store/store.ts";
import { canonicalJson } from "./canonical.ts";
import { chain, type HashedEntry, type Head, noHash } from "./entry.ts";

interface JournalTables {
  readonly journal_entries: {
    readonly sequence: number;
    readonly at: Instant;
    readonly kind: EntryKind;
    readonly environment: string | null;
    readonly actor_id: string;
    readonly links: Readonly<Record<string, string>>;
    readonly entry: string;
    readonly hash: string;
  };
  readonly journal_published: {
    readonly target: string;
    readonly sequence: number;
    readonly hash: string;
    readonly git_commit: string;
    readonly at: Instant;
  };
}

/** Held from the first entry of a transaction to its end: the next entry follows on a head that is committed. `jour` in hexadecimal. */
const lock = 0x6a6f7572;

/**
 * Appends an entry in the caller's transaction: it is there if and only if what it tells of is. Other writers wait until that
 * transaction ends, so write entries last, and expect read committed isolation.
 */
export async function record(store: Store, draft: JournalDraft): Promise<void> {
  await store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(${lock})`.execute(part.tables());
    const { hash, ...entry } = chain(draft, await headOf(part));
    try {
      await part
        .tables<JournalTables>()
        .insertInto("journal_entries")
        .values({
          sequence: entry.sequence,
          at: entry.at,
          kind: entry.kind,
          environment: entry.environment ?? null,
          actor_id: entry.actor.id,
          links: asJson(entry.links),
          entry: canonicalJson(entry),
          hash,
        })
        .execute();
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      throw new SystemError("another entry took this place in the journal; nothing was written", "retry", {
        cause: thrown,
      });
    }
  });
}

/** Where the chain ends; number 0 while it is empty. */
export async function headOf(store: Store): Promise<Head> {
  const row = await store
    .tables<JournalTables>()
    .selectFrom("journal_entries")
    .select(["sequence", "hash"])
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? { sequence: 0, hash: noHash };
}

export interface EntryQuery {
  readonly kind?: EntryKind | undefined;
  /** A kind that is left out. */
  readonly without?: EntryKind | undefined;
  /** Only of these; undefined: all, also those that belong to no environment. */
  readonly environments?: readonly string[] | undefined;
  readonly environment?: string | undefined;
  readonly from?: Instant | undefined;
  /** Not included. */
  readonly until?: Instant | undefined;
  /** `["incident", "12"]`: entries that link to it. */
  readonly link?: readonly [string, string] | undefined;
  /** Anywhere in the entry as it is written. */
  readonly text?: string | undefined;
  /** Only entries with a smaller number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Entries, newest first. */
export async function listEntries(store: Store, wanted: EntryQuery): Promise<readonly HashedEntry[]> {
  let query = entriesThat(store, wanted).select(["entry", "hash"]).orderBy("sequence", "desc").limit(wanted.limit);
  if (wanted.before !== undefined) query = query.where("sequence", "<", wanted.before);
  return (await query.execute()).map(entryOfRow);
}

/** How many entries fit, whatever the page. */
export async function totalEntries(store: Store, wanted: EntryQuery): Promise<number> {
  const query = entriesThat(store, wanted).select(sql<number>`count(*)::int`.as("total"));
  return (await query.executeTakeFirstOrThrow()).total;
}

function entriesThat(store: Store, wanted: EntryQuery) {
  const { kind, without, environments, environment, from, until, link, text } = wanted;
  let query = store.tables<JournalTables>().selectFrom("journal_entries");
  if (kind !== undefined) query = query.where("kind", "=", kind);
  if (without !== undefined) query = query.where("kind", "<>", without);
  if (environments !== undefined)
    query = query.where("environment", "in", environments.length === 0 ? [""] : environments);
  if (environment !== undefined) query = query.where("environment", "=", environment);
  if (from !== undefined) query = query.where("at", ">=", from);
  if (until !== undefined) query = query.where("at", "<", until);
  if (link !== undefined) query = query.where(sql<boolean>`links @> ${asJson({ [link[0]]: link[1] })}`);
  return text === undefined ? query : query.where("entry", "ilike", patternOf(text));
}

/** Entries after a number, in order. */
export async function entriesAfter(store: Store, sequence: number, limit: number): Promise<readonly HashedEntry[]> {
  const rows = await store
    .tables<JournalTables>()
    .selectFrom("journal_entries")
    .select(["entry", "hash"])
    .where("sequence", ">", sequence)
    .orderBy("sequence")
    .limit(limit)
    .execute();
  return rows.map(entryOfRow);
}

export async function findEntry(store: Store, sequence: number): Promise<HashedEntry | undefined> {
  const row = await store
    .tables<JournalTables>()
    .selectFrom("journal_entries")
    .select(["entry", "hash"])
    .where("sequence", "=", sequence)
    .executeTakeFirst();
  return row === undefined ? undefined : entryOfRow(row);
}

export interface Published extends Head {
  readonly commit: string;
  readonly at: Instant;
}

/** What was last published to a target. */
export async function lastPublished(store: Store, target: string): Promise<Published | undefined> {
  const row = await store
    .tables<JournalTables>()
    .selectFrom("journal_published")
    .select(["sequence", "hash", "git_commit as commit", "at"])
    .where("target", "=", target)
    .orderBy("sequence", "desc")
    .orderBy("at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row;
}

export async function keepPublished(store: Store, target: string, published: Published): Promise<void> {
  const { commit, sequence, hash, at } = published;
  await store
    .tables<JournalTables>()
    .insertInto("journal_published")
    .values({ target, sequence, hash, git_commit: commit, at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function entryOfRow(row: { readonly entry: string; readonly hash: string }): HashedEntry {
  // Written by ourselves and never changed; whether that is so is for `verifyJournal` to say.
  return { ...JSON.parse(row.entry), hash: row.hash } as HashedEntry;
}
