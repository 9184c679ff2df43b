import { counted } from "../../../kernel/count.ts";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import type { StoreKind } from "../../store-kind.ts";
import { PostgresqlBody } from "./body.ts";
import { emptiness } from "./emptiness.ts";
import { prove } from "./prove.ts";
import { restore } from "./restore.ts";
import { ahead, take } from "./take.ts";

/** A database by its address or in its pod: `pg_dump` and the counts share one exported snapshot. */
export const postgresql: StoreKind<PostgresqlStore, PostgresqlBody> = {
  id: "postgresql",
  turn: "database",
  asksNoHistory: true,
  body: PostgresqlBody,
  take,
  ahead,
  prove,
  restore,
  summary: (body) => {
    const { tables } = body.content;
    const rows = tables.reduce((sum, one) => sum + one.rows, 0);
    const empty = emptiness(body);
    const counts = `database ${body.source.database}, ${counted(tables.length, "table")}, ${rows} rows`;
    return empty === undefined ? counts : `${counts}: ${empty}`;
  },
  facts: ({ databaseClock, source, content, roles, pod, usedBy = [], notes = [] }) => [
    ["database", pod === undefined ? source.database : `${source.database} in ${pod}`],
    ...[[...usedBy, ...notes].join("; ")].flatMap((users) => (users === "" ? [] : [["used by", users] as const])),
    ["server", `PostgreSQL ${source.serverVersion}, cluster ${source.systemIdentifier}, at ${source.lsn}`],
    ["clock", `${databaseClock} by the database's`],
    ["schema", content.schemaHead === undefined ? "of no system we know" : content.schemaHead.head],
    ["roles", roles.map(({ name }) => name).join(", ")],
    ["extensions", content.extensions.map(({ name, version }) => `${name} ${version}`).join(", ") || "none"],
    ...content.tables
      .toSorted((a, b) => b.rows - a.rows)
      .slice(0, 10)
      .map(({ table, rows }) => ["table", `${table}: ${rows} rows`] as const),
  ],
  doesNotCover: ["passwords of database roles"],
};
