import { join } from "node:path";
import { InputError } from "../../../kernel/errors.ts";
import type { MillwrightStore, PostgresqlStore } from "../../../platform/backup-stores.ts";
import type { SecretRef } from "../../../platform/secret-ref.ts";
import { startEmbedded } from "../../../store/embedded.ts";
import type { OwnDatabase, OwnProving } from "../../store-kind.ts";

interface Lent extends Pick<OwnProving, "ports" | "secret" | "progress" | "signal"> {
  readonly own?: OwnDatabase | undefined;
}

const embeddedUrl: SecretRef = { kind: "env", name: "EMBEDDED" };

/**
 * Does work with Millwright's own database as one like others; a server of its own is started for that and let go afterwards, or
 * taken over where it runs. Throws `InputError` where it is nowhere: none is made.
 */
export async function withOwn<T, L extends Lent>(
  { component, store, restoreUrl }: MillwrightStore,
  lent: L,
  work: (database: PostgresqlStore, lent: L) => Promise<T>,
): Promise<T> {
  const { own, ports, progress, signal } = lent;
  const database = { component, store, kind: "postgresql" } as const;
  if (own?.url !== undefined) return work({ ...database, url: own.url, restoreUrl }, lent);
  if (own?.embedded === undefined)
    throw new InputError("where Millwright's own database is stands nowhere: name database.url or database.embedded");
  if ((await ports.files.look(join(own.embedded, "data", "PG_VERSION"))) === undefined)
    throw new InputError(
      `there is no database of Millwright's in ${own.embedded}: name database.url or database.embedded, as the server has it (serve --data)`,
    );
  const server = await startEmbedded({ folder: own.embedded, path: own.path, report: progress, stop: signal });
  try {
    const secret: Lent["secret"] = async (ref) => (ref === embeddedUrl ? server.url : lent.secret(ref));
    return await work({ ...database, url: embeddedUrl }, { ...lent, secret });
  } finally {
    await server.stop();
  }
}
