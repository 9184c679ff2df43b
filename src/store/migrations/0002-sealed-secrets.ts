import type { Migration } from "./migration.ts";

export const migration0002: Migration = {
  number: 2,
  name: "sealed-secrets",
  sql: `
    create table sealed_secret (
      name text primary key,
      -- v1:KEY ID:BASE64 (src/store/sealed.ts)
      sealed text not null check (sealed like 'v1:%'),
      sealed_at timestamptz(3) not null
    );
  `,
};
