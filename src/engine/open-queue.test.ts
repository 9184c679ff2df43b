import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { sql } from "kysely";
import { openStore } from "../store/store.ts";
import { emptyDatabase } from "../store/test-support.ts";

/** What a worker does first, once anything comes in. */
const program = `
const [url, worker] = process.argv.slice(1);
const { openLegQueue } = await import("${import.meta.dirname}/dbos.ts");
process.stdout.write("ready\\n");
process.stdin.once("data", async () => {
  try {
    const one = { environments: ["staging"], concurrency: 1, pollMs: 1000, run: async () => undefined, log: () => undefined };
    const queue = await openLegQueue({ ...one, url, worker });
    process.stdout.write("open\\n");
    await queue.close();
    process.exit(0);
  } catch (thrown) {
    process.stdout.write(thrown.message + ": " + thrown.cause?.message + "\\n");
    process.exit(1);
  }
});
`;

function opening(t: TestContext, url: string, worker: string) {
  const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program];
  const child = spawn(process.execPath, [...flags, url, worker], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    return done === true ? "ended" : value;
  };
  return { next, go: () => child.stdin.end("go") };
}

test("processes that open the queue of runs of a fresh database at one moment all open it, and make its tables once", async (t) => {
  const url = await emptyDatabase();
  const all = ["a", "b", "c"].map((name) => opening(t, url, `worker-${name}`));
  assert.deepEqual(await Promise.all(all.map(({ next }) => next())), ["ready", "ready", "ready"]);
  for (const { go } of all) go();
  assert.deepEqual(await Promise.all(all.map(({ next }) => next())), ["open", "open", "open"]);

  const store = openStore({ url, applicationName: "test", poolSize: 1 });
  t.after(() => store.close());
  const { rows } = await sql<{ versions: number }>`select count(*)::int as versions from dbos.dbos_migrations`.execute(
    store.tables(),
  );
  assert.equal(rows[0]?.versions, 1);
});
