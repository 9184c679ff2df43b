/** Statements as pg_dump writes them: between its first words and its last. */
export function plainDump(...statements: readonly string[]): string {
  const frame = (words: string) => ["--", `-- ${words}`, "--", ""];
  return [
    ...frame("PostgreSQL database dump"),
    "-- Dumped from database version 15.4",
    "",
    ...statements,
    ...frame("PostgreSQL database dump complete"),
  ].join("\n");
}

/** A table, and its rows as `COPY` has them, tabs between their values. */
export function copied(table: string, columns: readonly string[], ...rows: readonly string[]): string {
  const names = columns.map((column) => column.split(" ")[0]).join(", ");
  return [
    `CREATE TABLE public.${table} (${columns.join(", ")});`,
    `COPY public.${table} (${names}) FROM stdin;`,
    ...rows,
    "\\.",
    "",
  ].join("\n");
}
