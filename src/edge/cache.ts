import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Cache } from "../kernel/ports.ts";

export interface CacheOptions {
  /** Above this the oldest texts go, down to three quarters of it. */
  readonly maxTotalBytes?: number;
}

/** `$XDG_CACHE_HOME/millwright`, or `~/.cache/millwright`. A relative `XDG_CACHE_HOME` does not count (XDG base directory specification). */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const given = environment["XDG_CACHE_HOME"];
  return join(given !== undefined && isAbsolute(given) ? given : join(homedir(), ".cache"), "millwright");
}

/**
 * Texts as files below `dir`, one a key, readable by their owner only. Each is written beside its place and moved there, so
 * that a reader never sees half of one; its first line holds the digest of the rest, so that a damaged one is a miss.
 */
export function openCache(dir: string, options: CacheOptions = {}): Cache {
  const maxTotalBytes = options.maxTotalBytes ?? 300_000_000;
  let written = Number.POSITIVE_INFINITY; // unknown until the first write has looked
  return {
    read: async (key) => readText(placeOf(dir, key)),
    write: async (key, text) => {
      try {
        await writeText(dir, placeOf(dir, key), text);
        written += Buffer.byteLength(text);
        if (written > maxTotalBytes) written = await prune(dir, maxTotalBytes);
      } catch {
        // A cache that cannot be written (read-only home, full disk) costs time, not correctness.
      }
    },
  };
}

function placeOf(dir: string, key: string): string {
  return join(dir, `${digest(key)}.cache`);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function readText(place: string): Promise<string | undefined> {
  try {
    const content = await readFile(place, "utf8");
    const end = content.indexOf("\n");
    const text = content.slice(end + 1);
    return end !== -1 && content.slice(0, end) === digest(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

async function writeText(dir: string, place: string, text: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const beside = `${place}.${randomUUID()}.part`;
  try {
    await writeFile(beside, `${digest(text)}\n${text}`, { mode: 0o600, flag: "wx" });
    await rename(beside, place);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
}

/** Removes the longest unwritten files until three quarters of the limit are left. Returns the bytes that remain. */
async function prune(dir: string, maxTotalBytes: number): Promise<number> {
  const names = (await readdir(dir)).filter((name) => /\.(cache|part)$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(dir, name));
      return { path: join(dir, name), size, mtimeMs };
    }),
  );
  let total = files.reduce((sum, file) => sum + file.size, 0);
  if (total <= maxTotalBytes) return total;
  files.sort((a, b) => a.mtimeMs - b.mtimeMs);
  for (const file of files) {
    if (total <= maxTotalBytes * 0.75) break;
    await rm(file.path, { force: true });
    total -= file.size;
  }
  return total;
}
