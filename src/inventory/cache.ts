import type { FileEntry, Skipped } from "../kernel/ports.ts";
import { decodeReading, encodeReading } from "./cache-reading.ts";
import type { Reading } from "./reading.ts";

/** What files said in an earlier run, or why their content is no text, by path and file version. */
export interface ReadingCache {
  get(file: FileEntry): Reading | Skipped | undefined;
  set(file: FileEntry, outcome: Reading | Skipped): void;
  /** The tree has been read whole: keeps what was asked for or set, and nothing else. */
  close(): void;
}

/** Where the text of a cache is kept. Losing it costs only time: neither call throws. */
export interface ReadingStore {
  load(): string | undefined;
  save(text: string): void;
}

/** A kept reading; its line is decoded only for a file that is still the same. */
interface Entry {
  readonly version: string;
  readonly line: string;
}

/**
 * Readings as one text: a first line that names each file with its version, then a line a file in that order, empty for a file
 * that says nothing, which most do. The text is loaded at once and saved only when a file is new, changed or gone. The store
 * answers for the text being ours and whole.
 */
export function openReadings(store: ReadingStore): ReadingCache {
  const before = entriesIn(store.load());
  const after = new Map<string, Entry>();
  let changed = false;
  return {
    get({ path, version }) {
      const entry = before.get(path);
      if (entry?.version !== version) return undefined;
      after.set(path, entry);
      return decodeReading(path, entry.line);
    },
    set({ path, version }, outcome) {
      after.set(path, { version, line: encodeReading(outcome) });
      changed = true;
    },
    close() {
      if (changed || after.size !== before.size) store.save(textOf(after));
    },
  };
}

function entriesIn(text: string | undefined): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  if (text === undefined) return entries;
  const [index = "[]", ...lines] = text.split("\n");
  const named = JSON.parse(index) as readonly string[];
  for (const [number, line] of lines.entries()) {
    entries.set(named[2 * number] ?? "", { version: named[2 * number + 1] ?? "", line });
  }
  return entries;
}

function textOf(entries: ReadonlyMap<string, Entry>): string {
  const named: string[] = [];
  const lines: string[] = [];
  for (const [path, { version, line }] of entries) {
    named.push(path, version);
    lines.push(line);
  }
  return [JSON.stringify(named), ...lines].join("\n");
}
