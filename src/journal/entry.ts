import { hash } from "node:crypto";
import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { EntryKind, JournalDraft } from "../platform/record.ts";
import { canonicalJson } from "./canonical.ts";
import { redactDraft } from "./redact.ts";

/** Stands in every entry, so that a text says by itself how it is to be read and hashed. */
export const entrySchema = "millwright/journal/1";

/** What stands before the first entry. */
export const noHash = "0".repeat(64);

/** An entry in its place. The hash is over all of it, its number and the hash before it included. */
export interface Entry {
  readonly schema: typeof entrySchema;
  /** From 1, without gaps. */
  readonly sequence: number;
  /** The hash of the entry before; 64 zeros for the first. */
  readonly previous: string;
  readonly at: Instant;
  readonly kind: EntryKind;
  readonly actor: Actor;
  readonly task: string;
  readonly environment?: string | undefined;
  readonly durationSeconds?: number | undefined;
  readonly issues: readonly string[];
  readonly nextActions: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Where something that looked like a secret was taken out. */
  readonly redacted?: readonly string[] | undefined;
}

export interface HashedEntry extends Entry {
  readonly hash: string;
}

/** Where the chain ends. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** Gives a draft the place after `head`. What looks like a secret is taken out before it is hashed. */
export function chain(draft: JournalDraft, head: Head): HashedEntry {
  const { draft: clean, redacted } = redactDraft(draft);
  const entry: Entry = {
    schema: entrySchema,
    sequence: head.sequence + 1,
    previous: head.hash,
    at: clean.at,
    kind: clean.kind,
    actor: { kind: clean.actor.kind, id: clean.actor.id, name: clean.actor.name },
    task: clean.task,
    environment: clean.environment,
    durationSeconds: clean.durationSeconds,
    issues: clean.issues ?? [],
    nextActions: clean.nextActions ?? [],
    links: clean.links ?? {},
    evidence: clean.evidence ?? {},
    redacted: redacted.length === 0 ? undefined : redacted,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** SHA-256 of the entry's canonical JSON, in hexadecimal. A `hash` among its properties is left aside. */
export function hashOf(entry: Readonly<Record<string, unknown>> | Entry): string {
  return hash("sha256", canonicalJson({ ...entry, hash: undefined }));
}

/** The line of an export. */
export function lineOf(entry: HashedEntry): string {
  return canonicalJson(entry);
}
