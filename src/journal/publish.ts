import { SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import { jsonOr } from "../kernel/json.ts";
import type { Store } from "../store/store.ts";
import { Anchor, anchorOf, type Signer } from "./anchor.ts";
import { commitToLog, type LogBranch } from "./branch.ts";
import { canonicalJson } from "./canonical.ts";
import { type HashedEntry, lineOf } from "./entry.ts";
import { entryAsMarkdown, entryPath, type LogFile } from "./markdown.ts";
import { entriesAfter, findEntry, keepPublished, lastPublished, type Published } from "./store.ts";

export interface PublishOptions {
  readonly log: LogBranch;
  /** What the log is called in our own records: changing it begins anew, with the first entry. */
  readonly target: string;
  readonly signer: Signer | undefined;
  /** Files of others that belong beside the entries: incidents that changed since then. */
  readonly documents?: (store: Store, since: Instant | undefined) => Promise<readonly LogFile[]>;
}

/** So many entries in one commit. */
const batch = 500;
const chunk = 1000;
const anchorPath = "docs/maintenance-logs/anchor.json";

/**
 * Puts what is new on the log's branch, in commits of many entries, and says what was published last. Killed at any point
 * and run again it leaves each entry there once.
 */
export async function publishJournal(
  store: Store,
  now: Instant,
  options: PublishOptions,
): Promise<Published | undefined> {
  let last = await lastPublished(store, options.target);
  let documents = (await options.documents?.(store, last?.at)) ?? [];
  for (;;) {
    const entries = await newEntries(store, last);
    const newest = entries.at(-1) ?? (await headEntry(store, last));
    if (newest === undefined || entries.length + documents.length === 0) return last;
    last = await publishPart(store, now, options, { entries, documents, newest, last });
    if (entries.length < batch) return last;
    documents = [];
  }
}

function newEntries(store: Store, last: Published | undefined): Promise<readonly HashedEntry[]> {
  return entriesAfter(store, last?.sequence ?? 0, batch);
}

interface Part {
  readonly entries: readonly HashedEntry[];
  readonly documents: readonly LogFile[];
  readonly newest: HashedEntry;
  readonly last: Published | undefined;
}

/** One commit. */
async function publishPart(
  store: Store,
  now: Instant,
  { log, target, signer }: PublishOptions,
  { entries, documents, newest, last }: Part,
): Promise<Published> {
  const anchor = anchorOf(newest, signer);
  const commit = await commitToLog(log, {
    files: [...entries.map(fileOf), ...(await chainFiles(store, entries)), ...documents, anchorFile(anchor)],
    message: messageOf(entries, documents.length, anchor),
    at: now,
    known: last?.commit,
    accept: { path: anchorPath, judge: (text) => judgeAnchor(store, text) },
  });
  const published = { sequence: newest.sequence, hash: newest.hash, commit, at: now };
  await keepPublished(store, target, published);
  return published;
}

/**
 * The branch remembers more than a database that was put back from a backup, or changed behind our back: the entry that its
 * anchor names must be the one we have.
 */
async function judgeAnchor(store: Store, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  const anchor = Anchor.safeParse(jsonOr(text));
  if (!anchor.success)
    throw new SystemError(`${anchorPath} on the log's branch is no anchor any more; put back the one before`, "stop");
  const { sequence, hash } = anchor.data;
  const ours = await findEntry(store, sequence);
  if (ours?.hash === hash) return;
  const what =
    ours === undefined
      ? `the log's branch holds entry ${sequence}, which this database does not have: it is another one, or older than the branch`
      : `entry ${sequence} in this database is not the one that was published: the journal was rewritten`;
  const toDo =
    "find out why; then go on with a new branch (journal in millwright.server.yaml), which begins with the first entry";
  throw new SystemError(`${what}. Nothing was pushed; ${toDo}`, "stop");
}

async function headEntry(store: Store, last: Published | undefined): Promise<HashedEntry | undefined> {
  return last === undefined ? undefined : (await entriesAfter(store, last.sequence - 1, 1))[0];
}

function fileOf(entry: HashedEntry): LogFile {
  return { path: entryPath(entry), text: entryAsMarkdown(entry) };
}

function anchorFile(anchor: Anchor): LogFile {
  return { path: anchorPath, text: `${canonicalJson(anchor)}\n` };
}

/** The lines of an export beside the pages, a thousand a file: joined, they are what `journal verify` reads. */
async function chainFiles(store: Store, entries: readonly HashedEntry[]): Promise<readonly LogFile[]> {
  const first = entries[0]?.sequence;
  const last = entries.at(-1)?.sequence;
  if (first === undefined || last === undefined) return [];
  const files: LogFile[] = [];
  for (let from = Math.floor((first - 1) / chunk) * chunk; from < last; from += chunk) {
    const until = Math.min(last, from + chunk);
    const lines = (await entriesAfter(store, from, until - from)).map(lineOf);
    const name = `${number(from + 1)}-${number(from + chunk)}.jsonl`;
    files.push({ path: `docs/maintenance-logs/chain/${name}`, text: `${lines.join("\n")}\n` });
  }
  return files;
}

function number(sequence: number): string {
  return String(sequence).padStart(9, "0");
}

/** The trailers tell anybody with a clone where the chain ended, without opening a file. */
function messageOf(entries: readonly HashedEntry[], documents: number, anchor: Anchor): string {
  const [first] = entries;
  const parts = [
    ...(first === undefined
      ? []
      : [entries.length === 1 ? `entry ${first.sequence}` : `entries ${first.sequence} to ${anchor.sequence}`]),
    ...(documents === 0 ? [] : [documents === 1 ? "one document" : `${documents} documents`]),
  ];
  const trailers = [
    `Journal-Head: ${anchor.sequence} ${anchor.hash}`,
    ...(anchor.signature === undefined
      ? []
      : [`Journal-Key: ${anchor.key ?? ""}`, `Journal-Signature: ${anchor.signature}`]),
  ];
  return `Maintenance log: ${parts.join(", ")}\n\n${trailers.join("\n")}\n`;
}
