import * as z from "zod";
import type { Sql } from "../../kernel/probe-ports.ts";
import { defineProbe, type Probe, type Reading } from "../probe.ts";
import { count, sqlRows } from "../probe-sql.ts";
import { absentReading, healthy, judged, metric, unhealthy, unknownReading } from "../readings.ts";
import { room } from "./room.ts";

const monitor = "a login with the role pg_monitor";

const serverStatement = `select current_setting('server_version_num')::int as version,
  current_setting('max_connections')::int as most,
  (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
  (select coalesce(max(extract(epoch from now() - xact_start)), 0) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()) as oldest_seconds,
  (select max(age(datfrozenxid)) from pg_database) as xid_age,
  pg_database_size(current_database()) as bytes,
  pg_is_in_recovery() as standby,
  (select setting = 'on' and source not in ('user', 'database user', 'client', 'session')
    from pg_settings where name = 'default_transaction_read_only') as refuses_writes,
  pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees_all`;

const Server = z.object({
  version: count,
  most: count,
  connections: count,
  oldest_seconds: count,
  xid_age: count,
  bytes: count,
  standby: z.boolean(),
  /** For everybody: what is set for the probe's own login says nothing of others. */
  refuses_writes: z.boolean(),
  sees_all: z.boolean(),
});

/** Limits that people may move. Wraparound stops all writes at two thousand million; autovacuum forces itself at 200 million. */
const Limits = z.object({
  maxConnectionsRatio: z.number().positive().max(1).default(0.9),
  maxTransactionSeconds: z.number().positive().default(3600),
  maxXidAge: z.number().positive().default(1_000_000_000),
});

const server = defineProbe({
  id: "server",
  tells: "own",
  title: "Does the database answer, with room for connections, transactions and their numbers?",
  needs: ["sql"],
  inputs: Limits,
  credentials: { database: monitor },
  everySeconds: 60,
  timeoutSeconds: 20,
  source:
    "postgresql.org/docs/current: pg_stat_activity, runtime-config-client (default_transaction_read_only), view-pg-settings (source), routine-vacuuming (wraparound), functions-admin (sizes); pg_isready proves a listener alone",
  async read({ sql }, limits) {
    const answer = await sqlRows(
      sql,
      { subject: "server", statement: serverStatement, missing: "a PostgreSQL of version 10 or later" },
      Server,
    );
    if (answer.kind === "reading") return [answer.reading];
    const [row] = answer.rows;
    return row === undefined
      ? [unhealthy("server", 0, `${sql.label}: no answer to a select`)]
      : serverReadings(sql, row, limits);
  },
});

function serverReadings(sql: Sql, row: z.output<typeof Server>, limits: z.output<typeof Limits>): readonly Reading[] {
  const version = `${Math.floor(row.version / 10_000)}.${row.version % 10_000}`;
  return [
    healthy("server", version, `${sql.label}: server_version_num ${row.version}${row.standby ? ", a standby" : ""}`, [
      metric("postgresql_database_bytes", row.bytes),
    ]),
    ...(row.standby ? [] : [writesReading(sql, row)]),
    ...(row.sees_all ? sessionReadings(sql, row, limits) : hiddenSessions(sql)),
    judged(
      row.xid_age <= limits.maxXidAge,
      "wraparound",
      row.xid_age,
      `${sql.label}: the oldest row version is ${row.xid_age} transactions old`,
      [metric("postgresql_xid_age", row.xid_age)],
    ),
  ];
}

/** Selects go on where writes are refused: somebody, or a managed service whose disk is full, has switched them off. */
function writesReading(sql: Sql, row: z.output<typeof Server>): Reading {
  return row.refuses_writes
    ? unhealthy("writes", "refused", `${sql.label}: refuses writes, default_transaction_read_only is on`)
    : healthy("writes", "accepted", `${sql.label}: default_transaction_read_only is off`);
}

/** Who may not see other users' sessions counts only their own, and would take a full server for an idle one. */
function hiddenSessions(sql: Sql): readonly Reading[] {
  return ["connections", "oldest-transaction"].map((subject) =>
    unknownReading(subject, `${sql.label}: the login does not see the sessions of others`, `It needs ${monitor}.`),
  );
}

function sessionReadings(sql: Sql, row: z.output<typeof Server>, limits: z.output<typeof Limits>): readonly Reading[] {
  const ratio = row.connections / row.most;
  const oldest = Math.round(row.oldest_seconds);
  return [
    judged(
      ratio <= limits.maxConnectionsRatio,
      "connections",
      row.connections,
      `${sql.label}: ${row.connections} of ${row.most} connections`,
      [metric("postgresql_connections", row.connections), metric("postgresql_connections_ratio", ratio)],
    ),
    judged(
      oldest <= limits.maxTransactionSeconds,
      "oldest-transaction",
      oldest,
      `${sql.label}: the oldest transaction is ${oldest} s old`,
      [metric("postgresql_oldest_transaction_seconds", row.oldest_seconds)],
    ),
  ];
}

const replicationStatement = `select application_name as name, state,
  coalesce(extract(epoch from replay_lag), 0) as lag_seconds,
  coalesce(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end, replay_lsn), 0) as lag_bytes
from pg_stat_replication order by 1`;

const Replica = z.object({ name: z.string(), state: z.string().nullable(), lag_seconds: count, lag_bytes: count });

const replication = defineProbe({
  id: "replication",
  tells: "own",
  title: "Do the replicas follow?",
  needs: ["sql"],
  inputs: z.object({
    maxLagSeconds: z.number().positive().default(60),
    replicas: z.int().min(0).optional().describe("How many must follow"),
  }),
  credentials: { database: monitor },
  everySeconds: 60,
  timeoutSeconds: 20,
  source:
    "postgresql.org/docs/current/monitoring-stats.html pg_stat_replication: state is null for whoever may not see it",
  async read({ sql }, { maxLagSeconds, replicas }) {
    const subject = "replication";
    const answer = await sqlRows(sql, { subject, statement: replicationStatement, missing: "the primary" }, Replica);
    if (answer.kind === "reading") return [answer.reading];
    const { rows } = answer;
    if (rows.some(({ state }) => state === null))
      return [
        unknownReading(subject, `${sql.label}: the login may not see the replicas' state`, `It needs ${monitor}.`),
      ];
    if (rows.length === 0 && (replicas ?? 0) === 0)
      return [absentReading(subject, `${sql.label}: pg_stat_replication is empty`)];
    const late = rows.filter((row) => row.state !== "streaming" || row.lag_seconds > maxLagSeconds);
    const good = late.length === 0 && rows.length >= (replicas ?? 0);
    const said = rows.map((row) => `${row.name} ${row.state} ${Math.round(row.lag_seconds)} s`).join(", ");
    return [
      judged(good, subject, rows.length, `${sql.label}: ${said === "" ? "no replica" : said}`, [
        metric("postgresql_replication_lag_seconds", Math.max(0, ...rows.map((row) => row.lag_seconds))),
      ]),
    ];
  },
});

const identifier = /^[a-z_][a-z0-9_]*$/i;

const schema = defineProbe({
  id: "schema",
  tells: "upkeep",
  title: "Is the schema's head the expected one?",
  needs: ["sql"],
  inputs: z.object({
    schemaTable: z
      .string()
      .regex(identifier)
      .optional()
      .describe("alembic_version (MLflow) or schema_migrations (GitLab)"),
    schemaColumn: z.string().regex(identifier).optional().describe("version_num or version"),
    schemaHead: z.string().min(1).optional().describe("The newest entry that must be there"),
  }),
  credentials: { database: "a login that may read the table of migrations" },
  everySeconds: 900,
  timeoutSeconds: 20,
  source: "alembic: version_num in alembic_version; Rails: version in schema_migrations",
  async read({ sql }, { schemaTable, schemaColumn, schemaHead }) {
    const subject = "schema";
    if (schemaTable === undefined)
      return [
        unknownReading(subject, "no table of migrations is named", "Set schemaTable in the endpoint's settings."),
      ];
    const column = schemaColumn ?? (schemaTable === "alembic_version" ? "version_num" : "version");
    const statement = `select max(${column}::text) as head from ${schemaTable}`;
    const answer = await sqlRows(
      sql,
      { subject, statement, missing: "absent" },
      z.object({ head: z.string().nullable() }),
    );
    if (answer.kind === "reading") return [answer.reading];
    const head = answer.rows[0]?.head ?? undefined;
    if (head === undefined) return [absentReading(subject, `${sql.label}: ${schemaTable} is empty`)];
    const evidence = `${sql.label}: the head in ${schemaTable} is ${head}`;
    if (schemaHead === undefined)
      return [
        unknownReading(
          subject,
          `${evidence}; nothing says what is right`,
          "Set schemaHead in the endpoint's settings.",
        ),
      ];
    return [
      judged(
        head === schemaHead,
        subject,
        head,
        head === schemaHead ? evidence : `${evidence}, expected ${schemaHead}`,
      ),
    ];
  },
});

export const postgresqlProbes: readonly Probe[] = [server, room, replication, schema];
