import type { Migration } from "./migration.ts";

/** What a restore replaced says nothing of how its store was backed up, however well it was proven (`src/backups/server/proven.ts`). */
export const migration0110: Migration = {
  number: 110,
  name: "proven of stores",
  sql: `
    delete from backups_proven using backups
    where backups.environment = backups_proven.environment and backups.id = backups_proven.id
      and backups.class = 'before-restore';
  `,
};
