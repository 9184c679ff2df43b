import type { Database } from "../../../kernel/backup-ports.ts";

type Row = Readonly<Record<string, unknown>>;

/** So many rows are held at once; a value may have some megabytes. */
const atOnce = 200;

/** All rows of a question, some at a time. Within a transaction, and one question after another. */
export async function* allRows(db: Pick<Database, "query">, select: string): AsyncGenerator<readonly Row[]> {
  await db.query(`declare all_rows no scroll cursor for ${select}`);
  for (;;) {
    const rows = await db.query(`fetch forward ${atOnce} from all_rows`);
    if (rows.length === 0) break;
    yield rows;
  }
  await db.query("close all_rows");
}

export const brokenOff = "trying the rails key was broken off";
