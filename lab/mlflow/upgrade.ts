import type { Client } from "pg";
import { makeMlflowSchema } from "../databases/mlflow.ts";
import { type Revision, schemaHeadOf, stepsBetween } from "../databases/mlflow-releases.ts";
import { onConnection } from "../databases/sql.ts";

/** What befalls `mlflow db upgrade`. The n-th revision (1 for the first) fails after its statements. */
export type UpgradeFate =
  | { readonly kind: "well" }
  | { readonly kind: "slow"; readonly millis: number }
  | { readonly kind: "fails"; readonly at: number };

export interface Upgraded {
  readonly exitCode: number;
  /** As MLflow writes it, all to stderr. */
  readonly log: string;
}

const opening = `INFO mlflow.store.db.utils: Updating database tables
INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.
INFO  [alembic.runtime.migration] Will assume transactional DDL.
`;

/**
 * Brings the real database to the head of a version, as `mlflow db upgrade URL` of that version's image does; lines as recorded
 * (2.22.4, 2026-11-21). On PostgreSQL all its revisions stand in one transaction. A database that is ahead cannot be located:
 * there is no way down.
 */
export async function upgradeMlflow(
  url: string,
  version: string,
  fate: UpgradeFate = { kind: "well" },
  count: (revision: string) => void = () => undefined,
): Promise<Upgraded> {
  return onConnection(url, async (client) => {
    const found = await client.query<{ version_num: string }>("select version_num from alembic_version");
    const from = found.rows[0]?.version_num ?? "";
    const steps = stepsBetween(from, schemaHeadOf(version));
    if (steps === undefined)
      return {
        exitCode: 1,
        log: `${opening}alembic.util.exc.CommandError: Can't locate revision identified by '${from}'\n`,
      };
    const { failure, lines } = await runSteps(client, steps, fate);
    const log = `${opening}${lines.join("")}`;
    if (failure !== undefined)
      return { exitCode: 1, log: `${log}sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) ${failure}\n` };
    for (const { id } of steps) count(id);
    return { exitCode: 0, log };
  });
}

/** All of them or none; the lines say how far it came. */
async function runSteps(
  client: Client,
  steps: readonly Revision[],
  fate: UpgradeFate,
): Promise<{ readonly failure?: string; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  await client.query("begin");
  try {
    for (const [index, step] of steps.entries()) {
      lines.push(`INFO  [alembic.runtime.migration] Running upgrade ${step.after} -> ${step.id}, ${step.title}\n`);
      for (const statement of step.statements) await client.query(statement);
      if (fate.kind === "slow") await client.query("select pg_sleep($1)", [fate.millis / 1000]);
      if (fate.kind === "fails" && fate.at === index + 1) throw new Error("the statement was cancelled");
      await client.query("update alembic_version set version_num = $1", [step.id]);
    }
    await client.query("commit");
    return { lines };
  } catch (thrown) {
    await client.query("rollback");
    return { failure: thrown instanceof Error ? thrown.message : "it failed", lines };
  }
}

/**
 * What a server of this version does with the database before it serves: an empty one gets its schema; one at another revision is
 * refused, in the words of mlflow/store/db/utils.py (recorded). Undefined: it serves.
 */
export async function refusalToServe(url: string, version: string): Promise<string | undefined> {
  return onConnection(url, async (client) => {
    const tables = await client.query<{ n: string }>(
      "select count(*) as n from information_schema.tables where table_schema = 'public'",
    );
    if (tables.rows[0]?.n === "0") await makeMlflowSchema(client, version);
    const found = await client
      .query<{ version_num: string }>("select version_num from alembic_version")
      .catch(() => ({ rows: [] }));
    const current = found.rows[0]?.version_num ?? "None";
    const head = schemaHeadOf(version);
    if (current === head) return undefined;
    return `mlflow.exceptions.MlflowException: Detected out-of-date database schema (found version ${current}, but expected ${head}). Take a backup of your database, then run 'mlflow db upgrade <database_uri>' to migrate your database to the latest schema. NOTE: schema migration may result in database downtime - please consult your database's documentation for more detail.`;
  });
}
