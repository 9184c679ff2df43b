import type { BackupStore, GitlabStore, PostgresqlStore } from "../../../platform/backup-stores.ts";

/*
 * GitLab has one database, `main`, or a second for CI beside it, on the same server or another
 * (docs.gitlab.com/administration/postgresql/multiple_databases: all tables are in both, and each is written to in one).
 */

const main = "main";

/** As GitLab's configuration and the files of its backups name them. */
export function databaseNames({ databases = {} }: GitlabStore): readonly string[] {
  return [...new Set([main, ...Object.keys(databases)])];
}

/** Those of its databases that are declared. */
export function databaseStores(config: GitlabStore, declared: readonly BackupStore[]): readonly PostgresqlStore[] {
  return databaseNames(config).flatMap((name) => databaseStore(name, config, declared) ?? []);
}

/** The store that a database is declared as; `main` is the first of the component that is no other, where it is not named. */
export function databaseStore(
  name: string,
  { component, databases = {} }: GitlabStore,
  declared: readonly BackupStore[],
): PostgresqlStore | undefined {
  const own = declared.filter((one): one is PostgresqlStore => one.kind === "postgresql");
  const idOf = (one: BackupStore): string => `${one.component}/${one.store}`;
  const named = databases[name];
  if (named !== undefined) return own.find((one) => idOf(one) === named);
  if (name !== main) return undefined;
  const others = new Set(Object.values(databases));
  return own.find((one) => one.component === component && !others.has(idOf(one)));
}
