import type { PostgresqlBody } from "./body.ts";

/** Why a database that came over whole may be one that nobody writes to; undefined where anything is in it. */
export function emptiness({
  source,
  content: { tables, largeObjects },
}: Pick<PostgresqlBody, "source" | "content">): string | undefined {
  if (largeObjects.count > 0 || tables.some(({ rows }) => rows > 0)) return undefined;
  const what = tables.length === 0 ? "there is no table" : "no table holds a row";
  return `${what}: is ${source.database} the database that the application uses?`;
}

/**
 * Why a dump that came back whole may be none of what its application keeps: a receipt says so, whatever the proof found. `empty`:
 * of tables that a system would have filled, why they mean nothing.
 */
export function doubtsOf(body: PostgresqlBody, empty: readonly string[]): readonly string[] {
  const nothing = emptiness(body);
  return [
    ...(nothing === undefined ? [] : [`any row: ${nothing}`]),
    ...empty.map((why) => `what the application keeps: ${why}`),
    ...(body.notes ?? []).map((note) => `that the application keeps its data here: ${note}`),
  ];
}
