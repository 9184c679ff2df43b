import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import { quoteName, quoteText } from "../../proof/throw-away.ts";
import type { Restoring, StoreRestored } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { PostgresqlBody } from "./body.ts";
import { compareContent } from "./compare.ts";
import type { Ungiven } from "./compare-owned.ts";
import { contentOf } from "./content.ts";
import { knowsProviders, localeOf, sortingBy } from "./locale.ts";
import type { RestoreServer } from "./restore-server.ts";
import { propertiesOf } from "./source.ts";

type Sealed = SealedBody<PostgresqlBody>;
type Asked = Pick<SourceDatabase, "query">;

/**
 * Makes an empty database; like another that is there, otherwise as the backup says. The server's own tablespace is not named: that
 * takes a right to it, which superusers alone have.
 */
export async function makeDatabase(db: Asked, name: string, { body }: Sealed, like: string): Promise<void> {
  const [row] = await db.query(`
    select nullif(t.spcname, 'pg_default')::text as space from pg_catalog.pg_database d
    join pg_catalog.pg_tablespace t on t.oid = d.dattablespace where d.datname = ${quoteText(like)}`);
  const space = typeof row?.["space"] === "string" ? ` tablespace ${quoteName(row["space"])}` : "";
  const sorting = sortingBy((await localeOf(db, like)) ?? body.source, await knowsProviders(db));
  try {
    await db.query(
      `create database ${quoteName(name)} template template0 encoding ${quoteText(body.source.encoding)} ${sorting}${space}`,
    );
  } catch (thrown) {
    if (!(thrown instanceof SystemError) || !/locale|collat|ICU/i.test(thrown.message)) throw thrown;
    throw new InputError(`the server cannot make a database like the one that was backed up: ${thrown.message}`, {
      cause: thrown,
    });
  }
}

/** Restores the dump into an empty database and holds it against the manifest. */
export async function fill(
  name: string,
  sealed: Sealed,
  server: RestoreServer,
  restoring: Restoring,
): Promise<Omit<StoreRestored, "did">> {
  const { id, parts, versions, body } = sealed;
  const [dump] = parts;
  if (dump === undefined) throw new InputError(`${id} has no dump`);
  restoring.progress(`restoring ${id} into the database ${name}`);
  const complaints = await server.restore(
    name,
    restoring.readPart(dump),
    versions["pgDump"] ?? body.source.serverVersion,
  );
  restoring.progress(`holding every table of ${name} against the manifest`);
  const db = await server.connect(name);
  try {
    await db.query("begin read only");
    const [row] = await db.query("select pg_catalog.current_setting('server_version') as version");
    const found = await contentOf(db, restoring.systems, () => {
      if (restoring.signal.aborted) throw restoring.signal.reason;
    });
    const { differences, notes } = compareContent(body.content, found, {
      sameMajor: majorOf(String(row?.["version"])) === majorOf(body.source.serverVersion),
      ungiven: await ungivenTo(db, body),
    });
    return {
      differences,
      notes: [...notes, ...(differences.length > 0 ? complaints : complaints.map((line) => `passed over: ${line}`))],
    };
  } finally {
    await db.close();
  }
}

/** Superusers of the source are not made, for another server has its own, and only another superuser gives them anything. */
async function ungivenTo(db: Asked, { roles }: PostgresqlBody): Promise<Ungiven> {
  const rows = await db.query(
    "select rolname::text as name, pg_catalog.pg_has_role(current_user, oid, 'MEMBER') as mine from pg_catalog.pg_roles",
  );
  const here = new Map(rows.map(({ name, mine }) => [String(name), mine === true]));
  const superusers = roles.filter(({ superuser }) => superuser).map(({ name }) => name);
  return {
    owners: new Set(superusers.filter((name) => here.get(name) !== true)),
    grantees: new Set(superusers.filter((name) => !here.has(name))),
  };
}

function majorOf(version: string): string {
  return /^\d+/.exec(version)?.[0] ?? "";
}

/**
 * Whose an empty database is: of the one that is replaced, or otherwise as the backup says. Before it is filled, since its owner
 * alone may let its roles make anything in the schema `public`. What is refused is told.
 */
export async function giveOwner(
  db: Asked,
  name: string,
  like: string | undefined,
  { source }: PostgresqlBody,
): Promise<readonly string[]> {
  const { owner } = like === undefined ? source : await propertiesOf(db, like);
  const statement = `alter database ${quoteName(name)} owner to`;
  if (owner === undefined) return [`the backup does not say whose the database was: ${statement} ROLE`];
  return give(db, [`${statement} ${quoteName(owner)}`]);
}

/** Grants, settings and how many may connect, of the database that is replaced or otherwise as the backup says. What is refused is told. */
export async function giveProperties(
  db: Asked,
  name: string,
  like: string | undefined,
  { source }: PostgresqlBody,
): Promise<readonly string[]> {
  const { owner, grants, settings = [], connections = -1 } = like === undefined ? source : await propertiesOf(db, like);
  const database = quoteName(name);
  return give(db, [
    ...(grants === undefined ? [] : granting(database, owner, grants)),
    ...settings.map((one) => setting(database, one)),
    ...(connections === -1 ? [] : [`alter database ${database} connection limit ${connections}`]),
  ]);
}

async function give(db: Asked, statements: readonly string[]): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const statement of statements) {
    try {
      await db.query(statement);
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
      notes.push(`${statement}: ${messageOf(thrown)}`);
    }
  }
  return notes;
}

type Source = PostgresqlBody["source"];

function granting(
  database: string,
  owner: string | undefined,
  grants: NonNullable<Source["grants"]>,
): readonly string[] {
  return [
    `revoke all on database ${database} from public`,
    ...grants
      .filter(({ role }) => role !== owner)
      .map(({ role, privilege, grantable }) => {
        const whom = role === "" ? "public" : quoteName(role);
        return `grant ${privilege} on database ${database} to ${whom}${grantable ? " with grant option" : ""}`;
      }),
  ];
}

function setting(database: string, { role, setting: text }: NonNullable<Source["settings"]>[number]): string {
  const at = text.indexOf("=");
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  const whose = role === undefined ? `database ${database}` : `role ${quoteName(role)} in database ${database}`;
  return `alter ${whose} set ${quoteName(key)} to ${listed.has(key) ? listOf(value) : quoteText(value)}`;
}

/** One of nothing is kept as a name without letters, which no statement takes: `set search_path to ''` says the same. */
function listOf(value: string): string {
  return value === '""' ? "''" : value;
}

/** Their values are lists, which quotes would make one name (guc_tables.c, GUC_LIST_QUOTE). */
const listed: ReadonlySet<string> = new Set([
  "search_path",
  "session_preload_libraries",
  "local_preload_libraries",
  "temp_tablespaces",
]);
