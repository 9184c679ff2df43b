import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { fillGitlab } from "../../lab/databases/gitlab.ts";
import { fillMlflow } from "../../lab/databases/mlflow.ts";
import { startRedis } from "../../lab/servers/redis.ts";
import { openRedis } from "../../src/edge/redis.ts";
import { openSql } from "../../src/edge/sql.ts";
import type { Sql } from "../../src/kernel/probe-ports.ts";
import { freePort } from "../../src/store/postmaster.ts";
import { systems } from "../../src/systems/index.ts";
import type { Outcome } from "./contract-part.ts";

/* Recorded rows of the probes against what the real servers give to the very statements: each recorded column is there, of its kind. */

const Fixtures = z.object({
  settings: z.record(z.string(), z.unknown()).default({}),
  cases: z.array(
    z.object({
      probe: z.string(),
      kind: z.string(),
      settings: z.record(z.string(), z.unknown()).optional(),
      sql: z.unknown().optional(),
      redis: z.unknown().optional(),
    }),
  ),
});
const Row = z.record(z.string(), z.unknown());
type Row = z.output<typeof Row>;

function fixturesOf(system: string) {
  const file = join(import.meta.dirname, "..", "..", "src", "systems", system, "fixtures", "probes.yaml");
  return Fixtures.parse(parse(readFileSync(file, "utf8"), { merge: true, maxAliasCount: 1000 }));
}

export async function holdPostgresql(makeDatabase: () => Promise<string>): Promise<Outcome> {
  const gitlab = await makeDatabase();
  await fillGitlab(gitlab, { version: "17.8.7", seed: 1, size: 3 });
  const mlflow = await makeDatabase();
  await fillMlflow(mlflow, { version: "2.14.3", seed: 1, size: 3 });
  const databases = { gitlab, mlflow, "mlflow-sharinghub": mlflow, postgresql: mlflow };
  const found = await Promise.all(Object.entries(databases).map(([system, url]) => sqlComplaints(system, url)));
  const asked = found.flatMap(({ probes }) => probes);
  return {
    kind: "held",
    words: `${asked.length} probes read the columns that are recorded: ${asked.join(", ")}`,
    complaints: found.flatMap(({ complaints }) => complaints),
  };
}

async function sqlComplaints(system: string, url: string) {
  const fixtures = fixturesOf(system);
  const probes: string[] = [];
  const complaints: string[] = [];
  for (const probe of systems.find(({ id }) => id === system)?.probes ?? []) {
    const recorded = fixtures.cases.find(
      ({ probe: of, kind, sql }) => of === probe.id && kind === "healthy" && Array.isArray(sql),
    );
    if (recorded === undefined || !probe.needs.includes("sql")) continue;
    const real = openSql({ url, timeoutMs: 20_000 });
    const rows: Row[] = [];
    const sql: Sql = {
      label: real.label,
      async read(statement) {
        const answer = await real.read(statement);
        if (answer.kind === "rows") rows.push(...answer.rows);
        else complaints.push(`${system}/${probe.id}: ${JSON.stringify(answer)}`);
        return answer;
      },
    };
    const inputs: unknown = probe.inputs.parse({ ...fixtures.settings, ...recorded.settings });
    // Of its ports it is given the one it declares.
    await probe.read({ sql } as unknown as Parameters<typeof probe.read>[0], inputs);
    const said = rows.length === 0 ? [] : missing(Row.parse((recorded.sql as readonly unknown[])[0]), rows);
    // A database without a follower has no row of one: nothing to hold it against.
    if (rows.length > 0) probes.push(`${system}/${probe.id}`);
    complaints.push(...said.map((words) => `${system}/${probe.id}: ${words}`));
  }
  return { probes, complaints };
}

function missing(wanted: Row, rows: readonly Row[]): readonly string[] {
  return Object.entries(wanted).flatMap(([column, value]) => {
    const row = rows.find((one) => Object.hasOwn(one, column));
    if (row === undefined) return [`no column ${column}`];
    const is = row[column];
    return is === null || typeof is === typeof value
      ? []
      : [`${column} is a ${typeof is}, recorded as ${typeof value}`];
  });
}

export async function holdRedis(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-contract-redis-"));
  const port = await freePort();
  const server = await startRedis({
    name: "redis",
    folder,
    port,
    password: "of-the-contract",
    register: () => undefined,
  });
  try {
    const answer = await openRedis({ url: `redis://:of-the-contract@127.0.0.1:${port}`, timeoutMs: 10_000 }).info();
    if (answer.kind === "refused") return { kind: "held", words: "", complaints: [answer.why] };
    const there = new Set([...answer.text.matchAll(/^([a-z_]+):/gm)].map(([, name]) => name));
    const recorded = fixturesOf("redis").cases.find(({ kind }) => kind === "healthy")?.redis;
    const names = Object.keys(Row.parse(recorded)).filter((name) => !/^(?:slave\d|valkey_)/.test(name));
    return {
      kind: "held",
      words: `INFO has the ${names.length} fields that are recorded`,
      complaints: names.filter((name) => !there.has(name)).map((name) => `INFO has no ${name}`),
    };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
