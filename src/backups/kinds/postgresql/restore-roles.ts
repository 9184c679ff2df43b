import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { quoteName } from "../../proof/throw-away.ts";
import type { PostgresqlBody } from "./body.ts";

type Asked = Pick<SourceDatabase, "query">;

/** Roles that the backup names and the server does not have, without passwords: all of them with what they belong to, or none. */
export async function makeRoles(
  db: Asked,
  { roles }: PostgresqlBody,
): Promise<{ readonly made: readonly string[]; readonly notes: readonly string[] }> {
  const rows = await db.query("select rolname::text as name from pg_catalog.pg_roles");
  const here = new Set(rows.map(({ name }) => String(name)));
  const missing = roles.filter(({ name, superuser }) => !here.has(name) && !superuser);
  const made = missing.map(({ name }) => name);
  const groups = missing.flatMap(({ name, memberOf }) => memberOf.map((group) => ({ name, group })));
  const isKnown = ({ group }: { readonly group: string }): boolean => here.has(group) || made.includes(group);
  if (missing.length > 0)
    await together(db, [
      ...missing.map(roleStatement),
      ...groups.filter(isKnown).map(({ name, group }) => `grant ${quoteName(group)} to ${quoteName(name)}`),
    ]);
  const lacking = groups.filter((one) => !isKnown(one));
  return {
    made,
    notes: lacking.map(({ name, group }) => `${name} is no member of ${group}, which the server does not have`),
  };
}

function roleStatement(role: PostgresqlBody["roles"][number]): string {
  const may = [
    role.login ? "login" : "nologin",
    role.inherit ? "inherit" : "noinherit",
    ...(role.createDatabase ? ["createdb"] : []),
    ...(role.createRole ? ["createrole"] : []),
    ...(role.bypassRls ? ["bypassrls"] : []),
  ];
  return `create role ${quoteName(role.name)} ${may.join(" ")}`;
}

async function together(db: Asked, statements: readonly string[]): Promise<void> {
  await db.query("begin");
  try {
    for (const statement of statements) await db.query(statement);
    await db.query("commit");
  } catch (thrown) {
    await db.query("rollback").catch(() => undefined);
    throw thrown;
  }
}
