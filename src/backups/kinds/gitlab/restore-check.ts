import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { counted } from "../../../kernel/count.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import type { GitlabStore, PostgresqlStore } from "../../../platform/backup-stores.ts";
import { tablesOf } from "../../proof/inspect.ts";
import { quoteName } from "../../proof/throw-away.ts";
import type { Restoring, StoreRestored } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { Pod } from "../pod.ts";
import { serverOf } from "../postgresql/restore-server.ts";
import type { GitlabBody } from "./body.ts";
import { digestOfRefs } from "./bundle-head.ts";
import { readRepositories } from "./bundles.ts";
import { openColumns } from "./encrypted-columns.ts";
import { GitalyStorage } from "./gitaly-storage.ts";
import { railsKeysIn } from "./rails-keys.ts";
import { secretsNow } from "./restore-secrets.ts";
import { namedIn } from "./tried-keys.ts";

export interface Restored {
  readonly config: GitlabStore;
  readonly pod: Pod;
  readonly cluster: KubeWriter;
  readonly databases: readonly RestoredDatabase[];
}

export type RestoredDatabase = GitlabBody["databases"][number] & {
  /** As which it is declared. */
  readonly store: PostgresqlStore | undefined;
};

interface Found {
  readonly did: string[];
  readonly differences: string[];
  readonly notes: string[];
}

/** What is there now, held against the manifest: rows, repositories, and whether the cluster's own rails key opens what came back. */
export async function checkRestored(
  sealed: SealedBody<GitlabBody>,
  restored: Restored,
  restoring: Restoring,
): Promise<StoreRestored> {
  const found: Found = { did: [], differences: [], notes: [] };
  if (restored.databases.length === 0) found.notes.push("the database is not in it, and was not looked at");
  for (const one of restored.databases) await checkDatabase(one, restored, restoring, found);
  await compareRepositories(sealed, restored, restoring, found);
  return found;
}

async function checkDatabase(
  { name, tables, store }: RestoredDatabase,
  restored: Restored,
  restoring: Restoring,
  found: Found,
): Promise<void> {
  if (store === undefined) throw new Error(`the database ${name} was restored, and is not declared`);
  restoring.progress(`counting ${counted(tables.length, "table")} of GitLab's database ${name}`);
  const server = await serverOf(store, restoring);
  const db = await server.connect(server.database);
  try {
    await compareRows(db, { name, tables }, found);
    await tryKey(db, name, restored, restoring, found);
  } finally {
    await db.close();
  }
}

/** Where there is one alone, nobody names it. */
function ofDatabase(name: string): string {
  return name === "main" ? "" : ` of the database ${name}`;
}

async function compareRows(
  db: SourceDatabase,
  { name: database, tables: expected }: GitlabBody["databases"][number],
  found: Found,
): Promise<void> {
  const of = ofDatabase(database);
  const there = new Map((await tablesOf(db)).map(({ schema, name }) => [`${schema}.${name}`, { schema, name }]));
  const wrong: string[] = [];
  let rows = 0;
  for (const one of expected) {
    const table = there.get(one.table);
    if (table === undefined) {
      wrong.push(`the table ${one.table}${of} is not there, and had ${one.rows} rows`);
      continue;
    }
    const [row] = await db.query(
      `select count(*)::text as rows from only ${quoteName(table.schema)}.${quoteName(table.name)}`,
    );
    const now = Number(row?.["rows"]);
    rows += now;
    if (now !== one.rows) wrong.push(`${one.table}${of} has ${now} rows, and the backup ${one.rows}`);
  }
  found.differences.push(...wrong.slice(0, 20));
  if (wrong.length > 20) found.differences.push(`${wrong.length - 20} more tables${of} are other than they were`);
  if (wrong.length === 0)
    found.did.push(`${counted(expected.length, "table")}${of} with ${rows} rows, as in the backup`);
}

async function tryKey(
  db: SourceDatabase,
  database: string,
  { config, cluster }: Restored,
  { signal }: Restoring,
  found: Found,
): Promise<void> {
  const of = ofDatabase(database);
  const keys = railsKeysIn(await secretsNow(config.secrets, config.toolbox.namespace, cluster));
  if (keys === undefined) {
    found.notes.push("whether the rails key opens it was not tried: name its Secret under secrets");
    return;
  }
  const { tried, closed, firstClosed, unclear } = await openColumns(db, keys, signal);
  if (closed > 0)
    found.differences.push(
      `the cluster's rails key leaves ${closed} of ${tried} encrypted rows${of} closed, the first is ${firstClosed}`,
    );
  else if (tried === 0)
    found.notes.push(`no encrypted row${of} is in it: whether the rails key opens them is not known`);
  else found.did.push(`the cluster's rails key opens ${tried} encrypted rows${of}`);
  if (unclear.size > 0)
    found.notes.push(
      `whether the rails key opens values${of} that are encrypted in a form not known here was not told: ${namedIn(unclear)}`,
    );
}

async function compareRepositories(
  { body }: SealedBody<GitlabBody>,
  { config, cluster }: Restored,
  restoring: Restoring,
  found: Found,
): Promise<void> {
  const { gitaly } = config;
  if (gitaly === undefined || body.repositories === undefined || body.skipped.includes("repositories")) {
    found.notes.push("repositories were not looked at: that takes gitaly, and them in the archive and beside it");
    return;
  }
  const list = restoring.readPart(body.repositories.list);
  const { gone, moved } = await lookFor(list, await GitalyStorage.open(gitaly, cluster, restoring.signal));
  found.differences.push(...gone.slice(0, 20).map((name) => `the repository ${name} is not there`));
  if (gone.length > 20) found.differences.push(`${gone.length - 20} more repositories are not there`);
  if (moved > 0)
    found.notes.push(
      `${counted(moved, "repository")} came back from the archive with other refs than were read beside it, which was later`,
    );
  if (gone.length === 0) found.did.push(`${counted(body.repositories.count, "repository")} are there`);
}

/** Repositories of a list that are not there, and how many have other refs. */
async function lookFor(
  list: AsyncIterable<Uint8Array>,
  storage: GitalyStorage,
): Promise<{ readonly gone: readonly string[]; readonly moved: number }> {
  const there = new Set(await storage.repositories());
  const gone: string[] = [];
  let moved = 0;
  for await (const { name, path = name, digest } of readRepositories(list)) {
    const refs = there.has(name) ? await storage.refs(name) : undefined;
    if (refs === undefined) gone.push(path);
    else if (digestOfRefs(refs.all) !== digest) moved += 1;
  }
  return { gone, moved };
}
