import { createHash } from "node:crypto";
import { once } from "node:events";
import { createGunzip } from "node:zlib";
import { InputError, messageOf } from "../../../kernel/errors.ts";
import { SqlReader } from "../../proof/sql-reader.ts";

/** What a dump of GitLab's database holds, seen while it passes. */
export interface DumpSeen {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** Which project a repository is of: `@hashed/ab/cd/….git` to `group/project`. */
  readonly projects: ReadonlyMap<string, string>;
}

/** Takes a compressed dump apart as its pieces come; `write` and `end` throw `InputError` for one that is damaged. */
export class DumpTap {
  readonly #gunzip = createGunzip();
  readonly #reading: Promise<DumpSeen>;

  constructor() {
    this.#reading = readDump(this.#gunzip);
    this.#reading.catch(() => undefined); // it is thrown by the next call
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#gunzip.write(chunk)) return;
    // What ends the reading tells why.
    const drained = once(this.#gunzip, "drain").catch(() => this.#reading);
    await Promise.race([drained, this.#reading]);
  }

  async end(): Promise<DumpSeen> {
    this.#gunzip.end();
    return this.#reading;
  }

  stop(): void {
    this.#gunzip.destroy();
  }
}

async function readDump(source: AsyncIterable<Uint8Array>): Promise<DumpSeen> {
  const tables: DumpSeen["tables"][number][] = [];
  const paths = new Map<string, string>();
  const disks = new Map<string, string>();
  try {
    for await (const part of new SqlReader(source).parts()) {
      if (part.kind !== "copy") continue;
      const { table, columns } = copied(part.text);
      const rows = table === "public.routes" || table === "public.project_repositories" ? [] : undefined;
      const count = await countRows(part.rows, rows);
      tables.push({ table, rows: count });
      for (const row of rows ?? []) note(table, columns, row, { paths, disks });
    }
  } catch (thrown) {
    throw new InputError(`the database's dump in it is damaged: ${messageOf(thrown)}`, { cause: thrown });
  }
  return { tables, projects: byRepository(paths, disks) };
}

/** `COPY public.routes (id, path) FROM stdin`. */
function copied(text: string): { readonly table: string; readonly columns: readonly string[] } {
  const [, name = "", columns = ""] = /^\s*copy\s+(.+?)\s*\(([^)]*)\)\s+from\s/is.exec(text) ?? [];
  return { table: name.replaceAll('"', ""), columns: columns.split(",").map((one) => one.trim().replaceAll('"', "")) };
}

/** A row is a line: what it holds of line ends is written `\n` (postgresql.org/docs/current/sql-copy.html). */
async function countRows(rows: AsyncIterable<Uint8Array>, kept: string[] | undefined): Promise<number> {
  let count = 0;
  let rest = "";
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const chunk of rows) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count += 1;
    if (kept === undefined) continue;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    kept.push(...lines);
  }
  return count;
}

interface Names {
  readonly paths: Map<string, string>;
  readonly disks: Map<string, string>;
}

/** Projects' routes and where Gitaly keeps them (gitlabhq/gitlabhq db/structure.sql: routes, project_repositories). */
function note(table: string, columns: readonly string[], row: string, { paths, disks }: Names): void {
  const values = row.split("\t");
  const of = (column: string): string => values[columns.indexOf(column)] ?? "";
  if (table === "public.project_repositories") disks.set(of("project_id"), of("disk_path"));
  else if (of("source_type") === "Project") paths.set(of("source_id"), of("path"));
}

/** The SHA-256 of the project's number, where no row says otherwise (app/models/storage/hashed.rb). */
function byRepository(paths: Names["paths"], disks: Names["disks"]): ReadonlyMap<string, string> {
  return new Map(
    [...paths].map(([id, path]) => {
      const hash = createHash("sha256").update(id).digest("hex");
      const disk = disks.get(id) ?? `@hashed/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
      return [`${disk}.git`, path];
    }),
  );
}
