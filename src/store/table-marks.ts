import { sql } from "kysely";
import type { Store } from "./store.ts";

/** Table → what marks its last change. A table that is not in it is not watched. */
export type TableMarks = ReadonlyMap<string, string>;

/** Of all tables that are watched (migration 92), in one statement: a mark is another one once a change of its table was committed. */
export async function tableMarks(store: Store): Promise<TableMarks> {
  const { rows } = await sql<{ about: string; mark: string }>`
    select about, string_agg(number::text, ' ' order by number) as mark from change_mark group by about`.execute(
    store.tables(),
  );
  return new Map(rows.map(({ about, mark }) => [about, mark]));
}
