/** Of a namespace `n`: what users made lies in it. */
export const ours = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`;

/** Whether it came with an extension, and with that comes back. */
export const ofExtension = (oid: string, catalog: string): string =>
  `exists (select from pg_catalog.pg_depend x where x.objid = ${oid} and x.classid = 'pg_catalog.${catalog}'::regclass and x.deptype = 'e')`;
