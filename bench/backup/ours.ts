import { randomBytes } from "node:crypto";
import { proveOwn } from "../../src/backups/prove-own.ts";
import { catalogueOf } from "../../src/backups/repository/catalogue.ts";
import { Repository } from "../../src/backups/repository/restic.ts";
import { backUp } from "../../src/backups/run.ts";
import { openBackups } from "../../src/edge/backups.ts";
import { systemClock } from "../../src/edge/clock.ts";
import type { BackupPorts } from "../../src/kernel/backup-ports.ts";
import { InputError } from "../../src/kernel/errors.ts";
import type { BackupStore } from "../../src/platform/backup-stores.ts";
import { systems } from "../../src/systems/index.ts";

/*
 * One backup or proof in a process of its own, so that its memory is its own: `backup` or `prove` of the store in `BENCH_STORE`.
 * With `BENCH_PLAIN` tables are counted and not summed up, as the shell beside it does.
 */
const { BENCH_STORE = "", BENCH_REPOSITORY = "", BENCH_SCRATCH = "", BENCH_SECRETS = "{}", BENCH_PLAIN } = process.env;

const secrets = JSON.parse(BENCH_SECRETS) as Readonly<Record<string, string>>;
const opened = openBackups(process.env);
const ports: BackupPorts = BENCH_PLAIN === undefined ? opened.ports : counting(opened.ports);
const password = process.env["RESTIC_PASSWORD"] ?? "";
const repository = new Repository({ repository: BENCH_REPOSITORY, password, environment: {} }, ports);
const common = {
  repository,
  secret: (ref: unknown) => Promise.resolve(secrets[(ref as { readonly name: string }).name] ?? ""),
  cluster: () => Promise.reject(new InputError("no cluster")),
  systems,
  clock: systemClock,
  progress: () => undefined,
  signal: new AbortController().signal,
};

async function backup(): Promise<unknown> {
  const { manifest } = await backUp(
    {
      ...common,
      installation: "bench",
      environment: "bench",
      store: JSON.parse(BENCH_STORE) as BackupStore,
      unique: randomBytes(4).toString("hex"),
      millwright: "bench",
    },
    ports,
  );
  return manifest.id;
}

async function prove(): Promise<unknown> {
  const [snapshots, id = ""] = await Promise.all([repository.snapshots(), repository.id()]);
  const [newest] = catalogueOf(snapshots).backups;
  if (newest === undefined) throw new Error("there is no backup");
  const proof = await proveOwn(
    {
      ...common,
      backup: newest,
      identity: { installation: "bench", environment: "bench", repository: id },
      provenBy: "bench",
      scratch: BENCH_SCRATCH,
      path: opened.path,
    },
    ports,
  );
  if (proof.verdict.kind !== "proven") throw new Error(JSON.stringify(proof.verdict));
  return proof.counts;
}

const sum = /coalesce\(sum\(pg_catalog\.hashtextextended\(row.*\)::text as sum from only/s;
let leftOut = 0;

/** Sums of rows are left out of the questions; what is compared is the count alone. */
function counting(all: BackupPorts): BackupPorts {
  const plain = (sql: string): string => {
    if (!sum.test(sql)) return sql;
    leftOut += 1;
    return sql.replace(sum, "'0' as sum from only");
  };
  return {
    ...all,
    async connect(address) {
      const db = await all.connect(address);
      return {
        run: (statement) => db.run(statement),
        copy: (statement, rows) => db.copy(statement, rows),
        query: (sql) => db.query(plain(sql)),
        close: () => db.close(),
      };
    },
    async connectSource(url) {
      const db = await all.connectSource(url);
      return { query: (sql) => db.query(plain(sql)), close: () => db.close() };
    },
  };
}

const said = await (process.argv[2] === "prove" ? prove() : backup());
// The question was worded anew: what was measured is not what it is called.
if (BENCH_PLAIN !== undefined && leftOut === 0) throw new Error("no sum was left out of any question");
process.stdout.write(`${JSON.stringify({ said, memory: process.resourceUsage().maxRSS * 1024 })}\n`);
