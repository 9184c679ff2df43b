import { Client, Pool } from "pg";

/** A stand-in's own way to its database: few connections, short patience, and the loss of one ends nothing. */
export interface Database {
  rows<Row>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** Nothing connects before the first statement. A database that does not answer within two seconds is dead. */
export function openDatabase(url: string): Database {
  const pool = new Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 2000,
    query_timeout: 5000,
    idleTimeoutMillis: 1000,
    allowExitOnIdle: true,
    application_name: "lab stand-in",
  });
  pool.on("error", () => undefined);
  return {
    async rows<Row>(statement: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
      const { rows } = await pool.query(statement, [...values]);
      return rows as readonly Row[];
    },
    close: () => pool.end(),
  };
}

/** Runs work on one connection without any limit of time, for schemas, rows and migrations. */
export async function onConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: "lab migrations" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
