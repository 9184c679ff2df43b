import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Random } from "../../random.ts";
import type { Pods } from "../pods.ts";
import { type OtherKind, partOf } from "./kind.ts";

/** A database of SQLite's whose every transaction books a pair of entries, in its log as often as not. */
export function sqliteIn(root: string, pods: Pods, random: Random): OtherKind {
  mkdirSync(join(root, "sqlite"));
  const path = join(root, "sqlite", "mlflow.db");
  const writer = new DatabaseSync(path);
  writer.exec(`pragma journal_mode = wal; pragma synchronous = off;
    create table entries (id integer primary key, amount integer not null, text text);
    with recursive n(i) as (select 0 union all select i + 1 from n where i < 9999)
    insert into entries (amount, text) select case i % 2 when 0 then 7 else -7 end, hex(randomblob(60)) from n;`);
  pods.add("notebooks");
  return {
    kind: "sqlite",
    store: "notebooks/database",
    declared: `{ component: notebooks, kind: sqlite, pod: { namespace: apps, labels: app=notebooks }, path: "${path}" }`,
    program: /python3|sqlite3/,
    change() {
      const amount = Math.floor(random() * 1000);
      writer.exec(`begin; insert into entries (amount, text) values (${amount}, 'in'), (${-amount}, 'out'); commit`);
    },
    async wrong(manifest, folder) {
      const copy = new DatabaseSync(join(folder, partOf(manifest, "database.sqlite")), { readOnly: true });
      try {
        const said = manifest.body.tables?.find(({ table }) => table === "entries")?.rows;
        const row = copy.prepare("select count(*) as rows, sum(amount) as sum from entries").get();
        const check = copy.prepare("pragma integrity_check").get();
        return [
          ...(row?.["sum"] === 0 ? [] : ["its entries are not zero together"]),
          ...(row?.["rows"] === said ? [] : [`it has ${Number(row?.["rows"])} entries, and its manifest says ${said}`]),
          ...(check?.["integrity_check"] === "ok" ? [] : ["its pages do not hold together"]),
        ];
      } finally {
        copy.close();
      }
    },
    close: () => writer.close(),
  };
}
