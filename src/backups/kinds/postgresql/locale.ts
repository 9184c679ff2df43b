import * as z from "zod";
import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { quoteText } from "../../proof/throw-away.ts";
import type { PostgresqlBody } from "./body.ts";

type Source = PostgresqlBody["source"];
type Locale = Pick<Source, "collation"> & Required<Pick<Source, "locale">>;

const given = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);
const LocaleRow = z
  .object({ collation: z.string(), ctype: z.string(), provider: z.enum(["c", "i", "b"]), locale: given, rules: given })
  .transform(({ collation, ...locale }): Locale => ({ collation, locale }));

/** How a database sorts; undefined: it is not there. */
export async function localeOf(db: Pick<SourceDatabase, "query">, database: string): Promise<Locale | undefined> {
  // Before 15 there was the C library alone; since 17 a locale has its column whatever gives it.
  const [row] = await db.query(`
    select d.datcollate::text as collation, d.datctype::text as ctype, coalesce(j ->> 'datlocprovider', 'c') as provider,
      coalesce(j ->> 'datlocale', j ->> 'daticulocale') as locale, j ->> 'daticurules' as rules
    from pg_catalog.pg_database d, lateral pg_catalog.to_jsonb(d) j where d.datname = ${quoteText(database)}`);
  return row === undefined ? undefined : LocaleRow.parse(row);
}

/** Servers before 15 have the C library alone. */
export async function knowsProviders(db: Pick<SourceDatabase, "query">): Promise<boolean> {
  const rows = await db.query(
    "select 1 from pg_catalog.pg_attribute where attrelid = 'pg_catalog.pg_database'::regclass and attname = 'datlocprovider'",
  );
  return rows.length > 0;
}

/** The name of a locale that a provider other than the C library has (postgresql.org/docs/current/sql-createdatabase.html). */
const providers = { c: "libc", i: "icu", b: "builtin" } as const;

/** The words of `create database` that make one sort so; `isNamed`: with the provider, which older servers do not take. */
export function sortingBy({ collation, locale }: Pick<Source, "collation" | "locale">, isNamed: boolean): string {
  const { ctype = collation, provider = "c", locale: own, rules } = locale ?? {};
  return [
    `lc_collate ${quoteText(collation)} lc_ctype ${quoteText(ctype)}`,
    ...(isNamed ? [`locale_provider ${providers[provider]}`] : []),
    ...(provider !== "c" && own !== undefined ? [`${providers[provider]}_locale ${quoteText(own)}`] : []),
    ...(rules === undefined ? [] : [`icu_rules ${quoteText(rules)}`]),
  ].join(" ");
}
