import { idOf } from "../kernel/digest.ts";
import type { FileEntry, Skipped, Tree } from "../kernel/ports.ts";
import { environmentOf, type PlatformConfig } from "../platform/config.ts";
import type { Component, Inventory, Pin } from "../platform/pin.ts";
import type { Problem } from "../platform/source.ts";
import type { System } from "../systems/contract.ts";
import type { ReadingCache } from "./cache.ts";
import { componentsOf } from "./components.ts";
import { joins } from "./join/index.ts";
import { Joining } from "./join/join.ts";
import { isNeverRead } from "./names.ts";
import type { Reader } from "./reader.ts";
import { type FilePin, type Reading, readFile } from "./reading.ts";
import { ParsedFile } from "./source-file.ts";
import { decode } from "./yaml/lines.ts";

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
  const wanted =
    options.config.ignore.length === 0 ? files : files.filter((file) => !isIgnored(file.path, options.config));
  const outcomes = await outcomesOf(wanted, tree, options);
  const readings = new Map<string, Reading>();
  const skipped = [...passedOver];
  for (const { path } of wanted) {
    const outcome = outcomes.get(path);
    if (outcome === undefined) continue;
    if ("reason" in outcome) skipped.push(outcome);
    else readings.set(path, outcome);
  }
  return joined(readings, skipped, options);
}

/** What each file says, from the cache where it knows the file. A rule that looks at texts needs all of them read. */
async function outcomesOf(
  files: readonly FileEntry[],
  tree: Tree,
  options: RepositoryOptions,
): Promise<ReadonlyMap<string, Reading | Skipped>> {
  const cache = options.onFile === undefined ? options.cache : undefined;
  const outcomes = new Map<string, Reading | Skipped>();
  const fresh = files.filter((file) => {
    if (options.onFile === undefined && isNeverRead(file.path)) return false;
    const known = cache?.get(file);
    if (known !== undefined) outcomes.set(file.path, known);
    return known === undefined;
  });
  for (let start = 0; start < fresh.length; start += batchSize) {
    const batch = fresh.slice(start, start + batchSize);
    const contents = await tree.read(batch);
    for (const [index, file] of batch.entries()) {
      const content = contents[index];
      if (content instanceof Uint8Array) {
        const outcome = readContent(file.path, content, options);
        cache?.set(file, outcome);
        outcomes.set(file.path, outcome);
      } else if (content !== undefined) outcomes.set(file.path, content);
    }
  }
  cache?.close();
  return outcomes;
}

function isIgnored(path: string, config: PlatformConfig): boolean {
  return config.ignore.some(
    (entry) => path === entry.replace(/\/+$/, "") || path.startsWith(`${entry.replace(/\/+$/, "")}/`),
  );
}

function readContent(path: string, bytes: Uint8Array, options: RepositoryOptions): Reading | Skipped {
  const decoded = decode(bytes);
  if ("problem" in decoded) return { file: path, reason: decoded.problem };
  const file = new ParsedFile(path, decoded.text);
  const reading = readFile(file, options.readers);
  options.onFile?.(file);
  return reading;
}

/** `readings` are in the order of the files. */
function joined(
  readings: ReadonlyMap<string, Reading>,
  skipped: readonly Skipped[],
  options: RepositoryOptions,
): Repository {
  const joining = new Joining(readings, options.systems);
  for (const join of joins) join(joining);
  const pins = new Map<FilePin, Pin>();
  const environments = new Map<string, string | undefined>();
  for (const file of readings.keys()) environments.set(file, environmentOf(file, options.config));
  for (const { pin } of joining.pins()) pins.set(pin, identified(pin, environments.get(pin.file)));
  return {
    read: readings.size,
    skipped,
    problems: [...readings.values()].flatMap((reading) => reading.problems),
    pins: [...pins.values()],
    components: componentsOf(joining, pins, options),
  };
}

function identified(pin: FilePin, environment: string | undefined): Pin {
  const id = idOf([pin.file, pin.path, pin.kind, pin.name]);
  return environment === undefined ? { id, ...pin } : { id, ...pin, environment };
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
