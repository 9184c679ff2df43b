import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { InputError } from "../../../kernel/errors.ts";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { PostgresqlBody } from "./body.ts";
import { sourceByUrl } from "./pg-dump.ts";
import type { RestoreServer } from "./restore-server.ts";

type Asked = Pick<SourceDatabase, "query">;

async function serverVersionOf(db: Asked): Promise<string> {
  const [row] = await db.query("select pg_catalog.current_setting('server_version') as version");
  return String(row?.["version"]);
}

/** A later major takes what an earlier one had; the other way statements are refused, and nobody would see which. */
export function aboutVersion(
  version: string,
  { source }: PostgresqlBody,
): { readonly refuses: readonly string[]; readonly notes: readonly string[] } {
  const [from, to] = [majorOf(source.serverVersion), majorOf(version)];
  return {
    refuses:
      to < from
        ? [
            `the backup is of PostgreSQL ${source.serverVersion}, and the server is ${version}: a dump is not restored into an older one`,
          ]
        : [],
    notes: to > from ? [`the server is PostgreSQL ${version}, and was ${source.serverVersion}`] : [],
  };
}

/** Asked again when it begins: between a plan and that a server may have become another. */
export async function refuseOlder(db: Asked, body: PostgresqlBody): Promise<void> {
  const [refused] = aboutVersion(await serverVersionOf(db), body).refuses;
  if (refused !== undefined) throw new InputError(`${refused}; nothing was changed`);
}

/** Programs of PostgreSQL that this machine lacks to restore, and to back up before what is there. */
export async function programsLacking(
  { versions, body }: Pick<SealedBody<PostgresqlBody>, "versions" | "body">,
  server: RestoreServer,
  config: PostgresqlStore,
  restoring: Restoring,
  isReplaced: boolean,
): Promise<readonly string[]> {
  return [
    ...(await refusalOf(() => server.restorer(versions["pgDump"] ?? body.source.serverVersion))),
    ...(isReplaced && restoring.backsUp === true ? await cannotBackUp(config, restoring) : []),
  ];
}

async function cannotBackUp({ url }: PostgresqlStore, { secret, ports }: Restoring): Promise<readonly string[]> {
  if (url === undefined) return [];
  const source = sourceByUrl(await secret(url), ports);
  const db = await source.connect();
  try {
    const version = await serverVersionOf(db);
    const lacks = await refusalOf(() => source.dumper(version));
    return lacks.map(
      (why) =>
        `what is there now cannot be backed up before: ${why}; or leave that out by --no-safety-backup, since it is kept beside`,
    );
  } finally {
    await db.close();
  }
}

async function refusalOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await work();
    return [];
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return [thrown.message];
  }
}

function majorOf(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0);
}
