import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import type { Content } from "./body.ts";
import { ofExtension, ours } from "./of-users.ts";

type Owned = NonNullable<Content["owned"]>;

/*
 * One question of the catalogue: whose everything is that a dump names an owner for, and who may use it. Grants are told as the
 * difference from what the server gives by itself (acldefault), since a dump holds just that: what a new major gives an owner
 * beside (MAINTAIN since 17) makes none. The schema `public` is the server's own, given to other roles by each major: only grants
 * to named roles are told of it. An array's, a row's and a multirange's type go with what they belong to, and so do the functions
 * that make a range.
 */

const relations = `
  select case c.relkind when 'r' then 'table' when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view'
      when 'p' then 'partitioned table' else 'foreign table' end as kind, n.nspname || '.' || c.relname as name,
    c.relowner as owner, c.relacl as acl, case c.relkind when 'S' then 's' else 'r' end::"char" as type
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'S', 'v', 'm', 'p', 'f') and ${ours} and not ${ofExtension("c.oid", "pg_class")}`;

const columns = `
  select 'column', n.nspname || '.' || c.relname || '.' || a.attname, c.relowner, a.attacl, 'c'
  from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where a.attacl is not null and not a.attisdropped and ${ours} and not ${ofExtension("c.oid", "pg_class")}`;

const schemas = `
  select 'schema', n.nspname::text, n.nspowner, n.nspacl, 'n' from pg_catalog.pg_namespace n
  where ${ours} and not ${ofExtension("n.oid", "pg_namespace")}`;

const functions = `
  select 'function', n.nspname || '.' || p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')', p.proowner, p.proacl, 'f'
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where ${ours} and not exists (select from pg_catalog.pg_depend d
    where d.objid = p.oid and d.classid = 'pg_catalog.pg_proc'::regclass and d.deptype in ('e', 'i'))`;

const types = `
  select 'type', n.nspname || '.' || t.typname, t.typowner, t.typacl, 'T'
  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace left join pg_catalog.pg_class c on c.oid = t.typrelid
  where (t.typtype in ('d', 'e', 'r') or c.relkind = 'c') and ${ours} and not ${ofExtension("t.oid", "pg_type")}`;

/** No class of acldefault is theirs: they differ from nothing. */
const defaults = `
  select 'default privileges', pg_catalog.pg_get_userbyid(d.defaclrole) || ' ' || d.defaclobjtype::text || coalesce(' in ' || n.nspname, ''),
    d.defaclrole, d.defaclacl, 'c'
  from pg_catalog.pg_default_acl d left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace`;

const entries = (acl: string): string =>
  `select a.grantee, a.privilege_type, a.is_grantable from pg_catalog.aclexplode(${acl}) a`;
const given = entries("o.acl");
const byItself = entries("pg_catalog.acldefault(o.type, o.owner)");

const question = `
  select o.kind, o.name,
    case when o.kind in ('column', 'default privileges') or o.kind = 'schema' and o.name = 'public' then null
      else pg_catalog.pg_get_userbyid(o.owner)::text end as owner,
    case when o.acl is not null then (
      select pg_catalog.json_agg(pg_catalog.json_build_object('role', g.role, 'may', g.may) order by g.role, g.may) from (
        select case x.grantee when 0 then '' else pg_catalog.pg_get_userbyid(x.grantee)::text end as role,
          x.no || x.privilege_type || case when x.is_grantable then ' with grant option' else '' end as may
        from (
          select '' as no, more.* from (${given} except ${byItself}) more
          union all select 'no ', less.* from (${byItself} except ${given}) less
        ) x where not (o.kind = 'schema' and o.name = 'public' and x.grantee in (0, o.owner))
      ) g) end as grants
  from (${[relations, columns, schemas, functions, types, defaults].join(" union all ")}) o
  order by o.kind collate "C", o.name collate "C"`;

/** Asked with an empty search path, so that types are written with their schemas. */
export async function ownedOf(db: Pick<SourceDatabase, "query">): Promise<Owned> {
  const rows = await db.query(question);
  return rows.map(({ kind, name, owner, grants }) => ({
    kind: String(kind),
    name: String(name),
    ...(typeof owner === "string" ? { owner } : {}),
    ...(Array.isArray(grants) ? { grants: grants as NonNullable<Owned[number]["grants"]> } : {}),
  }));
}
