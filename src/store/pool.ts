import type { PostgresPool, PostgresPoolClient } from "kysely";
import { Pool, type PoolConfig, types } from "pg";
import { InputError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import { explainFailure } from "./failures.ts";

export interface StoreOptions {
  /** `postgresql://user:password@host:port/database?sslmode=verify-full`. Never shown, not even in part. */
  readonly url: string;
  /** What the server's list of sessions calls us. */
  readonly applicationName: string;
  /** The most connections at once; 10 when left out. */
  readonly poolSize?: number;
  /** After so many seconds a statement is cancelled; 30 when left out. */
  readonly statementTimeoutSeconds?: number;
  /** Every write is refused: for a database that is not yet known to be the right one. */
  readonly readOnly?: boolean;
}

/** Types by PostgreSQL's numbers (`select oid, typname from pg_type`). */
const int8 = 20;
const date = 1082;
const timestamptz = 1184;

/** A pool that explains its failures, and the query interface that kysely asks for. */
export function openPool(options: StoreOptions): PostgresPool {
  const config = poolConfig(options);
  const pool = new Pool(config);
  // A connection that breaks while nobody uses it, or between two statements of a transaction, is reported by the next
  // statement; without a listener it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return {
    options: config,
    end: () => pool.end(),
    async connect() {
      const client = await explained("connect", () => pool.connect());
      return {
        query: async (sql: string, parameters: readonly unknown[]) =>
          explained("statement", () => client.query(sql, [...parameters])),
        release: (broken?: boolean) => client.release(broken),
      } as unknown as PostgresPoolClient; // without cursors: rows are paged by key
    },
  };
}

async function explained<T>(during: "connect" | "statement", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw explainFailure(thrown, during);
  }
}

function poolConfig(options: StoreOptions): PoolConfig {
  refuseBadUrl(options.url);
  const seconds = options.statementTimeoutSeconds ?? 30;
  const settings = ["timezone=UTC", ...(options.readOnly === true ? ["default_transaction_read_only=on"] : [])];
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.poolSize ?? 10,
    statement_timeout: seconds * 1000,
    // A process that hangs inside a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: Math.max(60, seconds * 2) * 1000,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    allowExitOnIdle: true,
    options: settings.map((setting) => `-c ${setting}`).join(" "),
    types: { getTypeParser: parserOf as typeof types.getTypeParser },
  };
}

/** Checked here because the library's own complaint repeats the URL with its password. */
function refuseBadUrl(url: string): void {
  const right = "it must read postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters percent-encoded";
  if (!URL.canParse(url)) throw new InputError(`the database's connection is not a URL; ${right}`);
  if (!/^postgres(?:ql)?:$/.test(new URL(url).protocol))
    throw new InputError(`the database's connection is a URL of another kind; ${right}`);
}

/** Moments come back as `Instant`, dates as `YYYY-MM-DD`, counts as numbers; all else as `pg` reads it. */
function parserOf(oid: number, format?: "text" | "binary"): (text: string) => unknown {
  if (format !== "binary") {
    if (oid === timestamptz) return readMoment;
    if (oid === int8) return readCount;
    if (oid === date) return (text) => text;
  }
  return types.getTypeParser(oid, format);
}

/** The server writes `2026-11-20 22:37:46.5+00`, as the session's zone is UTC. Digits below the millisecond are cut off. */
function readMoment(text: string): unknown {
  const millis = Date.parse(text.replace(" ", "T").replace(/\+00$/, "Z"));
  return Number.isNaN(millis) ? text : instantOf(millis);
}

function readCount(text: string): unknown {
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : BigInt(text);
}
