import { join } from "node:path";
import { Client } from "pg";
import { startTestCluster } from "../src/store/test-cluster.ts";
import { holdChart } from "./lib/contract-chart.ts";
import { holdGitaly } from "./lib/contract-gitaly.ts";
import { holdKubernetes } from "./lib/contract-kubernetes.ts";
import { holdMlflow } from "./lib/contract-mlflow.ts";
import type { ContractOptions, Outcome } from "./lib/contract-part.ts";
import { holdRestored } from "./lib/contract-restored.ts";
import { holdS3 } from "./lib/contract-s3.ts";
import { holdPostgresql, holdRedis } from "./lib/contract-stores.ts";
import { holdToolbox } from "./lib/contract-toolbox.ts";

/**
 * `npm run contract`: what this repository ships for others, and what the lab has in a real thing's place, are held against the
 * real thing where it can be had. `-- --all` also fetches and builds what takes minutes; `-- --record` writes the recordings;
 * `-- mlflow restored` holds these parts alone.
 */
const options: ContractOptions = {
  all: process.argv.includes("--all"),
  record: process.argv.includes("--record"),
  cache: join(import.meta.dirname, "..", ".cache"),
  today: new Date().toISOString().slice(0, 10),
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const cluster = await startTestCluster();
let made = 0;

async function makeDatabase(): Promise<string> {
  made += 1;
  const name = `contract_${made}`;
  const client = new Client({ connectionString: cluster.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return Object.assign(new URL(cluster.url), { pathname: `/${name}` }).href;
}

const parts: Readonly<Record<string, () => Promise<Outcome>>> = {
  chart: holdChart,
  postgresql: () => holdPostgresql(makeDatabase),
  redis: holdRedis,
  s3: () => holdS3(options),
  kubernetes: () => holdKubernetes(options),
  mlflow: () => holdMlflow(options, makeDatabase),
  toolbox: () => holdToolbox(options),
  // Its programs take minutes to build: who names it wants that.
  gitaly: () => holdGitaly({ ...options, all: options.all || wanted.includes("gitaly") }),
  restored: () => holdRestored(options, makeDatabase),
};

try {
  const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) throw new Error(`no part: ${unknown.join(", ")}; parts: ${Object.keys(parts).join(", ")}`);
  for (const [name, hold] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) tell(name, await hold());
} finally {
  await cluster.stop();
}

function tell(name: string, outcome: Outcome): void {
  switch (outcome.kind) {
    case "not-run":
      process.stdout.write(`not run: ${outcome.what} (${outcome.why})\n`);
      return;
    case "held":
      process.stdout.write(
        `${name}: ${outcome.complaints.length === 0 ? outcome.words : outcome.complaints.join("\n  ")}\n`,
      );
      if (outcome.complaints.length > 0) process.exitCode = 1;
  }
}
