import { Client } from "pg";

type Row = Readonly<Record<string, unknown>>;

/** Asks a server: in the URL's database, or in another. Each statement comes and goes, so that nobody of us uses a database meanwhile. */
export function sqlOn(url: string): (statement: string, database?: string) => Promise<readonly Row[]> {
  return async (statement, database) => {
    const at = database === undefined ? url : Object.assign(new URL(url), { pathname: `/${database}` }).href;
    const client = new Client({ connectionString: at });
    await client.connect();
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
  };
}
