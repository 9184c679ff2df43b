import { Client, DatabaseError } from "pg";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import type { Sql, SqlAnswer } from "../kernel/probe-ports.ts";

export interface SqlOptions {
  /** `postgresql://user:password@host:port/database?sslmode=verify-full`; never shown. */
  readonly url: string;
  /** Connecting and the statement together. */
  readonly timeoutMs: number;
  /** More rows than these are an error, so that memory stays bounded; 1000 when left out. */
  readonly maxRows?: number;
}

/** SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html) of what is not there. */
const missing = new Set(["42P01", "42703", "3D000", "3F000", "42883"]);
/** … of a disk that is full, */
const full = "53100";
/** … and of a refusal: login, no right. */
const refused = new Set(["28000", "28P01", "42501"]);

/**
 * A database for probes: a connection of its own for each question, in a transaction that may only read. A server that keeps
 * the connection open and says nothing is given up when the time is over.
 */
export function openSql(options: SqlOptions): Sql {
  const target = parseTarget(options.url);
  const label = `${target.hostname}:${target.port === "" ? "5432" : target.port}${target.pathname}`;
  return { label, read: (statement) => ask(options, label, decodeURIComponent(target.username), statement) };
}

function parseTarget(url: string): URL {
  if (URL.canParse(url) && /^postgres(?:ql)?:$/.test(new URL(url).protocol)) return new URL(url);
  throw new InputError("the database of a probe is not a URL like postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
}

async function ask(options: SqlOptions, label: string, user: string, statement: string): Promise<SqlAnswer> {
  const client = new Client({
    connectionString: options.url,
    application_name: "millwright-probe",
    connectionTimeoutMillis: options.timeoutMs,
    query_timeout: options.timeoutMs,
    statement_timeout: options.timeoutMs,
  });
  // A connection cut while nobody waits must not end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("begin read only");
    // With a name it is prepared, and that takes one statement alone: none can end the transaction and begin another.
    const { rows } = await client.query<Record<string, unknown>>({ text: statement, name: "probe" });
    const limit = options.maxRows ?? 1000;
    if (rows.length > limit) throw new SystemError(`${label} gave more than ${limit} rows; that is not read.`, "stop");
    return { kind: "rows", rows };
  } catch (thrown) {
    return answerOf(thrown, label, user);
  } finally {
    void client.end().catch(() => undefined);
  }
}

function answerOf(thrown: unknown, label: string, user: string): SqlAnswer {
  if (thrown instanceof SystemError) throw thrown;
  if (!(thrown instanceof DatabaseError))
    throw new SystemError(`${label}: ${plain(thrown)}`, "retry", { cause: thrown });
  const code = thrown.code ?? "";
  if (missing.has(code)) return { kind: "missing", what: `${label}: ${thrown.message}` };
  if (code === full) return { kind: "full", what: `${label}: ${thrown.message}` };
  if (refused.has(code)) {
    const howToLearn =
      code === "42501"
        ? `Grant it to ${user}: ${thrown.message.replace(/^permission denied for /, "select on ")}.`
        : `Give the probe a login that may connect to ${label}.`;
    return { kind: "refused", why: `${label}: ${thrown.message}`, howToLearn };
  }
  throw new SystemError(`${label}: ${thrown.message} (${code})`, "retry", { cause: thrown });
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "the host's name is not known",
};

function plain(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  return words[code] ?? (messageOf(thrown) === "" ? "no connection" : messageOf(thrown));
}
