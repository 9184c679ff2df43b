import { Client, DatabaseError } from "pg";
import type { SourceDatabase } from "../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";

const connectMs = 30_000;
/** Balancers and address translation forget what is silent for four to six minutes; the system itself would ask after two hours. */
const askAliveMs = 30_000;

/** Connects to a database that is backed up. */
export async function connectSource(url: string): Promise<SourceDatabase> {
  const client = clientFor(url);
  let lost: Error | undefined;
  client.on("error", (thrown: Error) => {
    lost = thrown;
  });
  try {
    await client.connect();
  } catch (thrown) {
    throw new SystemError(`the database cannot be reached: ${messageOf(thrown)}`, "retry", { cause: thrown });
  }
  return {
    async query(sql) {
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows;
      } catch (thrown) {
        throw thrown instanceof DatabaseError ? refused(thrown) : cut(lost ?? thrown);
      }
    },
    close: () => client.end().catch(() => undefined),
  };
}

function clientFor(url: string): Client {
  try {
    if (!/^postgres(?:ql)?:$/.test(new URL(url).protocol)) throw new Error("another protocol");
    return new Client({
      connectionString: withPlainName(url),
      application_name: "millwright backup",
      connectionTimeoutMillis: connectMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: askAliveMs,
    });
  } catch {
    // What was thrown holds the address, and that a password.
    throw new InputError(
      "the database's address is none that PostgreSQL knows; write it like postgresql://USER:PASSWORD@HOST:5432/DATABASE",
    );
  }
}

/** In a database's name pg leaves escaped what has a meaning in an address (pg-connection-string reads it by decodeURI): `+`, `@`, `:`. */
function withPlainName(url: string): string {
  const parts = new URL(url);
  if (!/%(?:2[4-6BCF]|3[ABD]|40)/i.test(parts.pathname)) return url;
  return Object.assign(parts, { pathname: encodeURI(decodeURIComponent(parts.pathname)) }).href;
}

function cut(thrown: unknown): SystemError {
  return new SystemError(`the connection to the database was lost: ${messageOf(thrown)}`, "retry", { cause: thrown });
}

/** Classes 40 (rolled back), 53 (no resources), 55 (not now: a lock) and 57P (shut down) may go away by themselves. */
function refused(thrown: DatabaseError): SystemError {
  const { code = "" } = thrown;
  const remedy = /^(?:40|53|55|57P)/.test(code) ? "retry" : "stop";
  return new SystemError(`the database refused: ${thrown.message} (${code})`, remedy, { cause: thrown });
}
