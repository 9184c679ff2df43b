import type { Migration } from "./migration.ts";

/**
 * Which backups were proven, of what moment (`src/backups/server/proven.ts`): no mirror, but what was. It stays when they are
 * removed and when the mirror is forgotten.
 */
export const migration0107: Migration = {
  number: 107,
  name: "backups proven",
  sql: `
    create table backups_proven (
      environment text not null,
      id text not null,
      store text not null,
      taken_at timestamptz(3) not null,
      -- When a proof first said so.
      proven_at timestamptz(3) not null,
      primary key (environment, id)
    );
    create index backups_proven_by_store on backups_proven (environment, store, taken_at desc);
    insert into backups_proven (environment, id, store, taken_at, proven_at)
    select backups.environment, backups.id, store, taken_at, min(proofs.proven_at)
    from backups
    join backup_proofs proofs on proofs.environment = backups.environment and proofs.backup = backups.id
    where verdict = 'proven'
    group by backups.environment, backups.id;
  `,
};
