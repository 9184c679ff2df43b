import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import type { GitlabStore, PostgresqlStore } from "../../../platform/backup-stores.ts";
import type { Restoring } from "../../restore/contract.ts";
import { markedDatabases } from "../postgresql/restore-marks.ts";
import { maintenance } from "../postgresql/restore-plan.ts";
import { serverOf } from "../postgresql/restore-server.ts";
import { GitalyStorage } from "./gitaly-storage.ts";

/**
 * Whether there is anything of GitLab that a backup could be made of: its main database, or a repository. Without its database
 * backup-utility makes none; what cannot be looked for may be there.
 */
export async function isThere(
  { gitaly }: GitlabStore,
  main: PostgresqlStore | undefined,
  cluster: KubeWriter,
  restoring: Restoring,
): Promise<boolean> {
  if (main === undefined || gitaly === undefined) return true;
  try {
    if (await hasDatabase(main, restoring)) return true;
    const storage = await GitalyStorage.open(gitaly, cluster, restoring.signal);
    // Every repository has one.
    return (await storage.withFile("HEAD")).length > 0;
  } catch (thrown) {
    if (restoring.signal.aborted || !(thrown instanceof InputError || thrown instanceof SystemError)) throw thrown;
    return true;
  }
}

async function hasDatabase(store: PostgresqlStore, restoring: Restoring): Promise<boolean> {
  const server = await serverOf(store, restoring);
  const db = await server.connect(maintenance);
  try {
    return (await markedDatabases(db)).some(({ name }) => name === server.database);
  } finally {
    await db.close();
  }
}
