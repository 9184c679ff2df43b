import { createHash, randomBytes } from "node:crypto";
import { Client } from "pg";
import { instantOf } from "../kernel/instant.ts";
import { migrations } from "./migrations/index.ts";
import { migrate } from "./migrations/runner.ts";
import { openStore, type Store } from "./store.ts";
import { startTestCluster } from "./test-cluster.ts";

/** Where `scripts/test.sh` says that its server is. */
export const clusterVariable = "MILLWRIGHT_TEST_DATABASE";

let own: Promise<string> | undefined;

/** The server of this test run; one of this process's own where nobody started one. */
function clusterUrl(): Promise<string> {
  const given = process.env[clusterVariable];
  if (given !== undefined && given !== "") return Promise.resolve(given);
  own ??= startTestCluster().then(({ url }) => url);
  return own;
}

/** A fresh database with every migration applied, as a copy of a template that is made once per test run. */
export async function testDatabase(): Promise<string> {
  const url = await clusterUrl();
  const template = `template_${createHash("sha256").update(JSON.stringify(migrations)).digest("hex").slice(0, 12)}`;
  const name = `test_${randomBytes(8).toString("hex")}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(1)");
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [template]);
    if (rowCount === 0) await makeTemplate(client, url, template);
    await client.query(`create database ${name} template ${template} strategy file_copy`);
  } finally {
    await client.end();
  }
  return databaseUrl(url, name);
}

async function makeTemplate(client: Client, url: string, template: string): Promise<void> {
  await client.query(`drop database if exists ${template}_new`);
  await client.query(`create database ${template}_new`);
  const store = openStore({ url: databaseUrl(url, `${template}_new`), applicationName: "tests", poolSize: 1 });
  await migrate(store, instantOf(Date.UTC(2026, 10, 20)));
  await store.close();
  await client.query(`alter database ${template}_new rename to ${template}`);
}

/** A database of this test run without any table. */
export async function emptyDatabase(): Promise<string> {
  const url = await clusterUrl();
  const name = `test_${randomBytes(8).toString("hex")}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return databaseUrl(url, name);
}

/** A store on a fresh, migrated database of its own. Close it when the test is done. */
export async function testStore(): Promise<Store> {
  return openStore({ url: await testDatabase(), applicationName: "tests", poolSize: 5 });
}

function databaseUrl(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}
