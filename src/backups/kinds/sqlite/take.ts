import * as z from "zod";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { SqliteStore } from "../../../platform/backup-stores.ts";
import type { Taken, Taking } from "../../store-kind.ts";
import { type Pod, printedBy, saidBy, toldOr } from "../pod.ts";
import { takeBeside } from "../volume/take-beside.ts";
import { copyFile, type SqliteBody } from "./body.ts";
import { pythonCopy, shellCopy } from "./copy-scripts.ts";

const Line = z.union([z.tuple([z.string(), z.number()]), z.object({ head: z.string() })]);

/** Copies a live database by SQLite's own backup in the pod, and counts the copy there. */
export function take(config: SqliteStore, taking: Taking): Promise<Taken<SqliteBody>> {
  return takeBeside(config, [config.path], taking, (pod) => takeIn(pod, config, taking));
}

async function takeIn(pod: Pod, { path }: SqliteStore, taking: Taking): Promise<Taken<SqliteBody>> {
  const { clock, progress, signal } = taking;
  const tool = await toolOf(pod, signal);
  const takenAt = clock.now();
  progress(`copying ${path} in ${pod.label} by ${tool.name}`);
  const copy = new Copy(printedBy(pod, tool.command(path), { signal }));
  const lines = await copy.lines();
  const part = await taking.storePart(copyFile, copy.content());
  const heads = lines.flatMap((line) => ("head" in line ? [line.head] : []));
  return {
    takenAt,
    versions: { sqlite: tool.version },
    body: {
      pod: pod.label,
      path,
      sqlite: tool.version,
      bytes: part.bytes,
      pageBytes: copy.pageBytes,
      tables: lines.flatMap((line) => ("head" in line ? [] : [{ table: line[0], rows: line[1] }])),
      schemaHead: heads.length === 0 ? undefined : heads.toSorted().join(", "),
    },
  };
}

interface Tool {
  readonly name: string;
  readonly version: string;
  command(path: string): readonly string[];
}

/** Python before the shell: it copies in one step. Throws `InputError` where the pod has neither. */
async function toolOf(pod: Pod, signal: AbortSignal): Promise<Tool> {
  const python = ["python3", "-c", "import sqlite3; print(sqlite3.sqlite_version)"];
  const pythons = await versionBy(pod, python, signal);
  if (pythons !== undefined)
    return {
      name: "python3",
      version: pythons,
      command: (path) => ["python3", "-c", pythonCopy, path],
    };
  const shells = await versionBy(pod, ["sqlite3", "-batch", "-version"], signal);
  if (shells !== undefined)
    return { name: "sqlite3", version: shells, command: (path) => ["sh", "-c", shellCopy, "sqlite3", path] };
  throw new InputError(
    `${pod.label} has neither python3 nor sqlite3 to copy a live database with; name a pod that has one and mounts the same volume`,
  );
}

/** Undefined where the pod has no such program. */
async function versionBy(pod: Pod, command: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  return toldOr(undefined, signal, async () => (await saidBy(pod, command, { signal })).split(/\s/)[0]);
}

const longestHead = 4_000_000;

/** What a script prints: lines, an empty one, and the copy. */
class Copy {
  readonly #printed: AsyncIterator<Uint8Array>;
  #rest = Buffer.alloc(0);
  /** Known when all was read. */
  pageBytes = 0;

  constructor(printed: AsyncGenerator<Uint8Array>) {
    this.#printed = printed;
  }

  async lines(): Promise<readonly z.infer<typeof Line>[]> {
    for (;;) {
      const end = this.#rest[0] === 10 ? 0 : this.#rest.indexOf("\n\n") + 1;
      if (end > 0 || this.#rest[0] === 10) {
        const text = this.#rest.subarray(0, end).toString("utf8");
        this.#rest = this.#rest.subarray(end + 1);
        return text.split("\n").flatMap((line) => (line === "" ? [] : [Line.parse(JSON.parse(line))]));
      }
      const next = await this.#printed.next();
      if (next.done === true || this.#rest.length > longestHead)
        throw new SystemError("the copy broke off before it said what is in it", "retry");
      this.#rest = Buffer.concat([this.#rest, next.value]);
    }
  }

  /** Throws when it is not as long as its header says (sqlite.org/fileformat2.html, "The Database Header"). */
  async *content(): AsyncGenerator<Uint8Array> {
    while (this.#rest.length < 100) {
      const next = await this.#printed.next();
      if (next.done === true) throw new SystemError("the copy is no database of SQLite's", "retry");
      this.#rest = Buffer.concat([this.#rest, next.value]);
    }
    if (this.#rest.toString("latin1", 0, 15) !== "SQLite format 3")
      throw new SystemError("the copy is no database of SQLite's", "stop");
    const size = this.#rest.readUInt16BE(16);
    this.pageBytes = size === 1 ? 65_536 : size;
    const said = this.pageBytes * this.#rest.readUInt32BE(28);
    let bytes = this.#rest.length;
    yield this.#rest;
    for (let next = await this.#printed.next(); next.done !== true; next = await this.#printed.next()) {
      bytes += next.value.length;
      yield next.value;
    }
    if (bytes !== said)
      throw new SystemError(`the copy has ${bytes} bytes, and its header says ${said}: it was cut short`, "retry");
  }
}
