import { idOf } from "../kernel/digest.ts";
import type { FileEntry, Skipped, Tree } from "../kernel/ports.ts";
import { environmentOf, type PlatformConfig } from "../platform/config.ts";
import type { Component, Inventory, Pin } from "../platform/pin.ts";
import type { Problem } from "../platform/source.ts";
import type { System } from "../systems/contract.ts";
import { componentsOf } from "./components.ts";
import { joins } from "./join/index.ts";
import { Joining } from "./join/join.ts";
import type { Reader } from "./reader.ts";
import { type FilePin, type Reading, readFile } from "./reading.ts";
import { ParsedFile } from "./source-file.ts";
import { decode } from "./yaml/lines.ts";

/** Readings kept from an earlier run, by path and file version. */
export interface ReadingCache {
  get(file: FileEntry): Reading | undefined;
  set(file: FileEntry, reading: Reading): void;
}

export interface RepositoryOptions {
  readonly config: PlatformConfig;
  readonly readers: readonly Reader[];
  readonly systems: readonly System[];
  readonly cache?: ReadingCache;
  /** Sees every text file after it was read; files the cache answers for are read as well then. */
  readonly onFile?: (file: ParsedFile) => void;
}

/** A repository read whole. */
export interface Repository {
  readonly read: number;
  readonly skipped: readonly Skipped[];
  /** What could not be understood in files that were read. */
  readonly problems: readonly Problem[];
  readonly pins: readonly Pin[];
  readonly components: readonly Component[];
}

const batchSize = 256;

/** Reads every file of a tree once, in batches so that memory stays bounded, and joins what the files say. */
export async function readRepository(tree: Tree, options: RepositoryOptions): Promise<Repository> {
  const { files, skipped: passedOver } = await tree.list();
  const skipped = [...passedOver];
  const readings = new Map<string, Reading>();
  const wanted = files.filter((file) => !isIgnored(file.path, options.config));
  const fresh = wanted.filter((file) => {
    const cached = options.onFile === undefined ? options.cache?.get(file) : undefined;
    if (cached !== undefined) readings.set(file.path, cached);
    return cached === undefined;
  });
  for (let start = 0; start < fresh.length; start += batchSize) {
    const batch = fresh.slice(start, start + batchSize);
    const contents = await tree.read(batch);
    for (const [index, file] of batch.entries()) {
      const content = contents[index];
      const outcome = content instanceof Uint8Array ? readContent(file, content, options) : content;
      if (outcome === undefined) continue;
      if ("reason" in outcome) skipped.push(outcome);
      else readings.set(file.path, outcome);
    }
  }
  return joined(wanted, readings, skipped, options);
}

function isIgnored(path: string, config: PlatformConfig): boolean {
  return config.ignore.some(
    (entry) => path === entry.replace(/\/+$/, "") || path.startsWith(`${entry.replace(/\/+$/, "")}/`),
  );
}

function readContent(entry: FileEntry, bytes: Uint8Array, options: RepositoryOptions): Reading | Skipped {
  const decoded = decode(bytes);
  if ("problem" in decoded) return { file: entry.path, reason: decoded.problem };
  const file = new ParsedFile(entry.path, decoded.text);
  const reading = readFile(file, options.readers);
  options.cache?.set(entry, reading);
  options.onFile?.(file);
  return reading;
}

function joined(
  files: readonly FileEntry[],
  readings: Map<string, Reading>,
  skipped: Skipped[],
  options: RepositoryOptions,
): Repository {
  const inOrder = new Map(
    files.flatMap(({ path }) => {
      const reading = readings.get(path);
      return reading === undefined ? [] : [[path, reading] as const];
    }),
  );
  const joining = new Joining(inOrder, options.systems);
  for (const join of joins) join(joining);
  const pins = new Map<FilePin, Pin>();
  for (const { pin } of joining.pins()) pins.set(pin, identified(pin, options.config));
  return {
    read: readings.size,
    skipped,
    problems: [...inOrder.values()].flatMap((reading) => reading.problems),
    pins: [...pins.values()],
    components: componentsOf(joining, pins, options),
  };
}

function identified(pin: FilePin, config: PlatformConfig): Pin {
  const environment = environmentOf(pin.file, config);
  return {
    id: idOf([pin.file, pin.path, pin.kind, pin.name]),
    ...pin,
    ...(environment === undefined ? {} : { environment }),
  };
}

/** The public shape of what was read. Problems inside files stand beside skipped files, with their position. */
export function inventoryOf(repository: Repository): Inventory {
  const problems = repository.problems.map(({ file, line, column, reason }) => ({
    file,
    reason: `${line}:${column}: ${reason}`,
  }));
  return {
    schema: "millwright/inventory/1",
    files: { read: repository.read, skipped: [...repository.skipped, ...problems] },
    pins: repository.pins,
    components: repository.components,
  };
}
