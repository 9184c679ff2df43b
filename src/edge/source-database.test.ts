import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startTestCluster } from "../store/test-cluster.ts";
import { connectSource } from "./source-database.ts";

/** Seconds until the kernel asks whether the other end is there; undefined: it never does (proc_net_tcp.txt: `tr` and `tm->when`). */
function askedIn(localPort: number): number | undefined {
  const port = localPort.toString(16).toUpperCase().padStart(4, "0");
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n");
  const [, timer] =
    lines.map((line) => new RegExp(`^ *\\d+: [0-9A-F]{8}:${port} \\S+ 01 \\S+ 02:(\\S+)`).exec(line)).find(Boolean) ??
    [];
  return timer === undefined ? undefined : Number.parseInt(timer, 16) / 100;
}

test("a connection over which nothing goes for hours, as while a dump is restored beside, is kept alive by the minute", async (context) => {
  const server = await startTestCluster();
  context.after(() => server.stop());
  const db = await connectSource(server.url);

  const [row] = await db.query("select pg_catalog.inet_client_port() as port");

  const seconds = askedIn(Number(row?.["port"]));
  assert.ok(seconds !== undefined && seconds <= 60, `it is asked in ${seconds} s`);
  await db.close();
});
