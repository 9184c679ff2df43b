import { Client } from "pg";

/** Bytes of a row in pg_dump's archive, nearly. */
const rowBytes = { metrics: 97, params: 152, logs: 690 };

/** A database in the shape of a tracking server's, of about so many bytes when dumped: numbers, short texts, long texts, keys, indexes. */
export async function fill(url: string, gigabytes: number): Promise<void> {
  const bytes = gigabytes * 1e9;
  const rows = (share: number, each: number): number => Math.round((bytes * share) / each);
  await change(url, [
    "set synchronous_commit = off",
    "set maintenance_work_mem = '256MB'",
    "create table experiments (id int primary key, name text not null unique)",
    "insert into experiments select g, 'experiment ' || g from generate_series(1, 500) g",
    "create table runs (id int primary key, experiment int not null references experiments, name text, started timestamptz)",
    `insert into runs select g, 1 + g % 500, md5(g::text), timestamptz '2026-01-01' + g * interval '1 minute' from generate_series(1, ${Math.round(gigabytes * 100_000)}) g`,
    "create table metrics (run int not null, key text not null, value float8 not null, step bigint not null, at timestamptz not null)",
    `insert into metrics select 1 + (g * 7919) % ${Math.round(gigabytes * 100_000)}, 'metric_' || g % 40, sin(g) * g, g, timestamptz '2026-01-01' + g * interval '1 second' from generate_series(1, ${rows(0.4, rowBytes.metrics)}::bigint) g`,
    "create table params (id bigint, run int not null, key text not null, value text not null)",
    `insert into params select g, 1 + (g * 104729) % ${Math.round(gigabytes * 100_000)}, 'param_' || g % 60, md5(g::text) || md5((g * 3)::text) || md5((g * 5)::text) from generate_series(1, ${rows(0.3, rowBytes.params)}::bigint) g`,
    "create table logs (id bigint, run int not null, text text not null)",
    `insert into logs select g, 1 + (g * 15485863) % ${Math.round(gigabytes * 100_000)}, (select string_agg(md5((g * 20 + i)::text), ' ') from generate_series(1, 20) i) from generate_series(1, ${rows(0.3, rowBytes.logs)}::bigint) g`,
    "alter table params add primary key (id)",
    "alter table logs add primary key (id)",
    "create index on metrics (run, key)",
    "create index on params (run)",
    "alter table metrics add foreign key (run) references runs",
    "alter table params add foreign key (run) references runs",
    "vacuum analyze",
    "checkpoint",
  ]);
}

/** A hundredth more rows at the end of each table. */
export const appended: readonly string[] = [
  "insert into metrics select run, key, value, step + 1000000000, at from metrics where step % 100 = 0",
  "insert into params select id + 1000000000, run, key, md5(id::text) || value from params where id % 100 = 0",
  "insert into logs select id + 1000000000, run, md5(id::text) || text from logs where id % 100 = 0",
];

/** A hundredth of the rows, all over each table, hold something else. */
export const scattered: readonly string[] = [
  "update metrics set value = value + 1 where step % 100 = 50",
  "update params set value = md5(value) || substr(value, 33) where id % 100 = 50",
  "update logs set text = md5(text) || substr(text, 33) where id % 100 = 50",
];

export async function change(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}
