import type { TestContext } from "node:test";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { openStore, type Store } from "../store.ts";
import { emptyDatabase } from "../test-support.ts";
import { migrations } from "./index.ts";
import { migrate } from "./runner.ts";

/** A database as it was before a migration, and what brings it up to now. */
export async function databaseBefore(
  t: TestContext,
  wanted: number,
): Promise<{ readonly store: Store; readonly bringUp: () => Promise<void> }> {
  const store = openStore({ url: await emptyDatabase(), applicationName: "migrations" });
  t.after(() => store.close());
  const now: Instant = instantOf(Date.UTC(2026, 10, 20));
  await migrate(
    store,
    now,
    migrations.filter(({ number }) => number < wanted),
  );
  return { store, bringUp: async () => void (await migrate(store, now, migrations)) };
}
