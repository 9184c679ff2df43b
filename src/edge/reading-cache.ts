import { hash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface ReadingCacheOptions {
  /** A longer text is not kept. */
  readonly maxBytes?: number;
  /** Above this the folders that were read longest ago are forgotten. */
  readonly maxFolders?: number;
}

/**
 * Keeps one text a folder in files below `dir`, readable by their owner only. `edition` names the code that made the text: the
 * text of another one is a miss. A text is written beside its place and moved there, and its first line holds the digest of the
 * rest, so that half a text or a damaged one is a miss too. A failed write is silent.
 *
 * All calls are synchronous, for a process that has nothing else to do meanwhile: a text of 1 MB loads in about 2 ms.
 */
export function openReadingStore(
  dir: string,
  key: { readonly folder: string; readonly edition: string },
  options: ReadingCacheOptions = {},
): { load(): string | undefined; save(text: string): void } {
  const place = join(dir, `${digest(key.folder)}.readings`);
  const head = (text: string): string => digest(`${key.edition}\n${key.folder}\n${text}`);
  const maxBytes = options.maxBytes ?? 64_000_000;
  return {
    load() {
      try {
        if (statSync(place).size > maxBytes + 100) return undefined;
        const content = readFileSync(place, "utf8");
        const end = content.indexOf("\n");
        const text = content.slice(end + 1);
        return end !== -1 && content.slice(0, end) === head(text) ? text : undefined;
      } catch {
        return undefined;
      }
    },
    save(text) {
      if (text.length > maxBytes) return;
      try {
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        replace(place, `${head(text)}\n${text}`);
        prune(dir, options.maxFolders ?? 64);
      } catch {
        // A cache that cannot be written (read-only home, full disk) costs time, not correctness.
      }
    },
  };
}

function digest(text: string): string {
  return hash("sha256", text);
}

function replace(place: string, content: string): void {
  const beside = `${place}.${randomUUID()}.part`;
  try {
    writeFileSync(beside, content, { mode: 0o600, flag: "wx" });
    renameSync(beside, place);
  } catch (thrown) {
    rmSync(beside, { force: true });
    throw thrown;
  }
}

/** Half-written files of a process that died count as folders, so they go as well. */
function prune(dir: string, maxFolders: number): void {
  const names = readdirSync(dir).filter((name) => /\.(readings|part)$/.test(name));
  if (names.length <= maxFolders) return;
  const byAge = names.map((name) => ({ name, at: statSync(join(dir, name)).mtimeMs })).toSorted((a, b) => a.at - b.at);
  for (const { name } of byAge.slice(0, names.length - maxFolders)) rmSync(join(dir, name), { force: true });
}
