import type { BackupPorts, Ended, SourceDatabase } from "../../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import type { Restoring } from "../../restore/contract.ts";
import { findPod, saidBy } from "../pod.ts";
import { apart } from "./pg-dump.ts";
import { connectInPod, type PodDatabase, podCommand, podDatabase } from "./pod-session.ts";

/** A server that a database is restored to, by whoever may make databases there. */
export interface RestoreServer {
  /** The database that the configuration names. */
  readonly database: string;
  connect(database: string): Promise<SourceDatabase>;
  /** Which pg_restore reads what a pg_dump of this version made; throws `InputError` where there is none. */
  restorer(madeBy: string): Promise<string>;
  /** What pg_restore complains, reading an archive; throws when the archive breaks, or the server goes. */
  restore(database: string, archive: AsyncIterable<Uint8Array>, madeBy: string): Promise<readonly string[]>;
  /** Bytes free where the server keeps its data; undefined: it does not say. */
  freeBytes(folder: string): Promise<number | undefined>;
}

export async function serverOf(config: PostgresqlStore, restoring: Restoring): Promise<RestoreServer> {
  const ref = config.restoreUrl ?? config.url;
  if (ref !== undefined) {
    const address = await restoring.secret(ref);
    return byUrl(address, await declaredIn(config, address, restoring), restoring);
  }
  const { pod, database, user } = config;
  if (pod === undefined || database === undefined || user === undefined)
    throw new InputError("a database needs a url, or a pod with database and user");
  // The database itself may be gone; this one never is.
  const asked = { pod: await findPod(pod, await restoring.cluster()), database: "postgres", user };
  return inPod({ ...(await podDatabase(asked, restoring.signal)), database }, restoring.signal);
}

/**
 * The database that is declared. Whoever restores is another account, whose address may name the one that every server has; with any
 * other one database would be backed up before, and another replaced.
 */
async function declaredIn({ url, restoreUrl, database }: PostgresqlStore, address: string, { secret }: Restoring) {
  const named = databaseIn(address);
  if (restoreUrl === undefined) return named;
  const declared = url === undefined ? (database ?? named) : databaseIn(await secret(url));
  if (named !== declared && named !== "postgres" && named !== "")
    throw new InputError(`restoreUrl names the database ${named}, and ${declared} is declared: name that, or postgres`);
  return declared;
}

function databaseIn(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

function byUrl(url: string, declared: string, { ports, signal }: Restoring): RestoreServer {
  const of = (database: string): string =>
    Object.assign(new URL(url), { pathname: `/${encodeURIComponent(database)}` }).href;
  return {
    database: declared,
    connect: (database) => ports.connectSource(of(database)),
    restorer: (madeBy) => restorerFor(madeBy, ports),
    async restore(database, archive, madeBy) {
      const { address, password } = apart(of(database));
      const source = new Watched(archive);
      const running = ports.programs.start({
        program: await restorerFor(madeBy, ports),
        args: [...restoreOptions, `--dbname=${address}`],
        env: password === undefined ? {} : { PGPASSFILE: "/dev/fd/3" },
        secret: password === undefined ? undefined : `*:*:*:*:${password.replace(/[\\:]/g, "\\$&")}\n`,
        input: source.bytes(),
        signal,
      });
      for await (const _ of running.output);
      return complaintsOf(await running.ended, source.broken);
    },
    freeBytes: async () => undefined,
  };
}

function inPod(where: PodDatabase, signal: AbortSignal): RestoreServer {
  const at = (database: string): PodDatabase => ({ ...where, database });
  return {
    database: where.database,
    connect: (database) => connectInPod(at(database), signal),
    // The server's own: as late as the server, which is asked for its version.
    restorer: async () => "pg_restore",
    async restore(database, archive) {
      const source = new Watched(archive);
      const running = await where.pod.start(podCommand("pg_restore", restoreOptions, at(database)), {
        stdin: source.bytes(),
        signal,
      });
      for await (const _ of running.output);
      const { exitCode, stderr } = await running.ended;
      return complaintsOf(
        { status: exitCode, signal: exitCode === 137 ? "SIGKILL" : null, errors: stderr },
        source.broken,
      );
    },
    async freeBytes(folder) {
      const said = await saidBy(where.pod, ["df", "-Pk", folder], { signal }).catch(() => "");
      const kilobytes = Number(said.trim().split("\n").at(-1)?.split(/\s+/)[3]);
      return Number.isFinite(kilobytes) ? kilobytes * 1024 : undefined;
    },
  };
}

/** A refused statement is passed over, as psql does: what did not come back shows when all is compared. */
const restoreOptions = ["--format=custom", "--no-password"];

/** The pg_restore nearest to the pg_dump that made an archive, never older. */
async function restorerFor(madeBy: string, { programs }: BackupPorts): Promise<string> {
  const wanted = Number(/^\d+/.exec(madeBy)?.[0] ?? 0);
  const found = (await programs.restorers())
    .filter(({ major }) => major >= wanted)
    .toSorted((a, b) => a.major - b.major);
  if (found[0] !== undefined) return found[0].file;
  throw new InputError(
    `the dump was made by pg_dump ${madeBy}, and no pg_restore of that version or newer is here: apt-get install postgresql-client-${wanted}`,
  );
}

/** `errors ignored on restore: 3` is all that it ends with when statements alone were refused (pg_backup_archiver.c). */
function complaintsOf({ status, signal, errors }: Ended, broken: Error | undefined): readonly string[] {
  if (broken !== undefined) throw broken;
  if (signal !== null) throw new SystemError(`pg_restore was killed (${signal})`, "retry");
  const lines = errors.split("\n").filter((line) => /error:/i.test(line));
  if (status === 0) return [];
  if (/No space left on device|could not extend file/i.test(errors))
    throw new SystemError(`the database server has no room: ${lines[0] ?? errors.slice(0, 200)}`, "stop");
  if (/connection to server|server closed the connection|terminating connection/i.test(errors))
    throw new SystemError(`the database server went away: ${lines[0] ?? errors.slice(0, 200)}`, "retry");
  if (!/errors ignored on restore/.test(errors))
    throw new SystemError(`pg_restore did not end well (${status}): ${lines[0] ?? errors.slice(0, 200)}`, "stop");
  return lines.slice(0, 20);
}

/** A source that remembers why it broke: the program that reads it sees only an end. */
class Watched {
  broken: Error | undefined;
  readonly #source: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#source) yield chunk;
    } catch (thrown) {
      this.broken = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
      throw thrown;
    }
  }
}
