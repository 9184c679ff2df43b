import type { Migration } from "./migration.ts";

/** The chain of entries, and how far it was published (`src/journal`). */
export const migration0020: Migration = {
  number: 20,
  name: "journal",
  sql: `
    create table journal_entries (
      sequence bigint primary key check (sequence > 0),
      at timestamptz(3) not null,
      kind text not null,
      environment text,
      actor_id text not null,
      links jsonb not null,
      -- The canonical JSON that is hashed; text, because jsonb would write it anew.
      entry text not null,
      hash text not null unique
    );
    create index journal_entries_at on journal_entries (at);
    create index journal_entries_links on journal_entries using gin (links jsonb_path_ops);

    -- Against mistakes; the signed head outside the database is what finds intent.
    create function journal_is_append_only() returns trigger language plpgsql as $$
      begin raise exception 'the journal is only appended to; a correction is a new entry'; end $$;
    create trigger journal_append_only before update or delete or truncate on journal_entries
      for each statement execute function journal_is_append_only();

    create table journal_published (
      -- Which branch of which repository.
      target text not null,
      sequence bigint not null,
      hash text not null,
      git_commit text not null,
      at timestamptz(3) not null,
      primary key (target, sequence, git_commit)
    );
  `,
};
