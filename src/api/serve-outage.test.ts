import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freePort, initialise, type PostmasterFile, startServer, stopServer } from "../store/postmaster.ts";
import { findPrograms, serverUser } from "../store/programs.ts";
import { begin, eventually, isAt, platformIn } from "./story.test-support.ts";

/** How long the database is away; `npm run chaos -- --away 300` plays five minutes. */
const awayMillis = 4000;

/** A PostgreSQL that the server knows only by its address. */
async function database(t: { after(work: () => unknown): void }) {
  const [programs] = findPrograms(process.env["PATH"] ?? "");
  assert.ok(programs !== undefined, "this test needs a PostgreSQL server: apt-get install postgresql");
  const user = serverUser();
  const root = mkdtempSync("/tmp/millwright-outage-");
  chmodSync(root, 0o755);
  if (user !== undefined) chownSync(root, user.uid, user.gid);
  const folder = join(root, "data");
  initialise(programs, ["-D", folder, "-U", "postgres", "--auth=trust", "--no-sync"], user);
  const settings = { listen_addresses: "127.0.0.1", port: await freePort(), unix_socket_directories: "" };
  const start = (): Promise<PostmasterFile> =>
    startServer({ programs, folder, user, settings, logFile: join(root, "log"), endsWithUs: true });
  let server = await start();
  t.after(async () => {
    await stopServer(server.pid, "immediate");
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    url: `postgresql://postgres@127.0.0.1:${server.port}/postgres`,
    leave: () => stopServer(server.pid, "fast"),
    comeBack: async () => void (server = await start()),
  };
}

test("a server whose database is away for a while says so, loses nothing that was accepted, and goes on by itself", async (t) => {
  const { url, leave, comeBack } = await database(t);
  process.env["OUTAGE_DATABASE"] = url;
  const config = 'mode: act\nreleasesEveryHours: 0\ndatabase: { url: "env:OUTAGE_DATABASE" }\n';
  const platform = platformIn(t, config);
  await platform.up();
  const items = [{ title: "Look at the disk" }, { title: "Look at the load" }];
  const run = await begin(platform, "checklist", { title: "Before", items });
  await isAt(platform, run, "waiting", "attestation");
  const opened = ["incident", "open", "Accepted before", "--kind", "outage"];
  assert.equal((await platform.cli(...opened)).code, 0);

  await leave();
  const gone = Date.now();
  const refused = await platform.cli("run", "attest", run, "--said", "while it is away");
  assert.equal(refused.code, 1);
  assert.match(refused.err, /database (?:does not answer|server was shut down)|connection to the database broke/);
  const asked = await Promise.all(["readyz", "healthz"].map((path) => fetch(`${platform.url()}/${path}`)));
  assert.deepEqual(
    asked.map(({ status }) => status),
    [503, 200],
  );
  await new Promise((resolve) => setTimeout(resolve, gone + awayMillis - Date.now()));
  await comeBack();

  await eventually("it is ready again by itself", async () => (await fetch(`${platform.url()}/readyz`)).status === 200);
  const { items: incidents } = (await platform.json("incident", "list")) as { items: readonly { title: string }[] };
  assert.equal(incidents.filter(({ title }) => title === "Accepted before").length, 1);
  // Refused was refused: the step waits as before.
  await isAt(platform, run, "waiting", "attestation");
  for (const said of ["the disk is fine", "the load is low"]) {
    await isAt(platform, run, "waiting", "attestation");
    assert.equal((await platform.cli("run", "attest", run, "--said", said)).code, 0);
  }
  await isAt(platform, run, "done");
  const lines = platform.log.text.split("\n").filter((line) => /"level":"(?:warning|error)"/.test(line));
  assert.ok(lines.length > 0 && lines.length < 40, `${lines.length} complaints:\n${lines.join("\n")}`);
});
