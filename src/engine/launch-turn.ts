import { sql } from "kysely";
import { openStore } from "../store/store.ts";

/** Of whoever makes or changes the tables of the queue: `millwright/queue`. */
const lock = 0x6d77_7175;
const askEveryMillis = 200;
/** One that hangs while it has its turn keeps nobody out for good. */
const mostTries = 300;

/**
 * Does something while no other process does it in the same database. Whoever waits asks again and again, with no statement open
 * in between: an index that is made concurrently waits for each statement that began before, also for one that waits for a lock
 * (https://www.postgresql.org/docs/current/sql-createindex.html, "Building Indexes Concurrently"). The turn ends with its
 * connection, however that happens; after a minute it is taken to hang, and the work is done beside it.
 */
export async function inLaunchTurn<T>(url: string, work: () => Promise<T>, log: (line: string) => void): Promise<T> {
  const store = openStore({ url, applicationName: "millwright queue", poolSize: 1 });
  try {
    return await store
      .tables()
      .connection()
      .execute(async (session) => {
        for (let tries = 1; ; tries += 1) {
          const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_lock(${lock}) as locked`.execute(
            session,
          );
          if (rows[0]?.locked === true) break;
          if (tries === mostTries) {
            log("another process has opened the queue for a minute: it is not waited for any longer");
            break;
          }
          await new Promise((resolve) => setTimeout(resolve, askEveryMillis));
        }
        return work();
      });
  } finally {
    await store.close();
  }
}
