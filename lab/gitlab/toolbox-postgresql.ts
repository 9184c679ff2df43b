import { join } from "node:path";
import { freePort } from "../../src/store/postmaster.ts";
import { fillGitlab } from "../databases/gitlab.ts";
import { type Postgresql, startPostgresql } from "../servers/postgresql.ts";
import { addEncryptedRows, type LfsObject } from "../stores/encrypted-rows.ts";
import { databaseKeyOf, newRailsSecrets } from "../stores/rails-secrets.ts";

/** Below `folder`, a PostgreSQL of its own with the database of a small GitLab 17.8.7 that has these LFS objects. */
export async function toolboxPostgresql(folder: string, lfs: readonly LfsObject[], now: Date): Promise<Postgresql> {
  const postgresql = await startPostgresql({
    name: "toolbox",
    folder: join(folder, "postgresql"),
    port: await freePort(),
    passwords: { owner: "owner", observer: "observer" },
    register: () => undefined,
  });
  const databaseUrl = postgresql.ownerUrl("gitlabhq_production");
  await fillGitlab(databaseUrl, { version: "17.8.7", seed: 7, size: 5, now });
  await addEncryptedRows(databaseUrl, { databaseKey: databaseKeyOf(newRailsSecrets()), lfs, now });
  return postgresql;
}
