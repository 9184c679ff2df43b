import type { Spill } from "../../../kernel/backup-ports.ts";
import { linesOf } from "../../lines.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { withSpill } from "../../with-spill.ts";
import { partOf } from "../part-of.ts";
import { type FilesBody, listFile } from "./body.ts";
import type { Listed } from "./list.ts";
import { plainName } from "./there.ts";

/** A backup's list by plain names, in a file of the scratch folder; here some pages of it are held, however many files there are. */
export class ListedFiles {
  readonly #spill: Spill;
  /** Which of the passes over it is under way: what was met in one is not in the next. */
  #pass = 0;

  private constructor(spill: Spill) {
    this.#spill = spill;
    spill.run(`create table listed (name text primary key, path text, kind text, size integer, sha256 text, met integer)
      without rowid`);
  }

  /** For as long as the work takes. */
  static async during<T>(
    sealed: SealedBody<FilesBody>,
    { ports, scratch, readPart }: Restoring,
    work: (listed: ListedFiles) => Promise<T>,
  ): Promise<T> {
    return withSpill(scratch, ports, async (spill) => {
      const listed = new ListedFiles(spill);
      await listed.#read(readPart(partOf(sealed, listFile)));
      return work(listed);
    });
  }

  async #read(stream: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const line of linesOf(stream)) {
      if (line === "") continue;
      const { path, kind, size, sha256 = null } = JSON.parse(line) as Listed;
      this.#spill.run(
        "insert or replace into listed values (?, ?, ?, ?, ?, 0)",
        plainName(path),
        path,
        kind,
        size,
        sha256,
      );
    }
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): Listed | undefined {
    const [row] = this.#spill.all("select * from listed where name = ?", name);
    return row === undefined ? undefined : listedOf(row);
  }

  /** How many there are of a name and below it, and what room they take: each file takes whole blocks, and its name some more. */
  below(name: string): { readonly count: number; readonly bytes: number } {
    const [row] = this.#spill.all(
      `select count(*) as count, coalesce(sum((size + 4095) / 4096 * 4096 + 512), 0) as bytes from listed where ${isBelow}`,
      ...bounds(name),
    );
    return { count: Number(row?.["count"]), bytes: Number(row?.["bytes"]) };
  }

  /** Begins to compare: nothing was met yet. */
  compare(): void {
    this.#pass += 1;
  }

  /** What the list has of a name that lies at or below another, once; undefined: nothing, or it was met. */
  meet(name: string, within: string): Listed | undefined {
    if (name !== within && !name.startsWith(`${within}/`)) return undefined;
    const isFirst = this.#spill.run(
      "update listed set met = ? where name = ? and met <> ?",
      this.#pass,
      name,
      this.#pass,
    );
    return isFirst ? this.get(name) : undefined;
  }

  /** Names at and below another that were not met. */
  *unmet(within: string): Generator<string> {
    const rows = this.#spill.each(
      `select name from listed where ${isBelow} and met <> ?`,
      ...bounds(within),
      this.#pass,
    );
    for (const { name } of rows) yield String(name);
  }
}

/** A stroke comes right before a zero. */
const isBelow = "(name = ? or name >= ? and name < ?)";

function bounds(name: string): readonly [string, string, string] {
  return [name, `${name}/`, `${name}0`];
}

function listedOf(row: Readonly<Record<string, unknown>>): Listed {
  const { path, kind, size, sha256 } = row as unknown as Listed & { readonly sha256: string | null };
  return { path, kind, size, changedAt: 0, ...(sha256 === null ? {} : { sha256 }) };
}
