import { instantOf } from "../kernel/instant.ts";
import type { JournalDraft } from "../platform/record.ts";
import { chain, type HashedEntry, lineOf, noHash } from "./entry.ts";

export const testNow = instantOf(Date.UTC(2026, 10, 20, 22));

/** A draft that differs from others by its number. */
export function draftOf(number: number, more: Partial<JournalDraft> = {}): JournalDraft {
  return {
    at: instantOf(Date.parse(testNow) + number * 60_000),
    kind: "change",
    actor: { kind: "person", id: "oidc:ada", name: "Ada" },
    task: `Change ${number}`,
    environment: "staging",
    ...more,
  };
}

/** A chain of so many entries. */
export function chainOf(drafts: readonly JournalDraft[]): readonly HashedEntry[] {
  const entries: HashedEntry[] = [];
  let head = { sequence: 0, hash: noHash };
  for (const draft of drafts) {
    const entry = chain(draft, head);
    entries.push(entry);
    head = { sequence: entry.sequence, hash: entry.hash };
  }
  return entries;
}

export function exportOf(entries: readonly HashedEntry[]): string {
  return entries.map((entry) => `${lineOf(entry)}\n`).join("");
}

export function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
