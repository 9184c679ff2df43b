import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isAlive } from "../store/postmaster.ts";
import { type Ended, ended, eventually, start } from "./story.test-support.ts";

/*
 * The whole of it as a user starts it: `millwright serve` on a PostgreSQL of its own, without a cluster, with the example
 * platform as its repository; then the command line against it.
 */

const root = join(import.meta.dirname, "..", "..");
const example = join(root, "examples", "mlops-platform");

/** A folder that PostgreSQL, which never runs as root, may enter. */
function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-serve-"));
  chmodSync(folder, 0o755);
  return folder;
}

/** Where PostgreSQL says that it runs. */
function pidFileIn(folder: string): string {
  return join(folder, "millwright-data", "data", "postmaster.pid");
}

test("serve works with no cluster at all, and Ctrl-C ends everything", async (t) => {
  const folder = openFolder();
  // Upstreams are on the internet.
  writeFileSync(join(folder, "millwright.server.yaml"), "releasesEveryHours: 0\n");
  const child = start(folder, ["serve", "--port", "0", example]);
  t.after(() => child.kill("SIGKILL"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const end = ended(child);
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await eventually("it says where it answers", () => /MILLWRIGHT_TOKEN_FILE=/.test(said));
  const url = /answers at (\S+),/.exec(said)?.[1] ?? "";
  const file = /MILLWRIGHT_TOKEN_FILE=(\S+)/.exec(said)?.[1] ?? "";
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const secret = readFileSync(file, "utf8").trim();
  const cli = (...args: readonly string[]): Promise<Ended> =>
    ended(start(folder, args, { MILLWRIGHT_URL: url, MILLWRIGHT_TOKEN_FILE: file }));
  const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const { code, out, err } = await cli(...args, "-o", "json");
    assert.equal(code, 0, err);
    return JSON.parse(out) as Record<string, unknown>;
  };

  await eventually("the repository was read", async () => {
    const { jobs } = (await json("status")) as { jobs: { id: string; outcome: string }[] };
    return jobs.some(({ id, outcome }) => id === "reread/mlops-platform" && outcome === "done");
  });
  const findings = await json("finding", "list", "--limit", "3");
  assert.equal((findings["items"] as unknown[]).length, 3);
  const made = await json("token", "create", "ci", "--roles", "staging=operator", "--days", "3");
  const tokenFile = join(folder, "ci");
  writeFileSync(tokenFile, String(made["secret"]), { mode: 0o600 });
  const asCi = await ended(start(folder, ["token", "list"], { MILLWRIGHT_URL: url, MILLWRIGHT_TOKEN_FILE: tokenFile }));
  assert.equal(asCi.code, 1);
  assert.match(asCi.err, /needs the role admin/);
  assert.equal((await cli("repository", "reread", "mlops-platform")).code, 0);
  assert.match((await cli("duty", "list")).out, /backups-daily/);

  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  const body = JSON.stringify({ name: "x".repeat(10_000_000) });
  const large = await fetch(`${url}/api/v1/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body,
  }).catch(() => undefined);
  assert.ok(large === undefined || large.status === 413, "refused, or cut off while it was still sending");
  assert.equal((await fetch(`${url}/healthz`)).status, 200, "ten megabytes later");

  const postmaster = Number(readFileSync(pidFileIn(folder), "utf8").split("\n")[0]);
  assert.equal(isAlive(postmaster), true);
  child.kill("SIGINT");
  const { code, out, err } = await end;
  assert.equal(code, 0, err);
  await eventually("its database ended with it", () => !isAlive(postmaster));
  assert.doesNotMatch(`${out}${err}`, new RegExp(secret), "no token in what may be a log");
});

test("a configuration that is wrong is told by field and line, and nothing is begun", async (t) => {
  const folder = openFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "millwright.server.yaml"), "mode: bold\nlistne:\n  port: 1\n");
  const { code, err } = await ended(start(folder, ["serve"]));
  assert.equal(code, 1);
  assert.match(err, /millwright\.server\.yaml:1.*mode/s);
  assert.match(err, /listne/);
  assert.equal(existsSync(join(folder, "millwright-data")), false);
  const missing = await ended(start(folder, ["serve", "--config", "nowhere.yaml"]));
  assert.match(missing.err, /no configuration nowhere\.yaml/);
});

test("a port that is taken is said, and the database ends again", async (t) => {
  const folder = openFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const other = createServer().listen(0, "127.0.0.1");
  t.after(() => other.close());
  await once(other, "listening");
  const address = other.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const { code, err } = await ended(start(folder, ["serve", "--port", String(port)]));
  assert.equal(code, 1);
  assert.match(err, /another program listens there/);
  assert.equal(existsSync(pidFileIn(folder)), false, "no server left behind");
});

test("a server that waits for its database ends with the first signal", async (t) => {
  const folder = openFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const silent = createServer();
  t.after(() => silent.close());
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  writeFileSync(join(folder, "millwright.server.yaml"), "database:\n  url: env:DATABASE_URL\n");
  const child = start(folder, ["serve"], { DATABASE_URL: `postgresql://me@127.0.0.1:${port}/x` });
  t.after(() => child.kill("SIGKILL"));
  const end = ended(child);
  // It takes the connection and never says a word: whoever waits for it waits for ten seconds, again and again.
  const [socket] = (await once(silent, "connection")) as [Socket];
  t.after(() => socket.destroy());
  socket.on("error", () => undefined);
  child.kill("SIGTERM");
  const { code, err } = await end;
  assert.equal(code, 0, err);
  assert.doesNotMatch(err, /waiting for it/, "it ended before the first attempt did");
});
