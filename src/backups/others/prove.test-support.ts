// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { Client } from "pg";
import { openBackups } from "../../edge/backups.ts";
import { instantOf } from "../../kernel/instant.ts";
import { emptyDatabase } from "../../store/test-support.ts";
import { systems } from "../../systems/index.ts";
import type { Proof, ProofReport } from "../proof/proof.ts";
import { type ProveOptions, proveBackups } from "./prove.ts";

/** A folder that every user may pass, gone after the tests of the file. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "millwright-backups-"));
  chmodSync(dir, 0o755);
  after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The moment at which tests look. */
const testNow = instantOf(Date.UTC(2026, 10, 20, 9));

/** Proves a source with everything bound to this machine. */
export function proving(source: string, options: Partial<ProveOptions> = {}): Promise<ProofReport> {
  const { ports, path } = openBackups(process.env);
  let ticks = Date.parse(testNow);
  return proveBackups(
    {
      source,
      label: source,
      restic: { password: undefined, snapshot: "latest", environment: {} },
      bucket: { endpoint: undefined, environment: {} },
      scratch: tmpdir(),
      path,
      newerThan: undefined,
      systems,
      clock: { now: () => instantOf((ticks += 1)) },
      progress: () => undefined,
      signal: new AbortController().signal,
      ...options,
    },
    ports,
  );
}

/** The one proof of a source that is one backup. */
export async function proofOf(source: string, options: Partial<ProveOptions> = {}): Promise<Proof> {
  const { proofs } = await proving(source, options);
  const [proof] = proofs;
  if (proof === undefined || proofs.length !== 1) throw new Error(`${source} gave ${proofs.length} proofs`);
  return proof;
}

/** A database with these statements run in it; its URL. */
export async function databaseWith(sql: string): Promise<string> {
  const url = await emptyDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
  return url;
}

/** Real pg_dump, into a file or folder. */
export function dump(url: string, file: string, ...args: readonly string[]): string {
  execFileSync("pg_dump", ["--dbname", url, "--file", file, ...args], { stdio: "pipe" });
  return file;
}

/** What GitLab's schema has of what we look at; a project, and an event a day later. */
export const gitlabTables = `
  create table schema_migrations (version text primary key); insert into schema_migrations values ('20260912081500');
  create table ar_internal_metadata (key text primary key);
  create table users (id bigserial primary key, last_activity_on date);
  create table namespaces (id bigserial primary key);
  create table projects (id bigserial primary key, last_activity_at timestamp);
  create table merge_requests (id bigserial primary key, updated_at timestamp);
  create table events (id bigserial primary key, created_at timestamptz);
  insert into projects (last_activity_at) values ('2026-11-18 10:00');
  insert into events (created_at) values ('2026-11-19 11:00Z');
`;

/** What MLflow's schema has of what we look at; some runs, an experiment each. */
export const mlflowTables = `
  create table alembic_version (version_num varchar(32) primary key);
  insert into alembic_version values ('5b0e9adcef9c');
  create table experiments (experiment_id serial primary key, name text unique, last_update_time bigint);
  create table runs (run_uuid text primary key, experiment_id int not null references experiments, start_time bigint, end_time bigint);
  create table registered_models (name text primary key, last_updated_time bigint);
  create table model_versions (name text references registered_models, version int, last_updated_time bigint, source text, current_stage text);
`;

export const mlflowRows = `
  insert into experiments (name, last_update_time) select 'e' || g, ${Date.UTC(2026, 10, 18)} from generate_series(1, 5) g;
  insert into runs select 'r' || g, 1 + g % 5, ${Date.UTC(2026, 10, 19, 3)} - g, null from generate_series(1, 3000) g;
  insert into registered_models values ('iris', ${Date.UTC(2026, 10, 17)});
`;

/** A database of MLflow dumped as text, and a folder to lay others into. */
export async function dumpedMlflow() {
  const dir = folder();
  const url = await databaseWith(
    `${mlflowTables}${mlflowRows} create extension pg_trgm; create view busy as select * from runs;`,
  );
  const packed = (name: string, bytes: Uint8Array): string => {
    const file = join(dir, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return file;
  };
  return {
    dir,
    url,
    plain: dump(url, join(dir, "plain.sql")),
    packed,
    /** The proofs of several files by their names, on one server. */
    proofsOf: async (
      name: string,
      files: Readonly<Record<string, Uint8Array>>,
    ): Promise<ReadonlyMap<string, Proof>> => {
      for (const [file, bytes] of Object.entries(files)) packed(join(name, file), bytes);
      const { proofs } = await proving(join(dir, name));
      return new Map(proofs.map((proof) => [proof.name, proof]));
    },
  };
}

/** Whether a program is here. */
export function has(program: string): boolean {
  return spawnSync("sh", ["-c", 'command -v "$0"', program]).status === 0;
}
