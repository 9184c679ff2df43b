import { spawn } from "node:child_process";
import { once } from "node:events";
import { startTestCluster } from "../src/store/test-cluster.ts";
import { clusterVariable } from "../src/store/test-support.ts";

/** Runs a Node command with one PostgreSQL server for all its processes, and ends the server with it. */
// It would look into each of the tests' hundreds of databases every minute.
const cluster = await startTestCluster(undefined, { settings: { autovacuum_naptime: "1h" } });
const child = spawn(process.execPath, process.argv.slice(2), {
  stdio: "inherit",
  env: { ...process.env, [clusterVariable]: cluster.url },
});
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => void child.kill(name));
const [code] = (await once(child, "exit")) as [number | null];
await cluster.stop();
process.exitCode = code ?? 1;
