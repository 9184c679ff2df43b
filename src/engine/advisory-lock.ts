import { sql } from "kysely";
import type { Store } from "../store/store.ts";
import type { TargetLock } from "./target-lock.ts";

/** An advisory lock in a PostgreSQL database; given back when its connection ends, however that happens. */
export function advisoryLock(target: Store): TargetLock {
  return {
    hold: (name, work) =>
      target.transaction(async (part) => {
        const { rows } = await sql<{ locked: boolean }>`
          select pg_try_advisory_xact_lock(hashtextextended(${`millwright/${name}`}, 0)) as locked`.execute(
          part.tables(),
        );
        return rows[0]?.locked === true ? { result: await work() } : undefined;
      }),
  };
}
