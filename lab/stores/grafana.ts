import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Tables of Grafana's database, as far as the lab has them: grafana/grafana pkg/services/sqlstore/migrations. */
const schema = `
create table migration_log (id integer primary key autoincrement not null, migration_id text not null, sql text not null, success integer not null, error text not null, timestamp datetime not null);
create table org (id integer primary key autoincrement not null, version integer not null, name text not null, created datetime not null, updated datetime not null);
create table user (id integer primary key autoincrement not null, version integer not null, login text not null, email text not null, name text, password text, salt text, org_id integer not null, is_admin integer not null, created datetime not null, updated datetime not null);
create table data_source (id integer primary key autoincrement not null, org_id integer not null, version integer not null, type text not null, name text not null, access text not null, url text not null, is_default integer not null, created datetime not null, updated datetime not null, uid text not null);
create table dashboard (id integer primary key autoincrement not null, version integer not null, slug text not null, title text not null, data text not null, org_id integer not null, created datetime not null, updated datetime not null, uid text);
create unique index UQE_dashboard_org_id_uid on dashboard (org_id, uid);
`;

/** `grafana.db` with dashboards that people made, in the folder of Grafana's volume. One that is there stays. */
export function fillGrafana(folder: string, now: Date): void {
  const file = join(folder, "grafana.db");
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const database = new DatabaseSync(draft);
  try {
    database.exec(`begin; ${schema}`);
    const at = now.toISOString().slice(0, 19).replace("T", " ");
    const add = (statement: string, ...values: readonly string[]): void =>
      void database.prepare(statement).run(...values);
    add(
      "insert into migration_log (migration_id, sql, success, error, timestamp) values ('create migration_log table', '', 1, '', ?)",
      at,
    );
    add("insert into org (version, name, created, updated) values (0, 'Main Org.', ?, ?)", at, at);
    add(
      "insert into user (version, login, email, name, org_id, is_admin, created, updated) values (0, 'admin', 'admin@localhost', 'Admin', 1, 1, ?, ?)",
      at,
      at,
    );
    add(
      "insert into data_source (org_id, version, type, name, access, url, is_default, created, updated, uid) values (1, 1, 'prometheus', 'Prometheus', 'proxy', 'http://prometheus:9090', 1, ?, ?, 'prometheus')",
      at,
      at,
    );
    for (const title of ["Trainings", "Who waits for the GPU", "Releases of models"]) {
      const slug = title.toLowerCase().replaceAll(" ", "-");
      const data = JSON.stringify({
        title,
        panels: [{ type: "timeseries", targets: [{ expr: `sum(rate(${slug.replaceAll("-", "_")}_total[5m]))` }] }],
      });
      add(
        "insert into dashboard (version, slug, title, data, org_id, created, updated, uid) values (1, ?, ?, ?, 1, ?, ?, ?)",
        slug,
        title,
        data,
        at,
        at,
        slug,
      );
    }
    database.exec("commit");
  } finally {
    database.close();
  }
  renameSync(draft, file);
}
