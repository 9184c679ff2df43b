import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { InputError } from "../../../kernel/errors.ts";
import type { MillwrightStore, PostgresqlStore } from "../../../platform/backup-stores.ts";
import { quoteText } from "../../proof/throw-away.ts";
import type { KindRestore, Restoring } from "../../restore/contract.ts";
import type { PostgresqlBody } from "../postgresql/body.ts";
import { restore as database } from "../postgresql/restore.ts";
import { maintenance } from "../postgresql/restore-plan.ts";
import { serverOf } from "../postgresql/restore-server.ts";
import { withOwn } from "./own.ts";

const afterwards =
  "the server starts reading only, and says that its database was restored: look at the platform, then start it once with --accept-restored (docs/database.md); runs that were live are held";
const keys =
  "keys that seal secrets and sign (sealing, signingKey) are in no backup of it: they have to be those of that day";

/** Millwright's own database comes back as others do, while no server runs; what lies in the repositories is mirrored anew afterwards. */
export const restore: KindRestore<MillwrightStore, PostgresqlBody> = {
  alone: "comes back by itself, with every server stopped: name it by --store",
  targets: ["in-place", "database"],
  plan: (sealed, config, target, restoring) =>
    withOwn(config, restoring, async (store, lent) => {
      const plan = await database.plan(sealed, store, target, lent);
      if (target.kind !== "in-place") return plan;
      const up = await whoIsConnected(store, lent);
      const refuses = up.length === 0 ? [] : [stillUp(up)];
      return { ...plan, refuses: [...refuses, ...plan.refuses], notes: [...plan.notes, keys, afterwards] };
    }),
  run: (sealed, config, target, restoring) =>
    withOwn(config, restoring, async (store, lent) => {
      const up = target.kind === "in-place" ? await whoIsConnected(store, lent) : [];
      if (up.length > 0) throw new InputError(stillUp(up));
      const done = await database.run(sealed, store, target, lent);
      if (target.kind !== "in-place" || done.differences.length > 0) return done;
      await forgetRepositories(store, lent);
      return { ...done, notes: [...done.notes, afterwards] };
    }),
  undo: (config, safety, restoring) =>
    withOwn(config, restoring, async (store, lent) => {
      const up = await whoIsConnected(store, lent);
      if (up.length > 0) throw new InputError(stillUp(up));
      return (await database.undo?.(store, undefined, lent)) ?? [`${safety?.id ?? "nothing"} was not taken back`];
    }),
};

function stillUp(names: readonly string[]): string {
  return `Millwright's database is in use by ${names.join(", ")}: stop every server and worker first, and whoever else is connected`;
}

/** Our own connections of now, and those that hold a server of ours. */
const ours = ["millwright backup", "millwright supervisor"];

async function whoIsConnected(store: PostgresqlStore, restoring: Restoring): Promise<readonly string[]> {
  const server = await serverOf(store, restoring);
  return asked(server.connect(maintenance), async (db) => {
    const rows = await db.query(`
      select distinct coalesce(nullif(application_name, ''), usename::text, 'somebody') as name
      from pg_catalog.pg_stat_activity where datname = ${quoteText(server.database)} and backend_type = 'client backend'
      and application_name not in (${ours.map(quoteText).join(", ")})`);
    return rows.map(({ name }) => String(name)).toSorted();
  });
}

/** Of migration 0100. What was removed since that day would look gone otherwise, and nobody had removed it. */
const mirrored = ["backup_proofs", "backup_points", "backups", "backup_looks"];

async function forgetRepositories(store: PostgresqlStore, restoring: Restoring): Promise<void> {
  const server = await serverOf(store, restoring);
  await asked(server.connect(server.database), async (db) => {
    for (const table of mirrored) {
      const [row] = await db.query(`select pg_catalog.to_regclass(${quoteText(`public.${table}`)})::text as name`);
      if (typeof row?.["name"] === "string") await db.query(`delete from public.${table}`);
    }
  });
}

async function asked<T>(connecting: Promise<SourceDatabase>, work: (db: SourceDatabase) => Promise<T>): Promise<T> {
  const db = await connecting;
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
